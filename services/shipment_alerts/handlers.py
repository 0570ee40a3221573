"""What this service does with the events it reads, and with what is due: nothing but rows, and signals that expire."""

from datetime import datetime, timedelta
from uuid import UUID

from services.shipment_alerts.domain import signals
from services.shipment_alerts.store import signals as store
from services.shipment_alerts.store.guidance import GUIDANCE
from services.shipment_alerts.store.signals import EXPIRE, SIGNALS
from shared.contracts import guidance, shipment_signals
from shared.contracts.counties import Here
from shared.contracts.topics import STREAMS
from shared.messaging.handlers import Handler, Projection
from shared.messaging.outbox import Transaction
from shared.swedish import start_of

HANDLERS: tuple[Handler, ...] = (
    Projection(SIGNALS.table, SIGNALS.projection, shipment_signals.EVENTS, SIGNALS.project),
    Projection(GUIDANCE.table, GUIDANCE.projection, guidance.EVENTS, GUIDANCE.project),
)


async def expire(tx: Transaction, here: Here, identity: UUID) -> datetime | None:
    """The signal has expired, if its day has come; a corrected week moves the day."""
    before = await SIGNALS.find(tx.conn, "signal", here.county.name, identity, lock=True)
    if before is None:
        return None
    event = signals.expire(before.state, here)
    if event is not None:
        await SIGNALS.write(tx, event, before)
        return None
    return start_of(signals.expires_on(before.state)) if signals.holds(before.state) else None


async def tidy(tx: Transaction, here: Here, _: UUID) -> datetime | None:
    """Every signal that holds will expire, and nothing is kept of those older than their stream."""
    for signal in await store.unplanned(tx.conn, here.county.name):
        await store.plan_expiry(tx.conn, signal)
    kept = STREAMS[SIGNALS.stream].retention
    assert kept is not None
    await store.empty(tx.conn, here.today - kept)
    return start_of(here.today + timedelta(days=1))


JOBS = {EXPIRE: expire, "tidy": tidy}
