"""Letters about minutes and action items go to functions of this county, each with what answers it by mail."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from services.meetings.domain import follow_up_letters as letters
from services.meetings.domain.ids import thread_id
from services.meetings.domain.invitees import Actors
from services.meetings.store import actors, letter_codes
from services.meetings.store.letter_codes import CodedLetter
from services.meetings.store.meetings import MEETINGS
from shared import calendar
from shared.contracts.action_items import ActionItem, ItemOwner
from shared.contracts.asking import Reference
from shared.contracts.meetings import Invitee
from shared.contracts.minutes import Minutes
from shared.contracts.minutes_codes import ItemStatus
from shared.contracts.reference import FUNCTIONS, county_name
from shared.letter import Letter
from shared.messaging.outbox import Transaction
from shared.runtime import notices
from shared.runtime.aggregates import Stored
from shared.swedish import day_of, start_of


async def to_approvers(tx: Transaction, stored: Stored[Minutes], approvers: list[UUID], letter: Letter) -> None:
    """The letter goes to each of them, with the minutes that it is to read."""
    minutes = stored.state
    reference, until = Reference(county=minutes.county, id=minutes.id), _end_of(minutes.approve_by)
    meeting = await MEETINGS.find(tx.conn, minutes.county, minutes.meeting)
    invitees = meeting.state.invitees if meeting else ()
    known = await actors.known(tx.conn, [each.actor for each in invitees])
    people = (_names(invitees, minutes.present, known), _names(invitees, minutes.absent, known))
    for invitee in [each for each in invitees if each.id in approvers and each.actor in known]:
        for contact in known[invitee.actor].contact_functions:
            if contact.id == invitee.contact_function and contact.mailbox is not None:
                asked = CodedLetter(contact.mailbox, reference, stored.epoch, stored.version, invitee.id)
                code = await _code(tx, asked, until)
                whole = letters.with_minutes(letter, minutes, people, tx.writer.mail_sender, code)
                recipient = notices.Recipient(contact.id, contact.mailbox)
                await notices.write(tx, recipient, thread_id(reference), whole, until=until)


async def to_host(tx: Transaction, minutes: Minutes, letter: Letter) -> None:
    """The letter goes to the function of this county that holds the meeting; it may be an approver too."""
    about, until = thread_id(Reference(county=minutes.county, id=minutes.meeting)), _end_of(minutes.approve_by)
    meeting = await MEETINGS.find(tx.conn, minutes.county, minutes.meeting)
    if meeting is None:
        return
    holder = ItemOwner(county=minutes.county, function=meeting.state.organiser)
    for contact in await actors.contacts_of(tx.conn, tx.writer.county, holder):
        if contact.mailbox is not None:
            await notices.write(tx, notices.Recipient(contact.id, contact.mailbox), about, letter, until=until)


async def to_owner(tx: Transaction, owner: ItemOwner, stored: Stored[ActionItem], letter: Letter) -> None:
    """The letter goes to the function, which can say that the item is done if that is its to do."""
    item = stored.state
    reference, until = Reference(county=item.county, id=item.id), _end_of(item.due)
    may_report = owner == item.owner and item.status is ItemStatus.ASSIGNED
    for contact in await actors.contacts_of(tx.conn, tx.writer.county, owner):
        if contact.mailbox is None:
            continue
        whole = letter
        if may_report:
            asked = CodedLetter(contact.mailbox, reference, stored.epoch, stored.version, None)
            whole = letters.with_report(letter, tx.writer.mail_sender, await _code(tx, asked, until))
        recipient = notices.Recipient(contact.id, contact.mailbox)
        await notices.write(tx, recipient, thread_id(reference), whole, until=until)


async def meeting_of(tx: Transaction, followed: Minutes | ActionItem) -> str:
    """The meeting as people tell it from others of its kind: title, day and who held it."""
    host = f"Länsstyrelsen i {county_name(followed.county, tx.writer.counties)}"
    found = await MEETINGS.find(tx.conn, followed.county, followed.meeting)
    if found is None:
        return host
    return f"{found.state.title}, {calendar.written_day(day_of(found.state.starts_at))}, {host}"


async def _code(tx: Transaction, letter: CodedLetter, until: datetime) -> str:
    """The code of the letter, which nobody guesses. Whoever gets the letter has it: alone it opens nothing."""
    code = secrets.token_hex(8)
    if await notices.is_live(tx, until):
        await letter_codes.save(tx.conn, code, letter, tx.context.now)
    return code


def _end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1))


def _names(invitees: Sequence[Invitee], wanted: Collection[UUID], known: Actors) -> str:
    """Those who are wanted, by actor and function, as far as they are known here."""
    named = []
    for invitee in [each for each in invitees if each.id in wanted and each.actor in known]:
        actor = known[invitee.actor]
        functions = [each.function for each in actor.contact_functions if each.id == invitee.contact_function]
        named.append(", ".join([actor.name, *(FUNCTIONS[each].swedish for each in functions)]))
    return "; ".join(named)
