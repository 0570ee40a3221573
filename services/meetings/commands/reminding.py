"""Functions of this county are told what waits for them: minutes to approve, action items given, due soon, overdue.

A version is told of once: reactions and commands see each once. Reminders look at what is true when their time comes.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from services.meetings.domain import follow_up_letters as letters
from services.meetings.domain.action_items import progress
from services.meetings.domain.approvals import is_waiting, own_approvers
from services.meetings.domain.minutes import age_of
from services.meetings.store import actors, follow_ups
from services.meetings.store.follow_ups import ITEMS, MINUTES
from services.meetings.store.meetings import MEETINGS
from shared import calendar
from shared.contracts.action_items import ActionItem
from shared.contracts.asking import Reference
from shared.contracts.minutes import Minutes
from shared.contracts.minutes_codes import ItemStatus, MinutesStatus
from shared.letter import Letter
from shared.messaging.outbox import Transaction
from shared.runtime import due, notices
from shared.runtime.aggregates import Stored
from shared.swedish import start_of

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
    await _tell_approvers(tx, minutes, approvers, letters.to_approve(minutes, calendar.written_day(minutes.approve_by)))
    await due.plan(tx.conn, APPROVAL, minutes.id, _morning(minutes.approve_by + timedelta(days=1)))


async def remind_approvers(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of minutes whose day of approval has passed: own approvers that are waited for are reminded."""
    stored = await _find_minutes(tx, identity)
    if stored is None:
        return None
    minutes, county = stored.state, tx.writer.county
    if _morning(minutes.approve_by + timedelta(days=1)) > tx.context.now:
        return _morning(minutes.approve_by + timedelta(days=1))
    said = await follow_ups.approvals_of(tx.conn, [minutes])
    age = age_of(minutes, county, stored.epoch, stored.version)
    waiting = [each for each in own_approvers(minutes, county) if is_waiting(minutes, age, said.get(each))]
    letter = letters.approval_late(minutes, calendar.written_day(minutes.approve_by))
    await _tell_approvers(tx, minutes, waiting, letter)
    return None


async def tell_owner(tx: Transaction, item: ActionItem, *, again: bool) -> None:
    """The own function that is to do it is told of this version of the item, and reminded in time."""
    if item.status is not ItemStatus.ASSIGNED and not again:
        return  # it was cancelled before anybody heard of it
    await _tell_owner(tx, item, letters.item_given(item, calendar.moved_day(item.asked_due, item.due), again=again))
    if item.status is ItemStatus.ASSIGNED:
        soon, late = _morning(item.due - SOON), _morning(item.due + timedelta(days=1))
        await due.plan(tx.conn, ITEM, item.id, soon if soon > tx.context.now else late)


async def remind_owner(tx: Transaction, identity: UUID) -> datetime | None:
    """The due job of an item that is due soon, or overdue: its owner is reminded unless it is done."""
    stored = await _find_item(tx, identity)
    if stored is None or stored.state.owner.county != tx.writer.county:
        return None
    item, now = stored.state, tx.context.now
    soon, late = _morning(item.due - SOON), _morning(item.due + timedelta(days=1))
    if now < soon:
        return soon
    report = (await follow_ups.reports_of(tx.conn, [item])).get(Reference(county=item.county, id=item.id))
    shown = progress(item, report, tx.context.today)
    letter = letters.item_reminder(item, calendar.moved_day(item.asked_due, item.due), shown)
    if letter is not None:
        await _tell_owner(tx, item, letter)
    return late if now < late else None


async def _tell_approvers(tx: Transaction, minutes: Minutes, approvers: list[UUID], letter: Letter) -> None:
    meeting = await MEETINGS.find(tx.conn, minutes.county, minutes.meeting)
    invited = [each for each in meeting.state.invitees if each.id in approvers] if meeting else []
    known = await actors.known(tx.conn, [each.actor for each in invited])
    for invitee in invited:
        for contact in known[invitee.actor].contact_functions if invitee.actor in known else ():
            if contact.id == invitee.contact_function and contact.mailbox is not None:
                await notices.write(tx, notices.Recipient(contact.id, contact.mailbox), minutes.id, letter)


async def _tell_owner(tx: Transaction, item: ActionItem, letter: Letter) -> None:
    for contact in await actors.contacts_of(tx.conn, tx.writer.county, item.owner):
        if contact.mailbox is not None:
            await notices.write(tx, notices.Recipient(contact.id, contact.mailbox), item.id, letter)


async def _find_minutes(tx: Transaction, identity: UUID) -> Stored[Minutes] | None:
    county = await follow_ups.owner_of(tx.conn, identity)
    return None if county is None else await MINUTES.find(tx.conn, county, identity, lock=True)


async def _find_item(tx: Transaction, identity: UUID) -> Stored[ActionItem] | None:
    county = await follow_ups.owner_of(tx.conn, identity)
    return None if county is None else await ITEMS.find(tx.conn, county, identity, lock=True)


def _morning(day: date) -> datetime:
    return start_of(day) + MORNING
