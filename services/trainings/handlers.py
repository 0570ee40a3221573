"""What this service does with the events it reads, and with what is due.

A request for an own occasion is answered; a host's record of who came leads to certificates. All else is rows.
"""

from datetime import datetime, timedelta
from uuid import UUID

from services.trainings.certifying import certify, certify_now
from services.trainings.domain import asking, certificates
from services.trainings.domain.occasion import settles_at
from services.trainings.domain.saga import RECORDED
from services.trainings.hosting import incoming, look_at_the_clock, occasion_of, receive, receive_own
from services.trainings.store import catalogue, enrolments, participants
from services.trainings.store.catalogue import DECIDE, TRAININGS
from services.trainings.store.enrolments import CERTIFY, ENROLMENTS, EXPIRE, SETTLE
from services.trainings.store.participants import ACTORS
from shared.contracts import actors, trainings
from shared.contracts import enrolments as contract
from shared.contracts.counties import Here
from shared.contracts.topics import STREAMS
from shared.messaging.handlers import Handler, Projection, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.swedish import day_of, start_of

_ACTORS = tuple(event for event in actors.EVENTS if issubclass(event, actors.Actor))
_REQUESTS = (
    contract.EnrolmentRequested,
    contract.OfferAccepted,
    contract.EnrolmentCancelled,
    contract.EnrolmentSettled,
)
_ANSWERS = (contract.SeatsAnswered, contract.AttendanceRecorded, contract.SeatsSettled)
TIDY_EVERY = timedelta(minutes=5)


async def answer(tx: Transaction, received: Received) -> None:
    """A request for an own occasion is answered; those for others' are not ours to answer."""
    request = received.event
    assert isinstance(request, contract.EnrolmentRequest)
    if request.occasion.county == tx.writer.county:
        await receive(tx, incoming(request, received.envelope.epoch, received.envelope.version))


async def issue(tx: Transaction, received: Received) -> None:
    """Own participants have certificates, or have them no more, as the host has recorded it."""
    record = received.event
    assert isinstance(record, contract.SeatAnswer)
    if record.request.county == tx.writer.county and any(seat.state in RECORDED for seat in record.seats):
        request = await ENROLMENTS.find(tx.conn, "request", tx.writer.county, record.request.id)
        if request is not None and request.state.occasion.county == record.county:
            await certify(tx, request.state)


HANDLERS: tuple[Handler, ...] = (
    Projection(TRAININGS.table, TRAININGS.projection, trainings.EVENTS, TRAININGS.project),
    Projection(ENROLMENTS.table, ENROLMENTS.projection, contract.EVENTS, ENROLMENTS.project),
    Projection(ACTORS.table, ACTORS.projection, _ACTORS, ACTORS.project),
    Reaction("answer", _REQUESTS, answer, answers=True),
    Reaction("certify", _ANSWERS, issue),
)


async def decide(tx: Transaction, _: Here, occasion: UUID) -> datetime | None:
    """What the clock has brought to an own occasion has happened."""
    return await look_at_the_clock(tx, occasion)


async def settle(tx: Transaction, _: Here, request: UUID) -> datetime | None:
    """The request is settled if its occasion is long over; who asked is forgotten, but for those with a certificate."""
    stored = await ENROLMENTS.find(tx.conn, "request", tx.writer.county, request, lock=True)
    if stored is None or stored.state.settled:
        return None
    occasion = await occasion_of(tx, stored.state)
    if occasion is None:
        return tx.writer.now() + timedelta(days=1)
    event = asking.settle(stored.state, occasion.state, tx.writer.now())
    if event is None:
        return settles_at(occasion.state)
    after = await ENROLMENTS.write(tx, event, stored)
    assert after is not None
    await receive_own(tx, after)
    await participants.forget(tx.conn, request, but=await enrolments.certified(tx.conn, tx.writer.county, event))
    return None


async def expire(tx: Transaction, _: Here, certificate: UUID) -> datetime | None:
    """The certificate has expired if its last day has passed, and whose it was, or had been, is forgotten."""
    stored = await ENROLMENTS.find(tx.conn, "certificate", tx.writer.county, certificate, lock=True)
    if stored is None:
        return None
    event = certificates.expire(stored.state, day_of(tx.writer.now()))
    if event is not None:
        await ENROLMENTS.write(tx, event, stored)
    elif certificates.counts(stored.state):
        return start_of(stored.state.valid_until + timedelta(days=1))
    await participants.forget_one(tx.conn, stored.state.participant)
    return None


async def try_again(tx: Transaction, _: Here, request: UUID) -> datetime | None:
    """The request's certificates are issued, if the training has come by now."""
    return await certify_now(tx, request)


async def tidy(tx: Transaction, here: Here, _: UUID) -> datetime | None:
    """What no event brings: seats of requests that are gone are free, and all that lives is planned."""
    county, now = here.county.name, tx.writer.now()
    for gone in await enrolments.withdrawn(tx.conn, county):
        await receive(tx, gone)
    await catalogue.plan_unplanned(tx.conn, county, now)
    await enrolments.plan_unplanned(tx.conn, county, now)
    kept = STREAMS[ENROLMENTS.stream].retention
    assert kept is not None
    await enrolments.empty(tx.conn, now - kept)
    return now + TIDY_EVERY


JOBS = {DECIDE: decide, SETTLE: settle, EXPIRE: expire, CERTIFY: try_again, "tidy": tidy}
