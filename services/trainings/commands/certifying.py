"""The home county's side of attendance: certificates are issued or taken back as the host has recorded it."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from services.trainings.commands.telling import tell_of_certificate
from services.trainings.domain import certificates
from services.trainings.domain.certificates import POSSIBLE, Attended, code_from
from services.trainings.domain.ids import certificate_id
from services.trainings.store import participants
from services.trainings.store.catalogue import OCCASIONS, TRAININGS
from services.trainings.store.enrolments import CERTIFICATES, CERTIFY, EXPIRE, REQUESTS, answer_to
from shared.contracts.asking import Reference
from shared.contracts.codes import FunctionCode
from shared.contracts.enrolments import Certificate, Seat
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion, Training
from shared.messaging.outbox import Transaction
from shared.runtime import due
from shared.swedish import start_of

RETRY = timedelta(minutes=1)
ISSUED_BY = FunctionCode.COUNTY_COORDINATOR


async def issue_certificates(tx: Transaction, request: UUID) -> None:
    """The certificates of an own request are as its host has recorded it, or will be once the training is known."""
    retry_at = await retry_certificates(tx, request)
    if retry_at is not None:
        await due.plan(tx.conn, CERTIFY, request, retry_at)


async def retry_certificates(tx: Transaction, request: UUID) -> datetime | None:
    """The same as a due job: gives when to try again, None if all is done."""
    stored = await REQUESTS.find(tx.conn, tx.writer.county, request, lock=True)
    answer = await answer_to(tx.conn, stored.state) if stored else None
    if stored is None or answer is None:
        return None
    host = stored.state.occasion.county
    occasion = await OCCASIONS.find(tx.conn, host, stored.state.occasion.id)
    training = await TRAININGS.find(tx.conn, host, occasion.state.training) if occasion else None
    if occasion is None or training is None:
        return tx.context.now + RETRY
    for seat in answer.state.seats:
        await _certify(tx, seat, occasion.state, training.state)
    return None


async def expire_certificate(tx: Transaction, certificate: UUID) -> datetime | None:
    """The due job of an own certificate: expires it after its last day, and forgets whose it is or was."""
    stored = await CERTIFICATES.find(tx.conn, tx.writer.county, certificate, lock=True)
    if stored is None:
        return None
    event = certificates.expire(stored.state, tx.context.today)
    if event is not None:
        await CERTIFICATES.write(tx, event, stored)
    elif certificates.counts(stored.state):
        return _expires_at(stored.state)
    await participants.forget_one(tx.conn, stored.state.participant)
    return None


async def _certify(tx: Transaction, seat: Seat, occasion: Occasion, training: Training) -> None:
    identity = certificate_id(Reference(county=occasion.county, id=occasion.id), seat.participant)
    stored = await CERTIFICATES.find(tx.conn, tx.writer.county, identity, lock=True)
    before = stored.state if stored else None
    event: Certificate | None = None
    if seat.state is SeatState.ATTENDED:
        if before is None or await participants.is_undone(tx.conn, identity):  # what people have revoked stays so
            event = await _issue(tx, Attended(seat, occasion, training), before)
    elif before is not None:
        event = certificates.undone(before, seat)
        if event is not None:
            await participants.mark_undone(tx.conn, identity)
    if event is not None:
        await CERTIFICATES.write(tx, event, stored)


async def _issue(tx: Transaction, attended: Attended, before: Certificate | None) -> Certificate | None:
    code = code_from(secrets.randbelow(POSSIBLE))
    event = certificates.issue(attended, before, code, ISSUED_BY, tx.context)
    if event is not None:
        await participants.save_code(tx.conn, event.id, code)
        await tell_of_certificate(tx, event, code)
        await due.plan(tx.conn, EXPIRE, event.id, _expires_at(event))
    return event


def _expires_at(certificate: Certificate) -> datetime:
    return start_of(certificate.valid_until + timedelta(days=1))
