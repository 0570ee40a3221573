"""A county tells its own functions of the meetings that they are invited to: each thing once, nothing that is old."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.meetings.commands.calendar_entries import invitation
from services.meetings.domain import meeting_letters as letters
from services.meetings.domain.answering import counted, reference_of
from services.meetings.domain.ids import thread_id
from services.meetings.domain.life import OPEN
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store import actors, home, told
from services.meetings.store.answers import answers_to
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS
from services.meetings.store.told import ToldInvitee
from shared import calendar
from shared.contracts.meeting_codes import MeetingStatus
from shared.contracts.meetings import Invitee
from shared.contracts.reference import FUNCTIONS, MUNICIPALITIES, county_name
from shared.contracts.reference.meetings import TERMS
from shared.letter import Letter
from shared.links import identity as database
from shared.messaging.outbox import Transaction
from shared.runtime import due, notices
from shared.swedish import day_of, start_of

REMIND = "remind-invitee"
"""The due kind of a meeting that own functions are invited to."""
REMINDERS = (7, 2)
"""So many days before a meeting, in the morning."""
MORNING = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A mailbox of this county, and the invitees that it stands for: several functions may have one mailbox."""

    mailbox: str
    invitees: tuple[Invitee, ...]
    names: tuple[str, ...]


async def tell_invitees(tx: Transaction, stored: StoredMeeting) -> None:
    """Own functions are told what is new in this version of a meeting, and reminded before it.

    Each mailbox is told once. One that stands for no invitee any more, for the function is left out or has another
    mailbox now, has the meeting taken out of its calendar.
    """
    meeting, own = stored.state, tx.writer.county
    reference = reference_of(meeting)
    known = await told.told_of(tx.conn, own, reference)
    mine = [each for each in meeting.invitees if each.actor.county == own]
    if meeting.status is MeetingStatus.DRAFT or not (mine or known):
        return
    when = calendar.written(meeting.starts_at, meeting.ends_at)
    until = calendar.written_day(meeting.answer_by) if meeting.answer_by else None
    heard = {each.mailbox: each for each in sorted(known, key=lambda each: letters.may_come(each.standing))}
    asked = await _asked(tx, meeting, mine)
    for each in asked:
        before = heard.pop(each.mailbox).standing if each.mailbox in heard else None
        letter = letters.letter(meeting, before, when, until, each.names)
        await _send(tx, stored, each.mailbox, each.invitees[0], letter, file_of=stored)
    for gone in heard.values():
        names = (_caller(tx, meeting),)
        if meeting.status not in OPEN:
            off = letters.letter(meeting, gone.standing, when, until, names)
        else:
            off = letters.left_out(meeting, when, names) if letters.may_come(gone.standing) else None
        await _send(tx, stored, gone.mailbox, gone.invitee, off, file_of=_off(stored, gone.invitee))
    standing = letters.standing(meeting)
    rows = [ToldInvitee(one, standing, each.mailbox) for each in asked for one in each.invitees]
    await told.replace(tx.conn, reference, rows)
    if mine and meeting.status in OPEN and (at := _next_reminder([stored], tx.context.now)):
        others = [each for each in await _find(tx, meeting.id, lock=False) if each.state.county != meeting.county]
        await due.plan(tx.conn, REMIND, meeting.id, _next_reminder([stored, *others], tx.context.now) or at)


async def remind_invitees(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of the meetings of that id, of whatever county: own functions that have not answered, or come, are
    reminded of the one whose reminder was planned for this time.
    """
    meetings, now = await _find(tx, identity, lock=True), tx.context.now
    for stored in meetings:
        meeting = stored.state
        if now >= meeting.starts_at or tx.caused_at not in [_morning(meeting, days) for days in REMINDERS]:
            continue
        given = await answers_to(tx.conn, [stored])
        epoch = await database.epoch(tx.conn) if meeting.county == tx.writer.county else stored.epoch
        answers = counted(meeting, epoch, given.get(reference_of(meeting), {}))
        when = calendar.written(meeting.starts_at, meeting.ends_at)
        days = (day_of(meeting.starts_at) - day_of(now)).days
        mine = [each for each in meeting.invitees if each.actor.county == tx.writer.county]
        for each in await _asked(tx, meeting, mine):
            states = [answers[one.id].state for one in each.invitees]
            letter = letters.reminder(meeting, states, when, days, each.names)
            await _send(tx, stored, each.mailbox, each.invitees[0], letter)
    return _next_reminder(meetings, now)


async def _asked(tx: Transaction, meeting: AnyMeeting, invitees: Sequence[Invitee]) -> list[_Asked]:
    """The mailboxes of these invitees of this county: who has none is in no list, and nobody tells it anything."""
    known = await actors.known(tx.conn, [each.actor for each in invitees])
    found: dict[str, list[tuple[Invitee, str]]] = {}
    for invitee in invitees:
        for contact in known[invitee.actor].contact_functions if invitee.actor in known else ():
            if contact.id == invitee.contact_function and contact.mailbox is not None:
                function, role = FUNCTIONS[contact.function].swedish, TERMS["InviteeRole"][invitee.role].swedish
                name = f"Kallad: {known[invitee.actor].name}, {function}; som {role}"
                found.setdefault(contact.mailbox, []).append((invitee, name))
    caller = _caller(tx, meeting)
    return [
        _Asked(mailbox, tuple(one for one, _ in each), (caller, *(name for _, name in each)))
        for mailbox, each in found.items()
    ]


def _caller(tx: Transaction, meeting: AnyMeeting) -> str:
    """Whose meeting it is."""
    municipality = meeting.municipality if isinstance(meeting, HomeMeeting) else None
    if municipality is not None:
        return f"Kallar: {MUNICIPALITIES[municipality].name} kommun"
    return f"Kallar: Länsstyrelsen i {county_name(meeting.county, tx.writer.counties)}"


async def _send(
    tx: Transaction,
    stored: StoredMeeting,
    mailbox: str,
    invitee: Invitee,
    letter: Letter | None,
    file_of: StoredMeeting | None = None,
) -> None:
    """The letter goes to the mailbox, with the calendar file of ``file_of`` for it."""
    if letter is None:
        return
    if file_of is not None:
        file = await invitation(tx.conn, tx.writer, file_of, invitee, mailbox)
        letter = replace(letter, calendar=file.content, method=file.method)
    about = thread_id(reference_of(stored.state))
    recipient, until = notices.Recipient(invitee.contact_function, mailbox), stored.state.starts_at
    await notices.write(tx, recipient, about, letter, until=until)


def _off(stored: StoredMeeting, invitee: Invitee) -> StoredMeeting:
    """The meeting as whoever is left out sees it: it is taken out of the calendar."""
    off = {"invitees": (invitee,), "status": MeetingStatus.CANCELLED}
    return StoredMeeting(stored.state.model_copy(update=off), stored.version, stored.epoch)


async def _find(tx: Transaction, identity: UUID, *, lock: bool) -> list[StoredMeeting]:
    """The open meetings of that id, each of another county, of which own functions were told."""
    found = []
    for county in await told.counties_of(tx.conn, identity):
        at_home = await home.find(tx.conn, identity, lock=lock) if county == tx.writer.county else None
        if at_home is not None:
            found.append(at_home)
        elif shared := await MEETINGS.find(tx.conn, county, identity, lock=lock):
            found.append(StoredMeeting(shared.state, shared.version, shared.epoch))
    return [each for each in found if each.state.status in OPEN]


def _morning(meeting: AnyMeeting, days: int) -> datetime:
    return start_of(day_of(meeting.starts_at) - timedelta(days=days)) + MORNING


def _next_reminder(meetings: Iterable[StoredMeeting], now: datetime) -> datetime | None:
    mornings = [_morning(each.state, days) for each in meetings for days in REMINDERS]
    return min((at for at in mornings if at > now), default=None)
