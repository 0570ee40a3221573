"""The commands of this service that are more than find, decide and write."""

from collections.abc import Mapping
from uuid import UUID

from services.actors import store
from services.actors.domain.aggregate import living
from services.actors.domain.directory import Plan
from services.actors.store import ACTORS, AGGREGATES
from shared.contracts.actors import Actor
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import OWN_EPOCH, Stored


async def carry_out(tx: Transaction, plan: Plan, existing: Mapping[UUID, Stored[Actor]]) -> None:
    """Every actor that the plan registers or changes is written, with its event. The caller has locked ``existing``."""
    after = [
        Stored(each.actor, OWN_EPOCH, existing[each.actor.id].version + 1 if each.actor.id in existing else 1)
        for each in plan.news
    ]
    if await AGGREGATES.upsert(tx.conn, after) < len(after):
        raise Rejected("already-registered", "Someone else has just registered one of these. Import again.")
    for stored in after:
        if stored.version > 1:
            kept = [contact.id for contact in stored.state.contact_functions]
            await store.forget_persons(tx.conn, stored.state.id, but=kept)
        await tx.emit(stored.state, stored.version)


async def name_person(tx: Transaction, actor: UUID, contact: UUID, name: str | None) -> None:
    """The person behind a contact function of an own actor is kept, or with None forgotten."""
    stored = await ACTORS.find(tx.conn, tx.writer.county, actor, lock=True)
    if stored is None:
        raise ACTORS.not_found()
    living(stored.state)
    if contact not in {one.id for one in stored.state.contact_functions}:
        raise Rejected("not-found", f"The actor has no contact function {contact}.")
    await store.name_person(tx.conn, actor, contact, name)
