"""The home county tells its participants what has become of their seats: each thing once, and nothing that is old."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.trainings.commands.tickets import ticket
from services.trainings.domain import letters, line
from services.trainings.domain.asking import age_of, is_waiting
from services.trainings.domain.letters import OccasionWords
from services.trainings.domain.occasion import has_begun
from services.trainings.store import catalogue, enrolments, participants
from services.trainings.store.catalogue import Taught
from services.trainings.store.enrolments import REQUESTS, TELL
from services.trainings.store.participants import Told
from shared import calendar
from shared.contracts.enrolments import Certificate, EnrolmentRequest, Seat
from shared.contracts.training_codes import SeatReason, SeatState
from shared.contracts.trainings import Occasion
from shared.messaging.outbox import Transaction
from shared.runtime import due, notices
from shared.runtime.calendar_files.entries import CalendarUser
from shared.runtime.notices import Recipient

CHECK = "/certificates/check"
"""Where everybody can see that a certificate counts."""
RETRY = timedelta(minutes=1)


async def tell_participants(tx: Transaction, request: UUID) -> None:
    """The participants of an own request are told what is new, or will be once the occasion is known as it is."""
    retry_at = await retry_telling(tx, request)
    if retry_at is not None:
        await due.plan(tx.conn, TELL, request, retry_at)


async def retry_telling(tx: Transaction, request: UUID) -> datetime | None:
    """The same as a due job: gives when to try again, None if all is said."""
    stored = await REQUESTS.find(tx.conn, tx.writer.county, request)
    answer = await enrolments.answer_to(tx.conn, stored.state) if stored else None
    if stored is None or answer is None or answer.state.settled:
        return None
    if is_waiting(stored.state, age_of(stored.state, stored.epoch, stored.version), answer.state):
        return None  # the answer to the newest version will tell
    taught = await catalogue.taught(tx.conn, stored.state.occasion)
    if taught is None or taught.title is None or taught.occasion.sequence < answer.state.sequence:
        return tx.context.now + RETRY  # the catalogue comes on another topic
    known = await participants.lock_told(tx.conn, request)
    places = await _places(tx, stored.state)
    for seat in answer.state.seats:
        if seat.participant in known:
            await _tell(tx, stored.state, seat, taught, known[seat.participant], places.get(seat.participant))
    return None


async def tell_of_certificate(tx: Transaction, certificate: Certificate, code: str) -> None:
    """The participant of an own certificate is told that it is ready."""
    person = await participants.person(tx.conn, certificate.participant)
    if person is not None:
        until = calendar.written_day(certificate.valid_until)
        letter = letters.certificate_letter(certificate, code, until, f"{tx.writer.public_url}{CHECK}/{code}")
        await notices.write(tx, Recipient(person.participant, person.mailbox), certificate.id, letter)


async def _tell(
    tx: Transaction, request: EnrolmentRequest, seat: Seat, taught: Taught, known: Told, place: int | None
) -> None:
    """One participant is told what is new, if anything is, and while the occasion is still to come."""
    occasion = taught.occasion
    standing = letters.standing(seat, occasion)
    if standing == known.told:
        return
    await participants.save_told(tx.conn, seat.participant, standing)
    when = calendar.written(occasion.starts_at, occasion.ends_at)
    until = calendar.written_moment(seat.offered_until) if seat.offered_until else ""
    words = OccasionWords(taught.title or "", when, letters.where(occasion), await _others(tx, seat, occasion))
    letter = letters.seat_letter(seat, known.told, words, place, until)
    if letter is None or has_begun(occasion, tx.context.now):
        return
    if seat.state is SeatState.CONFIRMED or letters.had_seat(known.told):
        to = CalendarUser(known.mailbox, known.mailbox)
        file = await ticket(tx.conn, tx.writer.counties, request, seat.participant, to)
        if file is not None:
            letter = replace(letter, calendar=file.content, method=file.method)
    await notices.write(tx, Recipient(seat.participant, known.mailbox), occasion.id, letter)


async def _others(tx: Transaction, seat: Seat, occasion: Occasion) -> tuple[str, ...]:
    """The times that are proposed instead of an occasion that is called off."""
    if seat.reason is not SeatReason.OCCASION_CANCELLED:
        return ()
    found = await catalogue.others(tx.conn, occasion, tx.writer.county, tx.context.now)
    return tuple(calendar.written(each.starts_at, each.ends_at) for each in found)


async def _places(tx: Transaction, request: EnrolmentRequest) -> Mapping[UUID, int]:
    """The positions in line of all who wait for the occasion."""
    answers = await enrolments.answers_by_occasion(tx.conn, [request.occasion])
    return line.places(each.state for each in answers.get(request.occasion, []))
