"""Every type of event there is, by its name on the wire."""

from shared.contracts import actors, guidance, shipment_signals
from shared.contracts.event import Event

EVENTS: dict[str, type[Event]] = {
    event.event_type: event for stream in (actors, guidance, shipment_signals) for event in stream.EVENTS
}
