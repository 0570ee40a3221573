"""A county tells its own functions of the meetings that they are invited to: each thing once, nothing that is old."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.meetings.commands.asked_mailboxes import asked_mailboxes, caller_of
from services.meetings.commands.calendar_entries import invitation
from services.meetings.domain import meeting_letters as letters
from services.meetings.domain.answering import reference_of
from services.meetings.domain.ids import thread_id
from services.meetings.domain.life import OPEN
from services.meetings.domain.plan import AnyMeeting
from services.meetings.store import home, told
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS
from services.meetings.store.told import ToldInvitee
from shared import calendar
from shared.contracts.meeting_codes import MeetingStatus
from shared.contracts.meetings import Invitee
from shared.letter import Letter
from shared.messaging.outbox import Transaction
from shared.runtime import due, notices
from shared.swedish import day_of, start_of

REMIND = "remind-invitee"
"""The due kind of a meeting that own functions are invited to."""
REMINDERS = (7, 2)
"""So many days before a meeting, in the morning."""
MORNING = timedelta(hours=8)


async def tell_invitees(tx: Transaction, stored: StoredMeeting) -> None:
    """Own functions are told what is new in this version of a meeting, and reminded before it."""
    meeting = stored.state
    await tell_news(tx, stored)
    mine = any(each.actor.county == tx.writer.county for each in meeting.invitees)
    if mine and meeting.status in OPEN and (at := _next_reminder([stored], tx.context.now)):
        others = [each for each in await _find(tx, meeting.id, lock=False) if each.state.county != meeting.county]
        await due.plan(tx.conn, REMIND, meeting.id, _next_reminder([stored, *others], tx.context.now) or at)


async def tell_news(tx: Transaction, stored: StoredMeeting) -> None:
    """Own functions are told what they do not know yet: of this version, or of who comes instead of whom.

    Each mailbox is told once. One that stands for nobody any more, for the function is left out, has another mailbox
    now, or does not come instead, has the meeting taken out of its calendar. Where people may not be told just now,
    they are told that with the next news.
    """
    meeting, own = stored.state, tx.writer.county
    reference = reference_of(meeting)
    known = await told.told_of(tx.conn, own, reference)
    mine = any(each.actor.county == own for each in meeting.invitees)
    if meeting.status is MeetingStatus.DRAFT or not (mine or known):
        return
    when = calendar.written(meeting.starts_at, meeting.ends_at)
    until = calendar.written_day(meeting.answer_by) if meeting.answer_by else None
    heard = {each.mailbox: each for each in sorted(known, key=lambda each: letters.may_come(each.standing))}
    rows = []
    for each in await asked_mailboxes(tx, stored):
        before = heard.pop(each.mailbox).standing if each.mailbox in heard else None
        first, standing = each.functions[0], letters.standing(meeting, instead=each.instead)
        letter = letters.letter(meeting, before, when, until, each.names, each.answers, instead=each.instead)
        if letter is None and letters.may_come(before) and meeting.status in OPEN:
            standing = str(before)  # who does not come is told that it takes place once that changes
        await _send(tx, stored, each.mailbox, first.invitee, letter, file_of=stored, instead=first.instead)
        rows += [ToldInvitee(one.invitee, standing, each.mailbox) for one in each.functions]
    for gone in heard.values():
        off = letters.left_out(meeting, gone.standing, when, [caller_of(tx, meeting)])
        await _send(tx, stored, gone.mailbox, gone.invitee, off, file_of=_off(stored, gone.invitee))
    if not await notices.is_live(tx, meeting.starts_at):
        rows += heard.values()
    await told.replace(tx.conn, reference, rows)


async def remind_invitees(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of the meetings of that id, of whatever county: own functions that have not answered, or come, are
    reminded of the one whose reminder was planned for this time.
    """
    meetings, now = await _find(tx, identity, lock=True), tx.context.now
    for stored in meetings:
        meeting = stored.state
        if now >= meeting.starts_at or tx.caused_at not in [_morning(meeting, days) for days in REMINDERS]:
            continue
        when = calendar.written(meeting.starts_at, meeting.ends_at)
        days = (day_of(meeting.starts_at) - day_of(now)).days
        for each in await asked_mailboxes(tx, stored):
            letter = letters.reminder(meeting, each.answers, when, days, each.names, instead=each.instead)
            await _send(tx, stored, each.mailbox, each.functions[0].invitee, letter)
    return _next_reminder(meetings, now)


async def _send(
    tx: Transaction,
    stored: StoredMeeting,
    mailbox: str,
    invitee: Invitee,
    letter: Letter | None,
    file_of: StoredMeeting | None = None,
    *,
    instead: bool = False,
) -> None:
    """The letter goes to the mailbox, with the calendar file of ``file_of`` for it."""
    if letter is None:
        return
    if file_of is not None:
        file = await invitation(tx.conn, tx.writer, file_of, invitee, mailbox, tx.context.now, instead=instead)
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
