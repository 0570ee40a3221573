"""All event types, by `ce_type`."""

from shared.contracts import (
    action_items,
    actors,
    cooperation_processes,
    enrolments,
    est,
    guidance,
    invitations,
    joint_measures,
    knowledge,
    lessons,
    links,
    measures,
    meeting_counts,
    meetings,
    minutes,
    problem_pictures,
    readiness,
    shipment_signals,
    support_requests,
    trainings,
)
from shared.contracts.event import Event
from shared.contracts.restated import StreamRestated, restated
from shared.contracts.topics import LINKS, STREAMS

MARKERS: dict[str, type[StreamRestated]] = {stream: restated(stream) for stream in STREAMS if stream != LINKS}
"""The end marker of a restate, by stream."""

EVENTS: dict[str, type[Event]] = {
    event.event_type: event
    for stream in (
        actors.EVENTS,
        guidance.EVENTS,
        shipment_signals.EVENTS,
        trainings.EVENTS,
        enrolments.EVENTS,
        meetings.EVENTS,
        meeting_counts.EVENTS,
        invitations.EVENTS,
        minutes.EVENTS,
        action_items.EVENTS,
        problem_pictures.EVENTS,
        readiness.EVENTS,
        cooperation_processes.EVENTS,
        support_requests.EVENTS,
        measures.EVENTS,
        lessons.EVENTS,
        knowledge.EVENTS,
        est.EVENTS,
        joint_measures.EVENTS,
        links.EVENTS,
        tuple(MARKERS.values()),
    )
    for event in stream
}
