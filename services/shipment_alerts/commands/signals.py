"""Signals, each with the expiry that is planned for it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.shipment_alerts.domain import signals
from services.shipment_alerts.store import partners, sites
from services.shipment_alerts.store import signals as store
from services.shipment_alerts.store.signals import SIGNALS
from shared.contracts.shipment_signals import ShipmentSignal, SignalDetails
from shared.contracts.topics import STREAMS
from shared.messaging.outbox import Transaction
from shared.runtime.aggregates import Stored
from shared.swedish import start_of


async def release(tx: Transaction, details: SignalDetails) -> Stored[ShipmentSignal]:
    """The signal is released under a random id, and its expiry is planned. No site is closed or moved meanwhile."""
    counts = await sites.site_counts(tx.conn, tx.context.county.code)
    after = await SIGNALS.write(tx, signals.release(details, uuid4(), counts, tx.context))
    assert after is not None, "a random id is free"
    await store.plan_expiry(tx.conn, after.state)
    return after


async def try_release(tx: Transaction, details: SignalDetails) -> ShipmentSignal:
    """The signal as it would be released, made as exact as it may be. Nothing is written."""
    counts = await sites.site_counts(tx.conn, tx.context.county.code)
    return signals.generalised(details, uuid4(), counts, tx.context)


async def correct(tx: Transaction, before: Stored[ShipmentSignal], details: SignalDetails) -> Stored[ShipmentSignal]:
    """The signal is as ``details`` say, and expires by its new week. The caller has locked ``before``."""
    counts = await sites.site_counts(tx.conn, tx.context.county.code)
    event = signals.correct(details, before.state, counts, tx.context)
    after = await SIGNALS.update(tx, before, event)
    await store.plan_expiry(tx.conn, after.state)
    return after


async def expire(tx: Transaction, identity: UUID) -> datetime | None:
    """The signal has expired if its day has come; else the start of that day, None if the signal has ended."""
    before = await SIGNALS.find(tx.conn, tx.writer.county, identity, lock=True)
    if before is None or not signals.holds(before.state):
        return None
    event = signals.expire(before.state, tx.context)
    if event is None:
        return start_of(signals.expires_on(before.state))
    await SIGNALS.write(tx, event, before)
    return None


async def tidy(tx: Transaction, _: UUID) -> datetime:
    """Every own signal that holds will expire, and signals older than their stream are emptied; due every day."""
    for signal in await store.unplanned(tx.conn, tx.writer.county):
        await store.plan_expiry(tx.conn, signal)
    kept = STREAMS[SIGNALS.stream.stream].retention
    assert kept is not None
    today = tx.context.today
    await store.empty(tx.conn, today - kept)
    await partners.empty(tx.conn, tx.context.now - kept)
    return start_of(today + timedelta(days=1))
