"""Every type of event there is, by its name on the wire."""

from shared.contracts import actors
from shared.contracts.event import Event

EVENTS: dict[str, type[Event]] = {event.event_type: event for event in actors.EVENTS}
