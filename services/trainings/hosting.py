"""The host's side of a request: what has come is decided on, and the answer is written in the same transaction."""

from datetime import datetime
from uuid import UUID

from services.trainings.domain import asking, seats
from services.trainings.domain.aggregate import answer_id
from services.trainings.domain.arrivals import Incoming, refuse
from services.trainings.domain.seats import Decision
from services.trainings.here import here_of
from services.trainings.store import seating
from services.trainings.store.catalogue import TRAININGS
from services.trainings.store.enrolments import ENROLMENTS
from services.trainings.store.seating import Found
from shared.contracts.asking import RequestVersion, awaits_answer
from shared.contracts.enrolments import EnrolmentRequest
from shared.messaging.outbox import Transaction
from shared.runtime.aggregates import OWN_EPOCH, Stored


def incoming(request: EnrolmentRequest, epoch: int, version: int) -> Incoming:
    """This version of a request as the host sees it."""
    seen_epoch, seen_version = asking.age_of(request, epoch, version)
    return Incoming(request, RequestVersion(epoch=seen_epoch, version=seen_version))


async def receive(tx: Transaction, arrived: Incoming) -> None:
    """The version that has come is answered, and whatever else follows from it. An older one changes nothing."""
    found = await seating.find(tx.conn, tx.writer.county, arrived.request.occasion.id)
    if found is None:
        await _refuse(tx, arrived)
        return
    await take(tx, found, seats.decide(found.seating, here_of(tx.writer), arrived))


async def receive_own(tx: Transaction, stored: Stored) -> Stored:
    """A request for an occasion of this county's own is answered at once: no event comes back to who has sent it."""
    if stored.state.occasion.county == tx.writer.county:
        await receive(tx, incoming(stored.state, OWN_EPOCH, stored.version))
    return stored


async def follow(tx: Transaction, changed: Stored) -> Stored:
    """What follows for the seats from a command about their occasion; gives the occasion as it is then."""
    found = await seating.find(tx.conn, tx.writer.county, changed.state.id)
    assert found is not None
    return await take(tx, found, seats.decide(found.seating, here_of(tx.writer)))


async def take(tx: Transaction, found: Found, decision: Decision) -> Stored:
    """What was decided is written, and the next look at the clock is planned; gives the occasion as it is then."""
    after = await seating.keep(tx, found, decision)
    await seating.plan(tx.conn, found.occasion.state.id, decision)
    return after


async def look_at_the_clock(tx: Transaction, occasion: UUID) -> datetime | None:
    """What the time has brought to an own occasion is written; gives when it brings something next."""
    found = await seating.find(tx.conn, tx.writer.county, occasion)
    if found is None:
        return None
    decision = seats.decide(found.seating, here_of(tx.writer))
    await seating.keep(tx, found, decision)
    return decision.due


async def _refuse(tx: Transaction, arrived: Incoming) -> None:
    """There is no such occasion, and whoever asks is told so."""
    before = await ENROLMENTS.find(tx.conn, "answer", tx.writer.county, answer_id(arrived.reference), lock=True)
    if awaits_answer(arrived.seen.recency, before.state if before else None):
        await ENROLMENTS.write(tx, refuse(arrived, before.state if before else None), before)


async def occasion_of(tx: Transaction, request: EnrolmentRequest) -> Stored | None:
    """The occasion that the request is about, of whatever county."""
    return await TRAININGS.find(tx.conn, "occasion", request.occasion.county, request.occasion.id)
