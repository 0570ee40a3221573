"""Functions of this county are told what waits for them: minutes to approve, action items given, due soon, overdue.

A version is told of once: reactions and commands see each once. Reminders look at what is true when their time comes.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from services.meetings.domain import follow_up_letters as letters
from services.meetings.domain.action_items import progress
from services.meetings.domain.approvals import is_waiting, own_approvers
from services.meetings.domain.ids import thread_id
from services.meetings.domain.minutes import age_of
from services.meetings.store import actors, follow_ups, told
from services.meetings.store.follow_ups import ITEMS, MINUTES
from services.meetings.store.meetings import MEETINGS
from shared import calendar
from shared.contracts.action_items import ActionItem, ItemOwner
from shared.contracts.asking import Reference
from shared.contracts.minutes import Minutes
from shared.contracts.minutes_codes import ItemStatus, MinutesStatus
from shared.contracts.reference import county_name
from shared.letter import Letter
from shared.messaging.outbox import Transaction
from shared.runtime import due, notices
from shared.runtime.aggregates import Stored
from shared.swedish import day_of, start_of

APPROVAL, ITEM = "remind-approver", "remind-owner"
"""The due kinds of minutes that own functions approve, and of items that own functions do."""
SOON = timedelta(days=7)
MORNING = timedelta(hours=8)
"""Swedish local time at which reminders are written."""


async def ask_approvers(tx: Transaction, minutes: Minutes) -> None:
    """Own approvers are told of a revision that waits for them, and reminded after its day."""
    approvers = own_approvers(minutes, tx.writer.county)
    if not approvers or minutes.status is not MinutesStatus.CIRCULATED:
        return
    until, of = calendar.written_day(minutes.approve_by), await _meeting_of(tx, minutes)
    await _tell_approvers(tx, minutes, approvers, letters.to_approve(minutes, until, of))
    others = await _minutes(tx, minutes.id, lock=False)
    mornings = [_late(each.state) for each in others if each.state.county != minutes.county]
    await due.plan(
        tx.conn, APPROVAL, minutes.id, min([_late(minutes), *(at for at in mornings if at > tx.context.now)])
    )


async def remind_approvers(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of minutes whose day of approval has passed: own approvers that are waited for are reminded.

    Minutes of several counties may have that id: the job is of those that were planned for this time.
    """
    found, county = await _minutes(tx, identity, lock=True), tx.writer.county
    for stored in found:
        minutes = stored.state
        if _late(minutes) != tx.caused_at:
            continue
        said = await follow_ups.approvals_of(tx.conn, [minutes])
        age = age_of(minutes, county, stored.epoch, stored.version)
        waiting = [each for each in own_approvers(minutes, county) if is_waiting(minutes, age, said.get(each))]
        letter = letters.approval_late(
            minutes, calendar.written_day(minutes.approve_by), await _meeting_of(tx, minutes)
        )
        await _tell_approvers(tx, minutes, waiting, letter)
    return min((at for each in found if (at := _late(each.state)) > tx.context.now), default=None)


async def tell_owner(tx: Transaction, item: ActionItem) -> None:
    """The own function that is to do it is told of this version of the item, and reminded in time.

    The one that was to do it before is told that it is another's now.
    """
    reference, own = Reference(county=item.county, id=item.id), tx.writer.county
    before = await told.owner_of(tx.conn, own, reference)
    mine = item.owner.county == own
    if before is None and not (mine and item.status is ItemStatus.ASSIGNED):
        return  # it is another county's, or was cancelled before anybody heard of it
    due_day, of = calendar.moved_day(item.asked_due, item.due), await _meeting_of(tx, item)
    if before is not None and before != item.owner:
        await _tell_owner(tx, before, item, letters.item_taken_back(item, of))
    if mine and (before == item.owner or item.status is ItemStatus.ASSIGNED):
        given = letters.item_given(item, due_day, of, again=before == item.owner)
        await _tell_owner(tx, item.owner, item, given)
    waits = mine and item.status is ItemStatus.ASSIGNED
    await told.save_owner(tx.conn, reference, item.owner if waits else None)
    if waits:
        others = [each.state for each in await _items(tx, item.id, lock=False) if each.state.county != item.county]
        at = _next([item, *others], tx.context.now)
        await due.plan(tx.conn, ITEM, item.id, at or _reminders(item)[-1])


async def remind_owner(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of an item that is due soon, or overdue: its owner is reminded unless it is done.

    Items of several counties may have that id: the job is of those that were planned for this time.
    """
    found = [each.state for each in await _items(tx, identity, lock=True)]
    mine = [each for each in found if each.owner.county == tx.writer.county]
    for item in mine:
        if tx.caused_at not in _reminders(item):
            continue
        report = (await follow_ups.reports_of(tx.conn, [item])).get(Reference(county=item.county, id=item.id))
        shown = progress(item, report, tx.context.today)
        of = await _meeting_of(tx, item)
        letter = letters.item_reminder(item, calendar.moved_day(item.asked_due, item.due), of, shown)
        if letter is not None:
            await _tell_owner(tx, item.owner, item, letter)
    return _next(mine, tx.context.now)


async def _tell_approvers(tx: Transaction, minutes: Minutes, approvers: list[UUID], letter: Letter) -> None:
    about = thread_id(Reference(county=minutes.county, id=minutes.id))
    meeting = await MEETINGS.find(tx.conn, minutes.county, minutes.meeting)
    invited = [each for each in meeting.state.invitees if each.id in approvers] if meeting else []
    known = await actors.known(tx.conn, [each.actor for each in invited])
    for invitee in invited:
        for contact in known[invitee.actor].contact_functions if invitee.actor in known else ():
            if contact.id == invitee.contact_function and contact.mailbox is not None:
                await notices.write(tx, notices.Recipient(contact.id, contact.mailbox), about, letter)


async def _tell_owner(tx: Transaction, owner: ItemOwner, item: ActionItem, letter: Letter) -> None:
    about = thread_id(Reference(county=item.county, id=item.id))
    for contact in await actors.contacts_of(tx.conn, tx.writer.county, owner):
        if contact.mailbox is not None:
            await notices.write(tx, notices.Recipient(contact.id, contact.mailbox), about, letter)


async def _meeting_of(tx: Transaction, followed: Minutes | ActionItem) -> str:
    """The meeting as people tell it from others of its kind: title, day and who held it."""
    host = f"Länsstyrelsen i {county_name(followed.county, tx.writer.counties)}"
    found = await MEETINGS.find(tx.conn, followed.county, followed.meeting)
    if found is None:
        return host
    return f"{found.state.title}, {calendar.written_day(day_of(found.state.starts_at))}, {host}"


async def _minutes(tx: Transaction, identity: UUID, *, lock: bool) -> list[Stored[Minutes]]:
    counties = await follow_ups.counties_of(tx.conn, identity)
    found = [await MINUTES.find(tx.conn, county, identity, lock=lock) for county in counties]
    return [each for each in found if each is not None]


async def _items(tx: Transaction, identity: UUID, *, lock: bool) -> list[Stored[ActionItem]]:
    counties = await follow_ups.counties_of(tx.conn, identity)
    found = [await ITEMS.find(tx.conn, county, identity, lock=lock) for county in counties]
    return [each for each in found if each is not None]


def _late(minutes: Minutes) -> datetime:
    return _morning(minutes.approve_by + timedelta(days=1))


def _reminders(item: ActionItem) -> tuple[datetime, datetime]:
    return _morning(item.due - SOON), _morning(item.due + timedelta(days=1))


def _next(items: Iterable[ActionItem], now: datetime) -> datetime | None:
    return min((at for each in items for at in _reminders(each) if at > now), default=None)


def _morning(day: date) -> datetime:
    return start_of(day) + MORNING
