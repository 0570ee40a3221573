"""Drafts of routines and safety advice: one person writes a draft, a second one publishes it."""

from typing import TypeVar
from uuid import UUID

from uuid_utils.compat import uuid7

from services.shipment_alerts.commands import telling
from services.shipment_alerts.domain import guidance
from services.shipment_alerts.domain.guidance import Author, Draft
from services.shipment_alerts.store import guidance as store
from services.shipment_alerts.store.guidance import ADVICE, ROUTINES
from shared.contracts.guidance import Routine, SafetyAdvice
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import AggregateTable, Stored

Drafted = TypeVar("Drafted", Routine, SafetyAdvice)


async def keep(tx: Transaction, draft: Draft) -> None:
    """The draft waits for a second person; Rejected if its target is not known."""
    if draft.kind == ROUTINES.kind:
        await _target(tx, ROUTINES, draft)
    else:
        await _target(tx, ADVICE, draft)
    await store.keep_draft(tx.conn, draft)


async def take(tx: Transaction, identity: UUID) -> Draft:
    """The draft, which does not wait any more; Rejected if it did not wait."""
    draft = await store.take_draft(tx.conn, identity)
    if draft is None:
        raise Rejected("not-found", "No draft of that id waits here.")
    return draft


async def publish(tx: Transaction, draft: Draft, approver: Author) -> Stored[Routine] | Stored[SafetyAdvice]:
    """The draft is the next version; if the newest one says the same already, that one stays as it is."""
    if draft.kind == ROUTINES.kind:
        routine = await _target(tx, ROUTINES, draft)
        routine_before = routine.state if routine else None
        published = guidance.publish_routine(draft, approver, uuid7(), routine_before, tx.context)
        if published is not None:
            await telling.tell_of_routine(tx, published)
        return await ROUTINES.update(tx, routine, published)
    advice = await _target(tx, ADVICE, draft)
    before = advice.state if advice else None
    return await ADVICE.update(tx, advice, guidance.publish_advice(draft, approver, uuid7(), before, tx.context))


async def _target(tx: Transaction, table: AggregateTable[Drafted], draft: Draft) -> Stored[Drafted] | None:
    """The aggregate that the draft is a version of, locked; None if of a new one. Rejected if it is not known."""
    if draft.target is None:
        return None
    target = await table.find(tx.conn, tx.writer.county, draft.target, lock=True)
    if target is None:
        raise table.not_found()
    return target
