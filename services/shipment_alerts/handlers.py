"""Which events this service reads, and which command does what is due."""

from services.shipment_alerts.commands import partners, signals, telling
from services.shipment_alerts.store.functions import ACTORS_STREAM
from services.shipment_alerts.store.guidance import GUIDANCE
from services.shipment_alerts.store.signals import EXPIRE, SHIPMENT_SIGNALS
from shared.contracts import actors, guidance, shipment_signals
from shared.messaging.handlers import Handler, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received


async def tell(tx: Transaction, received: Received) -> None:
    """A routine of another county has a new version, or is withdrawn."""
    if isinstance(received.event, guidance.RoutineWithdrawn):
        await telling.tell_of_withdrawal(tx, received.event)
    elif isinstance(received.event, guidance.RoutinePublished):
        await telling.tell_of_routine(tx, received.event)


HANDLERS: tuple[Handler, ...] = (
    SHIPMENT_SIGNALS.handler(shipment_signals.EVENTS),
    GUIDANCE.handler(guidance.EVENTS),
    ACTORS_STREAM.handler(actors.EVENTS),
    Reaction("tell", (guidance.RoutinePublished, guidance.RoutineWithdrawn), tell),
)
JOBS = {EXPIRE: signals.expire, "tidy": signals.tidy, "digest": telling.send_digests, "partners": partners.escalate}
PARTNERS = {"shipment-signals": partners.show, "shipment-signals-replies": partners.answer}
