"""Which events this service reads, and which command does what is due."""

from services.shipment_alerts.commands import signals
from services.shipment_alerts.store.guidance import GUIDANCE
from services.shipment_alerts.store.signals import EXPIRE, SHIPMENT_SIGNALS
from shared.contracts import guidance, shipment_signals
from shared.messaging.handlers import Handler, Projection

HANDLERS: tuple[Handler, ...] = (
    Projection(
        SHIPMENT_SIGNALS.name,
        SHIPMENT_SIGNALS.projection,
        shipment_signals.EVENTS,
        SHIPMENT_SIGNALS.project,
        SHIPMENT_SIGNALS.kinds,
    ),
    Projection(GUIDANCE.name, GUIDANCE.projection, guidance.EVENTS, GUIDANCE.project, GUIDANCE.kinds),
)
JOBS = {EXPIRE: signals.expire, "tidy": signals.tidy}
