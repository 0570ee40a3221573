"""The home county's side of attendance: certificates are issued, or taken back, as the host's record says."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from services.trainings.domain import certificates
from services.trainings.domain.aggregate import certificate_id
from services.trainings.domain.certificates import POSSIBLE, Attended, code_from
from services.trainings.here import here_of
from services.trainings.hosting import occasion_of
from services.trainings.store import participants
from services.trainings.store.catalogue import TRAININGS
from services.trainings.store.enrolments import CERTIFY, ENROLMENTS, EXPIRE, answer_to
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.enrolments import Certificate, EnrolmentRequest, Seat
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion, Training
from shared.messaging.outbox import Transaction
from shared.runtime import due
from shared.swedish import start_of

RETRY = timedelta(minutes=1)
ISSUED_BY = FunctionCode.COUNTY_COORDINATOR


async def certify(tx: Transaction, request: EnrolmentRequest) -> None:
    """Certificates are as the host has recorded it; where the training has not come here yet, they will be."""
    again = await certify_now(tx, request.id)
    if again is not None:
        await due.plan(tx.conn, CERTIFY, request.id, again)


async def certify_now(tx: Transaction, request: UUID) -> datetime | None:
    """The same, for what is due itself: gives when to try again, None if all is done."""
    stored = await ENROLMENTS.find(tx.conn, "request", tx.writer.county, request, lock=True)
    answer = await answer_to(tx.conn, stored.state) if stored else None
    if stored is None or answer is None:
        return None
    occasion = await occasion_of(tx, stored.state)
    training = None
    if occasion is not None:
        training = await TRAININGS.find(tx.conn, "training", occasion.state.county, occasion.state.training)
    if occasion is None or training is None:
        return tx.writer.now() + RETRY
    for seat in answer.state.seats:
        await _certify(tx, seat, occasion.state, training.state)
    return None


async def _certify(tx: Transaction, seat: Seat, occasion: Occasion, training: Training) -> None:
    identity = certificate_id(Reference(county=occasion.county, id=occasion.id), seat.participant)
    stored = await ENROLMENTS.find(tx.conn, "certificate", tx.writer.county, identity, lock=True)
    before: Certificate | None = stored.state if stored else None
    event: Certificate | None = None
    if seat.state is SeatState.ATTENDED:
        if before is None or await participants.is_undone(tx.conn, identity):  # what people have revoked stays so
            event = await _issue(tx, Attended(seat, occasion, training), before)
    elif before is not None:
        event = certificates.undone(before, seat)
        if event is not None:
            await participants.keep_undone(tx.conn, identity)
    if event is not None:
        await ENROLMENTS.write(tx, event, stored)


async def _issue(tx: Transaction, attended: Attended, before: Certificate | None) -> Certificate | None:
    code = code_from(secrets.randbelow(POSSIBLE))
    event = certificates.issue(attended, before, code, ISSUED_BY, here_of(tx.writer))
    if event is not None:
        await participants.keep_code(tx.conn, event.id, code)
        await due.plan(tx.conn, EXPIRE, event.id, start_of(event.valid_until + timedelta(days=1)))
    return event
