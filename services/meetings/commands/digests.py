"""Once a week each function of this county hears by e-mail which action items it has not finished."""

import json
from datetime import datetime
from uuid import UUID

from services.meetings.domain import follow_up_letters as letters
from services.meetings.store import actors, items
from services.meetings.store.items import WantedItems
from shared import calendar
from shared.contracts.action_items import ActionItem
from shared.messaging.outbox import Transaction
from shared.runtime import notices
from shared.runtime.aggregates import LIST_START
from shared.runtime.notices import Recipient, wishes

DIGEST = "digest"
"""The due kind of the service itself."""
MOST_ITEMS = 10_000
"""Of a county's items, those that are due first."""


async def send_digests(tx: Transaction, _: UUID) -> datetime:
    """The due job of the service: on Monday morning each function hears what it has not finished, if anything."""
    today = tx.context.today
    if today.weekday() == calendar.MONDAY:  # not the first run, or one that was missed
        for recipient, waiting in await _waiting(tx):
            late = sum(each.due < today for each in waiting)
            lines = [(calendar.moved_day(each.asked_due, each.due), each.text) for each in waiting]
            await notices.write(tx, recipient, recipient.id, letters.digest(lines, late))
    return calendar.next_monday(today)


async def _waiting(tx: Transaction) -> list[tuple[Recipient, list[ActionItem]]]:
    """The items of each mailbox of this county, the one that is due first before the others."""
    own, unwanted = tx.writer.county, await wishes.without_digest(tx.conn)
    wanted = WantedItems(tx.context.today, containing=json.dumps({"owner": {"county": own}}))
    found: dict[str, tuple[Recipient, list[ActionItem]]] = {}
    for listed in await items.page(tx.conn, wanted, LIST_START, MOST_ITEMS):
        item = listed.stored.state
        contacts = [each for each in await actors.contacts_of(tx.conn, own, item.owner) if each.id not in unwanted]
        for mailbox, contact in {each.mailbox: each for each in contacts if each.mailbox}.items():
            found.setdefault(mailbox, (Recipient(contact.id, mailbox), []))[1].append(item)
    return list(found.values())
