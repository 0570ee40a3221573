"""Every type of event there is, by its name on the wire."""

from shared.contracts import actors, links
from shared.contracts.event import Event
from shared.contracts.restated import StreamRestated, restated
from shared.contracts.topics import LINKS, STREAMS

MARKERS: dict[str, type[StreamRestated]] = {stream: restated(stream) for stream in STREAMS if stream != LINKS}
"""The end marker of a restate, by stream."""

EVENTS: dict[str, type[Event]] = {
    event.event_type: event for event in (*actors.EVENTS, *links.EVENTS, *MARKERS.values())
}
