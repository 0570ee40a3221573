"""The events that this service reads: all become rows, and nothing follows from them but counts."""

from services.reports.store.tables import ACTORS, ENROLMENTS, GUIDANCE, INITIATIVES, MEETINGS, SIGNALS, TRAININGS
from shared.contracts import (
    actors,
    enrolments,
    guidance,
    joint_measures,
    measures,
    meeting_counts,
    meetings,
    problem_pictures,
    readiness,
    shipment_signals,
    support_requests,
    trainings,
)
from shared.messaging.handlers import Handler

HANDLERS: tuple[Handler, ...] = (
    ACTORS.handler(actors.EVENTS),
    TRAININGS.handler(trainings.EVENTS),
    ENROLMENTS.handler(enrolments.EVENTS),
    MEETINGS.handler(meetings.EVENTS + meeting_counts.EVENTS),
    SIGNALS.handler(shipment_signals.EVENTS),
    GUIDANCE.handler(guidance.EVENTS),
    INITIATIVES.handler(
        problem_pictures.EVENTS + measures.EVENTS + joint_measures.EVENTS + support_requests.EVENTS + readiness.EVENTS
    ),
)
