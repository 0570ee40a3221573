"""Calendar entries of a meeting, and the file that asks a function to come: for routes, and for mails."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.meetings.domain.answering import counted, reference_of
from services.meetings.domain.invitees import comes_instead
from services.meetings.domain.life import OPEN
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store import actors, calendars
from services.meetings.store.answers import answers_to
from services.meetings.store.home import StoredMeeting
from shared import calendar
from shared.contracts.asking import Reference
from shared.contracts.counties import County
from shared.contracts.invitations import InviteeAnswer
from shared.contracts.meeting_codes import InviteeRole, MeetingStatus, Rsvp
from shared.contracts.meetings import CollaborationMeeting, Invitee
from shared.contracts.reference import county_name
from shared.links import identity as database
from shared.messaging.outbox import Writer
from shared.runtime.calendar_files.entries import (
    PARTSTAT,
    ROLE,
    STATUS,
    Attendee,
    CalendarEntry,
    CalendarMethod,
    CalendarUser,
)
from shared.runtime.calendar_files.writing import CalendarFile, write
from shared.runtime.db import Connection

_STATUS = {
    MeetingStatus.INVITED: STATUS.TENTATIVE,
    MeetingStatus.POSTPONED: STATUS.CANCELLED,
    MeetingStatus.CANCELLED: STATUS.CANCELLED,
}
POSTPONED, NO_TIME = "Uppskjutet", "Mötet är uppskjutet. En ny kallelse kommer när tiden är klar."
"""A postponed meeting has no time, so no calendar keeps it; the next invitation enters it again, with the same UID."""
_ROLES = {
    InviteeRole.CHAIR: ROLE.CHAIR,
    InviteeRole.SUBSTITUTE: ROLE.OPT_PARTICIPANT,
    InviteeRole.GUEST: ROLE.OPT_PARTICIPANT,
    InviteeRole.OBSERVER: ROLE.NON_PARTICIPANT,
}


def uid_of(meeting: Reference) -> str:
    """The UID of the meeting in every calendar, for ever."""
    return f"{meeting.id}@{meeting.county}"


def meeting_of(uid: str) -> Reference | None:
    """The meeting of that UID; None if it is none of a meeting."""
    identity, _, county = uid.partition("@")
    try:
        return Reference(county=county, id=UUID(identity))
    except ValueError:
        return None


def entry_of(
    meeting: AnyMeeting | CollaborationMeeting, changed_at: datetime, counties: Iterable[County]
) -> CalendarEntry:
    """Title, time, place and county: what a county's feed may show. The organiser is an address that is none."""
    county = county_name(meeting.county, counties)
    entry = CalendarEntry(
        uid=uid_of(Reference(county=meeting.county, id=meeting.id)),
        sequence=meeting.sequence,
        changed_at=changed_at,
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        title=meeting.title,
        organiser=CalendarUser(f"no-reply@{meeting.county}.invalid", county),
        status=_STATUS.get(meeting.status, STATUS.CONFIRMED),
        place=None if isinstance(meeting, CollaborationMeeting) else meeting.place,
        categories=(county,),
    )
    postponed = meeting.status is MeetingStatus.POSTPONED
    return replace(entry, called_off=POSTPONED, description=NO_TIME) if postponed else entry


async def function_entries(conn: Connection, writer: Writer, actor: Reference, function: UUID) -> list[CalendarEntry]:
    """The meetings to which a contact function of this county is asked, but for those it has declined, or to which it
    comes instead of another.

    Before the meeting, what it has not accepted is tentative.
    """
    own, counties = writer.county, writer.counties
    known = (await actors.known(conn, [actor])).get(actor)
    contact = next((each for each in known.contact_functions if each.id == function), None) if known else None
    meetings = await calendars.of_function(
        conn, actor, function, writer.now(), named=contact.function if contact else None
    )
    entries = []
    for dated, answers in zip(meetings, await answers_of(conn, own, [each.stored for each in meetings]), strict=True):
        meeting = dated.stored.state
        of_actor = [(each, answers[each.id]) for each in meeting.invitees if each.actor == actor]
        given = [answer.state for each, answer in of_actor if each.contact_function == function]
        if contact is not None and any(comes_instead(contact, *each) for each in of_actor):
            given.append(Rsvp.ACCEPTED)
        entry = _whole(meeting, entry_of(meeting, dated.changed_at, counties))
        if meeting.status in OPEN:
            entry = replace(entry, status=STATUS.CONFIRMED if Rsvp.ACCEPTED in given else STATUS.TENTATIVE)
        if set(given) - {Rsvp.DECLINED}:
            entries.append(entry)
    return entries


async def invitation(
    conn: Connection,
    writer: Writer,
    stored: StoredMeeting,
    invitee: Invitee,
    asked: str | None = None,
    made_at: datetime | None = None,
    *,
    instead: bool = False,
) -> CalendarFile:
    """The file that asks a function of this county to come, with the answer that counts; a cancellation if it is off.

    Answers come back to where the mail comes from (RFC 6047, section 2.3), and never to the invitee itself: to its
    organiser a calendar offers no answer. No other invitee is named. ``asked`` is its mailbox, if not the present one,
    and ``made_at`` when it is told, if the meeting has not changed since. Who comes ``instead`` of the invitee does so
    by an answer of its county, and is asked for none.
    """
    own, counties = writer.county, writer.counties
    changed_at = (await calendars.dated(conn, stored)).changed_at
    (answers,) = await answers_of(conn, own, [stored])
    actor = (await actors.known(conn, [invitee.actor])).get(invitee.actor)
    asked = asked or await asked_at(conn, own, invitee)
    entry = _whole(stored.state, entry_of(stored.state, max(changed_at, made_at or changed_at), counties))
    answer = Rsvp.ACCEPTED if instead else answers[invitee.id].state
    attendee = Attendee(
        CalendarUser(asked, actor.name if actor else own),
        _ROLES.get(invitee.role, ROLE.REQ_PARTICIPANT),
        PARTSTAT.__members__.get(answer.value, PARTSTAT.NEEDS_ACTION),
        rsvp=stored.state.status in OPEN and not instead,
    )
    method = CalendarMethod.CANCEL if entry.status is STATUS.CANCELLED else CalendarMethod.REQUEST
    organiser = replace(entry.organiser, address=writer.mail_sender)
    return write(method, [replace(entry, organiser=organiser, attendees=(attendee,))])


async def asked_at(conn: Connection, own: str, invitee: Invitee) -> str:
    """The address that a calendar file asks: the function's mailbox, or one that is none."""
    return await actors.mailbox(conn, invitee.actor, invitee.contact_function) or f"{invitee.id}@{own}.invalid"


async def answers_of(conn: Connection, own: str, meetings: Sequence[StoredMeeting]) -> list[dict[UUID, InviteeAnswer]]:
    """The answers that count, by invitee, of each of the meetings."""
    epoch = await database.epoch(conn)
    given = await answers_to(conn, meetings)
    epochs = [epoch if each.state.county == own else each.epoch for each in meetings]
    return [
        counted(each.state, asked, given.get(reference_of(each.state), {}))
        for each, asked in zip(meetings, epochs, strict=True)
    ]


def _whole(meeting: AnyMeeting, entry: CalendarEntry) -> CalendarEntry:
    """The entry with all that an invitee sees."""
    agenda = [
        f"{number}. {item.title}" + (f" ({item.minutes} min)" if item.minutes else "")
        for number, item in enumerate(meeting.agenda, 1)
    ]
    answer_by = meeting.answer_by if meeting.status in OPEN else None
    until = f"Svara senast {calendar.written_day(answer_by)}." if answer_by else None
    parts = [entry.description, meeting.purpose, "\n".join(["Dagordning:", *agenda]) if agenda else None, until]
    description = "\n\n".join(part for part in parts if part) or None
    return replace(entry, url=meeting.url, description=description, private=isinstance(meeting, HomeMeeting))
