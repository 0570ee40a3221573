"""The host's side of a request: a version that arrives is decided on and answered in the same transaction."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from services.trainings.commands.telling import tell_participants
from services.trainings.domain import seats
from services.trainings.domain.arrivals import Incoming, refuse
from services.trainings.domain.ids import answer_id
from services.trainings.domain.seats import Decision
from services.trainings.store import seating
from services.trainings.store.catalogue import DECIDE, OCCASIONS
from services.trainings.store.enrolments import ANSWERS
from services.trainings.store.seating import StoredSeating
from shared.contracts.asking import Reference, awaits_answer
from shared.contracts.enrolments import EnrolmentRequest
from shared.contracts.trainings import Occasion
from shared.messaging.outbox import Transaction
from shared.runtime import due
from shared.runtime.aggregates import OWN_EPOCH, Stored


async def lock_seating(tx: Transaction, occasion: UUID) -> StoredSeating:
    """The own occasion, locked, and every answer about it; Rejected if there is no such occasion."""
    found = await seating.lock(tx.conn, tx.writer.county, occasion)
    if found is None:
        raise OCCASIONS.not_found()
    return found


async def answer_request(tx: Transaction, incoming: Incoming) -> None:
    """The version that has arrived is answered, and seats follow from it. An older version changes nothing."""
    before = await seating.lock(tx.conn, tx.writer.county, incoming.request.occasion.id)
    if before is None:
        await _refuse(tx, incoming)
    else:
        await save_decision(tx, before, seats.decide(before.seating, tx.context, incoming))


async def answer_own_request(tx: Transaction, stored: Stored[EnrolmentRequest]) -> None:
    """A request for an own occasion is answered at once: a county does not receive its own events."""
    if stored.state.occasion.county == tx.writer.county:
        await answer_request(tx, Incoming.version_of(stored.state, OWN_EPOCH, stored.version))


async def reallocate_seats(tx: Transaction, occasion: UUID) -> Stored[Occasion]:
    """The seats follow a command that has changed the occasion; gives the occasion as it is then."""
    before = await lock_seating(tx, occasion)
    return await save_decision(tx, before, seats.decide(before.seating, tx.context))


async def turn_away(tx: Transaction, occasion: UUID, request: Reference, participants: Collection[UUID]) -> None:
    """These participants lose their seats or their positions in line, and whoever is next gets them."""
    before = await lock_seating(tx, occasion)
    await save_decision(tx, before, seats.turn_away(before.seating, request, participants, tx.context))


async def advance_occasion(tx: Transaction, occasion: UUID) -> datetime | None:
    """The due job of an own occasion: writes the steps of the clock, and gives when the next one is due."""
    before = await seating.lock(tx.conn, tx.writer.county, occasion)
    if before is None:
        return None
    decision = seats.decide(before.seating, tx.context)
    await _write(tx, before, decision)
    return decision.due


async def save_decision(tx: Transaction, before: StoredSeating, decision: Decision) -> Stored[Occasion]:
    """The decision is written, and the next one is planned; gives the occasion as it is then."""
    after = await _write(tx, before, decision)
    if decision.due is not None:
        await due.plan(tx.conn, DECIDE, after.state.id, decision.due)
    return after


async def _write(tx: Transaction, before: StoredSeating, decision: Decision) -> Stored[Occasion]:
    occasion = await OCCASIONS.update(tx, before.occasion, decision.occasion)
    for answer in decision.answers:
        await ANSWERS.write(tx, answer, before.answers.get(answer.request))
        if answer.request.county == tx.writer.county:
            await tell_participants(tx, answer.request.id)
    return occasion


async def _refuse(tx: Transaction, incoming: Incoming) -> None:
    """There is no such occasion: the answer refuses every participant."""
    before = await ANSWERS.find(tx.conn, tx.writer.county, answer_id(incoming.reference), lock=True)
    answer = before.state if before else None
    if awaits_answer(incoming.seen.recency, answer):
        await ANSWERS.write(tx, refuse(incoming, answer), before)
