"""A county tells its own functions of the meetings that they are invited to: each thing once, nothing that is old."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.meetings.commands.calendar_entries import invitation
from services.meetings.domain import meeting_letters as letters
from services.meetings.domain.answering import counted, reference_of
from services.meetings.domain.life import OPEN
from services.meetings.domain.meeting_letters import LEFT_OUT
from services.meetings.domain.plan import AnyMeeting
from services.meetings.store import actors, home, told
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS, answers_to
from services.meetings.store.told import ToldInvitee
from shared import calendar
from shared.contracts.meeting_codes import MeetingStatus
from shared.contracts.meetings import Invitee, Meeting
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


async def tell_invitees(tx: Transaction, stored: StoredMeeting) -> None:
    """Own functions are told what is new in this version of a meeting, and reminded before it."""
    meeting, own = stored.state, tx.writer.county
    reference = reference_of(meeting)
    known = await told.told_of(tx.conn, own, reference)
    mine = [each for each in meeting.invitees if each.actor.county == own]
    if meeting.status is MeetingStatus.DRAFT or not (mine or known):
        return
    when = calendar.written(meeting.starts_at, meeting.ends_at)
    until = calendar.written_day(meeting.answer_by) if meeting.answer_by else None
    for invitee in mine:
        before = known[invitee.id].standing if invitee.id in known else None
        await _send(tx, stored, invitee, letters.letter(meeting, before, when, until), file_of=stored)
    gone = [each for each in known.values() if each.invitee.id not in {one.id for one in mine}]
    for each in gone:
        if letters.may_come(each.standing) and meeting.status in OPEN:
            letter = letters.left_out(meeting, when)
            await _send(tx, stored, each.invitee, letter, file_of=_off(stored, each.invitee))
    told_now = [ToldInvitee(each, letters.standing(meeting)) for each in mine]
    await told.save(tx.conn, reference, [*told_now, *(ToldInvitee(each.invitee, LEFT_OUT) for each in gone)])
    if mine and meeting.status in OPEN and (at := _next_reminder(meeting, tx.context.now)):
        await due.plan(tx.conn, REMIND, meeting.id, at)


async def remind_invitees(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of a meeting: own functions that have not answered, or come, are reminded of it."""
    stored = await _find(tx, identity)
    if stored is None or stored.state.status not in OPEN:
        return None
    meeting, now = stored.state, tx.context.now
    due_days = [days for days in REMINDERS if _morning(meeting, days) <= now]
    if due_days and now < meeting.starts_at:
        given = await answers_to(tx.conn, [meeting] if isinstance(meeting, Meeting) else [])
        epoch = await database.epoch(tx.conn) if meeting.county == tx.writer.county else stored.epoch
        answers = counted(meeting, epoch, given.get(reference_of(meeting), {}))
        when = calendar.written(meeting.starts_at, meeting.ends_at)
        days = (day_of(meeting.starts_at) - day_of(now)).days
        for invitee in meeting.invitees:
            if invitee.actor.county == tx.writer.county:
                await _send(tx, stored, invitee, letters.reminder(meeting, answers[invitee.id].state, when, days))
    return _next_reminder(meeting, now)


async def _send(
    tx: Transaction,
    stored: StoredMeeting,
    invitee: Invitee,
    letter: Letter | None,
    file_of: StoredMeeting | None = None,
) -> None:
    """The letter goes to the function's mailbox if its actor has one; with the calendar file of ``file_of``."""
    mailbox = await actors.mailbox(tx.conn, invitee.actor, invitee.contact_function)
    if letter is None or mailbox is None:
        return
    if file_of is not None:
        file = await invitation(tx.conn, tx.writer, file_of, invitee)
        letter = replace(letter, calendar=file.content, method=file.method)
    await notices.write(tx, notices.Recipient(invitee.contact_function, mailbox), stored.state.id, letter)


def _off(stored: StoredMeeting, invitee: Invitee) -> StoredMeeting:
    """The meeting as whoever is left out sees it: it is taken out of the calendar."""
    off = {"invitees": (invitee,), "status": MeetingStatus.CANCELLED}
    return StoredMeeting(stored.state.model_copy(update=off), stored.version, stored.epoch)


async def _find(tx: Transaction, identity: UUID) -> StoredMeeting | None:
    county = await told.county_of(tx.conn, identity)
    at_home = await home.find(tx.conn, identity, lock=True) if county == tx.writer.county else None
    if county is None or at_home is not None:
        return at_home
    shared = await MEETINGS.find(tx.conn, county, identity, lock=True)
    return None if shared is None else StoredMeeting(shared.state, shared.version, shared.epoch)


def _morning(meeting: AnyMeeting, days: int) -> datetime:
    return start_of(day_of(meeting.starts_at) - timedelta(days=days)) + MORNING


def _next_reminder(meeting: AnyMeeting, now: datetime) -> datetime | None:
    return next((at for days in REMINDERS if (at := _morning(meeting, days)) > now), None)
