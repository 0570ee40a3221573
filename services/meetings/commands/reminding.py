"""Functions of this county are told what waits for them: minutes to approve, action items given, due soon, overdue.

A version is told of once: reactions and commands see each once. Reminders look at what is true when their time comes.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from services.meetings.commands import follow_up_mails as mails
from services.meetings.domain import follow_up_letters as letters
from services.meetings.domain.action_items import progress
from services.meetings.domain.approvals import is_waiting, own_approvers
from services.meetings.domain.ids import thread_id
from services.meetings.domain.minutes import age_of
from services.meetings.store import follow_ups, told
from services.meetings.store.follow_ups import ITEMS, MINUTES
from shared import calendar
from shared.contracts.action_items import ActionItem
from shared.contracts.asking import Reference
from shared.contracts.minutes import Minutes
from shared.contracts.minutes_codes import ItemStatus, MinutesStatus
from shared.messaging.outbox import Transaction
from shared.runtime import due, notices
from shared.runtime.aggregates import Stored
from shared.swedish import start_of

APPROVAL, ITEM = "remind-approver", "remind-owner"
"""The due kinds of minutes that own functions approve, and of items that own functions do."""
SOON = timedelta(days=7)
MORNING = timedelta(hours=8)
"""Swedish local time at which reminders are written."""


async def ask_approvers(tx: Transaction, stored: Stored[Minutes]) -> None:
    """Own approvers are told of a revision that waits for them, and reminded after its day.

    Once all have approved it, or words of it are masked, its text is in no letter that still waits.
    """
    minutes = stored.state
    approvers = own_approvers(minutes, tx.writer.county)
    if approvers and minutes.status is not MinutesStatus.CIRCULATED:
        await notices.take_back(tx, thread_id(Reference(county=minutes.county, id=minutes.id)))
    if not approvers or minutes.status is not MinutesStatus.CIRCULATED:
        return
    until, of = calendar.written_day(minutes.approve_by), await mails.meeting_of(tx, minutes)
    await mails.to_approvers(tx, stored, approvers, letters.to_approve(minutes, until, of))
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
        said = await follow_ups.approvals_of(tx.conn, [stored])
        age = age_of(minutes, county, stored.epoch, stored.version)
        waiting = [each for each in own_approvers(minutes, county) if is_waiting(minutes, age, said.get(each))]
        letter = letters.approval_late(
            minutes, calendar.written_day(minutes.approve_by), await mails.meeting_of(tx, minutes)
        )
        await mails.to_approvers(tx, stored, waiting, letter)
    return min((at for each in found if (at := _late(each.state)) > _planned_at(tx)), default=None)


async def tell_owner(tx: Transaction, stored: Stored[ActionItem]) -> None:
    """The own function that is to do it is told of this version of the item, and reminded in time.

    The one that was to do it before is told that it is another's now.
    """
    item = stored.state
    reference, own = Reference(county=item.county, id=item.id), tx.writer.county
    before = await told.owner_of(tx.conn, own, reference)
    mine = item.owner.county == own
    if before is None and not (mine and item.status is ItemStatus.ASSIGNED):
        return  # it is another county's, or was cancelled before anybody heard of it
    due_day, of = calendar.moved_day(item.asked_due, item.due), await mails.meeting_of(tx, item)
    if before is not None and before != item.owner:
        await mails.to_owner(tx, before, stored, letters.item_taken_back(item, of))
    if mine and (before == item.owner or item.status is ItemStatus.ASSIGNED):
        given = letters.item_given(item, due_day, of, again=before == item.owner)
        await mails.to_owner(tx, item.owner, stored, given)
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
    found = await _items(tx, identity, lock=True)
    mine = [each for each in found if each.state.owner.county == tx.writer.county]
    for stored in mine:
        if tx.caused_at in _reminders(stored.state):
            await _remind(tx, stored)
    return _next([each.state for each in mine], _planned_at(tx))


async def remind_reopened(tx: Transaction, stored: Stored[ActionItem]) -> None:
    """An own item that was done is not, after all: once its reminders are over, its owner is told at once."""
    if tx.context.now >= _reminders(stored.state)[-1]:
        await _remind(tx, stored)


async def _remind(tx: Transaction, stored: Stored[ActionItem]) -> None:
    item = stored.state
    report = (await follow_ups.reports_of(tx.conn, [item])).get(Reference(county=item.county, id=item.id))
    due_day, of = calendar.moved_day(item.asked_due, item.due), await mails.meeting_of(tx, item)
    letter = letters.item_reminder(item, due_day, of, progress(item, report, tx.context.today))
    if letter is not None:
        await mails.to_owner(tx, item.owner, stored, letter)


async def _minutes(tx: Transaction, identity: UUID, *, lock: bool) -> list[Stored[Minutes]]:
    counties = await follow_ups.counties_of(tx.conn, identity)
    found = [await MINUTES.find(tx.conn, county, identity, lock=lock) for county in counties]
    return [each for each in found if each is not None]


async def _items(tx: Transaction, identity: UUID, *, lock: bool) -> list[Stored[ActionItem]]:
    counties = await follow_ups.counties_of(tx.conn, identity)
    found = [await ITEMS.find(tx.conn, county, identity, lock=lock) for county in counties]
    return [each for each in found if each is not None]


def _planned_at(tx: Transaction) -> datetime:
    """When the job was to run. It may run days late: a reminder that has become due since comes right after it."""
    return tx.caused_at or tx.context.now


def _late(minutes: Minutes) -> datetime:
    return _morning(minutes.approve_by + timedelta(days=1))


def _reminders(item: ActionItem) -> tuple[datetime, datetime]:
    return _morning(item.due - SOON), _morning(item.due + timedelta(days=1))


def _next(items: Iterable[ActionItem], now: datetime) -> datetime | None:
    return min((at for each in items for at in _reminders(each) if at > now), default=None)


def _morning(day: date) -> datetime:
    return start_of(day) + MORNING
