"""Calendar entries of an occasion, and a participant's file of it: for routes, and for mails.

An occasion has one UID for ever, in tickets and in feeds. Whatever is newer has a higher SEQUENCE (another time, place
or title; called off; a seat that is lost), or the same with a later DTSTAMP, so that no calendar shows what holds no
more.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.trainings.domain.ids import door_code
from services.trainings.domain.saga import SEATED
from services.trainings.store import catalogue, enrolments, participants
from services.trainings.store.catalogue import Taught
from shared.contracts.counties import County
from shared.contracts.enrolments import EnrolmentRequest, Seat
from shared.contracts.reference import county_name
from shared.contracts.training_codes import OccasionStatus, SeatState
from shared.runtime.calendar_files.entries import (
    PARTSTAT,
    STATUS,
    Attendee,
    CalendarEntry,
    CalendarMethod,
    CalendarUser,
)
from shared.runtime.calendar_files.writing import CalendarFile, write
from shared.runtime.db import Connection


async def ticket(
    conn: Connection,
    counties: Iterable[County],
    request: EnrolmentRequest,
    participant: UUID,
    to: CalendarUser | None = None,
) -> CalendarFile | None:
    """The file for a participant of an own request, as `ticket_file`; None also if the occasion is not known here.

    A mailbox has one entry, whoever of several colleagues has a seat: the last of them to lose it takes the entry out.
    """
    answer = await enrolments.answer_to(conn, request)
    occasion = await catalogue.taught(conn, request.occasion)
    seats = {seat.participant: seat for seat in answer.state.seats} if answer else {}
    if occasion is None or participant not in seats:
        return None
    asked_at = (await enrolments.waiting_since(conn, [request.id])).get(request.id)
    colleagues = await participants.colleagues(conn, participant)
    earlier = sum(colleagues.values())
    if colleagues and seats[participant].state is SeatState.CANCELLED:
        answers = await enrolments.answers_by_occasion(conn, [request.occasion])
        everyone = (seat for each in answers.get(request.occasion, []) for seat in each.state.seats)
        if any(seat.state in SEATED for seat in everyone if seat.participant in colleagues):
            return None
        earlier = len(colleagues)
    return ticket_file(entry_of(occasion, counties), seats[participant], occasion.occasion.url, asked_at, earlier, to)


def entry_of(taught: Taught, counties: Iterable[County]) -> CalendarEntry:
    """Title, time, place and host: what everybody may see of the occasion.

    The organiser is the host county, which RFC 5546 asks for. Nobody answers: the domain is none (RFC 2606).
    """
    occasion = taught.occasion
    county = county_name(occasion.county, counties)
    return CalendarEntry(
        uid=f"{occasion.id}@{occasion.county}",
        sequence=occasion.sequence + taught.revision - 1,
        changed_at=taught.changed_at,
        starts=occasion.starts_at,
        ends=occasion.ends_at,
        title=taught.title or "Utbildning",
        organiser=CalendarUser(f"no-reply@{occasion.county}.invalid", county),
        status=STATUS.CANCELLED if occasion.status is OccasionStatus.CANCELLED else STATUS.CONFIRMED,
        place=occasion.place,
        categories=(county,),
    )


def ticket_file(
    entry: CalendarEntry,
    seat: Seat,
    url: str | None = None,
    asked_at: datetime | None = None,
    earlier: int = 0,
    to: CalendarUser | None = None,
) -> CalendarFile | None:
    """The file for a participant: to be entered, or taken out again; None for who has never had a seat.

    ``asked_at`` is when its county last asked, accepted or cancelled: the last change, unless the occasion's is later.
    ``earlier`` says how often somebody at the same mailbox had asked for a seat before: one calendar has one entry.
    With ``to`` it is for a mail: a request that has been accepted, for some calendars enter and cancel nothing else.
    """
    mine = replace(
        entry,
        changed_at=max(entry.changed_at, asked_at or entry.changed_at),
        sequence=entry.sequence + earlier,
        attendees=(Attendee(to, answer=PARTSTAT.ACCEPTED, rsvp=False),) if to else (),
    )
    if seat.state in SEATED:
        code = f"Din kod vid dörren: {door_code(seat.participant)}"
        return write(
            CalendarMethod.REQUEST if to else CalendarMethod.PUBLISH, [replace(mine, description=code, url=url)]
        )
    if seat.state is SeatState.CANCELLED:
        alone = entry.status is not STATUS.CANCELLED  # others meet still: the occasion's own sequence has not gone up
        return write(CalendarMethod.CANCEL, [replace(mine, sequence=mine.sequence + alone)])
    return None
