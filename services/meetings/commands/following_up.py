"""Action items: the host assigns them, the owner's county receives each version and reports how far it is."""

from datetime import date
from uuid import UUID

from services.meetings.commands import hosting
from services.meetings.commands.reminding import remind_reopened, tell_owner
from services.meetings.domain import action_items
from services.meetings.domain.action_items import age_of, may_report
from services.meetings.domain.answering import Answerer, check_newest
from services.meetings.domain.ids import report_id
from services.meetings.store import actors, decisions, follow_ups
from services.meetings.store.follow_ups import ITEMS, REPORTS
from shared.contracts.action_items import ActionItem, ActionItemDetails, ActionReport, ItemOwner
from shared.contracts.asking import Reference
from shared.contracts.meetings import Meeting
from shared.contracts.minutes import DecisionReference
from shared.contracts.minutes_codes import Work
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import OWN_EPOCH, Stored


async def assign(tx: Transaction, meeting: UUID, details: ActionItemDetails, identity: UUID) -> Stored[ActionItem]:
    """The owner is to do it. Rejected if the meeting is no own one or stays in the county, and if the id is taken."""
    shared = (await hosting.lock_own(tx, meeting)).state
    if not isinstance(shared, Meeting):
        raise Rejected("stays-home", "The meeting stays in this county, and so does what is to be done after it.")
    known = await _decisions(tx, details)
    await _check_actor(tx, details.owner)
    after = await ITEMS.write(tx, action_items.assign(details, shared, known, identity, tx.context))
    if after is None:
        address = f"/action-items/{tx.writer.county}/{identity}"
        raise Rejected("already-registered", f"An action item with this reference is there: {address}.", at=address)
    await receive(tx, after.state, OWN_EPOCH, after.version)
    return after


async def change(tx: Transaction, before: Stored[ActionItem], details: ActionItemDetails) -> Stored[ActionItem]:
    """The item is as given. The caller has locked ``before``."""
    report = (await follow_ups.reports_of(tx.conn, [before.state])).get(_reference(before.state))
    known = await _decisions(tx, details)
    if details.owner != before.state.owner:
        await _check_actor(tx, details.owner)
    event = action_items.change(details, before.state, report, known, tx.context)
    return await _update(tx, before, event)


async def cancel(tx: Transaction, before: Stored[ActionItem]) -> Stored[ActionItem]:
    """The item is not to be done any more. The caller has locked ``before``."""
    report = (await follow_ups.reports_of(tx.conn, [before.state])).get(_reference(before.state))
    return await _update(tx, before, action_items.cancel(before.state, report))


async def receive(tx: Transaction, item: ActionItem, epoch: int, version: int) -> Stored[ActionReport] | None:
    """The owner's county has this version of the item; None if another county is to do it."""
    county = tx.writer.county
    before = await REPORTS.find(tx.conn, county, report_id(_reference(item), county), lock=True)
    age = age_of(item, county, epoch, version)
    event = action_items.seen(item, age, before.state if before else None, county)
    if event is None:
        if item.owner.county != county:
            await tell_owner(tx, Stored(item, epoch, version))
        return before
    await tell_owner(tx, Stored(item, epoch, version))
    return await REPORTS.write(tx, event, before)


async def lock(tx: Transaction, county: str, identity: UUID) -> Stored[ActionItem]:
    """The item of whatever county; nobody changes it before this transaction ends. Rejected if it is not known."""
    stored = await ITEMS.find(tx.conn, county, identity, lock=True)
    if stored is None:
        raise ITEMS.not_found()
    return stored


async def report(tx: Transaction, stored: Stored[ActionItem], work: Work, by: Answerer) -> None:
    """The owner is so far with the item. Rejected if another county owns it, or if the caller does not speak for it."""
    item = stored.state
    if item.owner.county != tx.writer.county:
        owner = item.owner.county
        raise Rejected("not-owner", f"{owner} is to do this, and says how far it is: report it there.", owner=owner)
    actor = None
    if item.owner.actor is not None:
        reference = Reference(county=item.owner.county, id=item.owner.actor)
        actor = (await actors.known(tx.conn, [reference])).get(reference)
    if not may_report(item.owner, actor, by):
        raise Rejected("forbidden", "You do not speak for this function; its coordinator does.")
    before = await receive(tx, item, stored.epoch, stored.version)
    assert before is not None, "it is this county's to do"
    check_newest(age_of(item, tx.writer.county, stored.epoch, stored.version), before.state)
    await REPORTS.update(tx, before, action_items.report(item, work, before.state))
    if before.state.work is Work.DONE and work is not Work.DONE:
        await remind_reopened(tx, stored)


async def _check_actor(tx: Transaction, owner: ItemOwner) -> None:
    """Rejected if no actor that is known here has the function of the owner: nobody would be told.

    Of the board and the police of another county so much is not known: they may be registered later.
    """
    known = owner.actor is not None or owner.county == tx.writer.county
    if known and not await actors.contacts_of(tx.conn, owner.county, owner):
        raise Rejected(
            "invalid-owner",
            f"No such active actor with the function {owner.function} is known here. If it was just registered, try "
            "again soon.",
        )


async def _update(tx: Transaction, before: Stored[ActionItem], event: ActionItem | None) -> Stored[ActionItem]:
    after = await ITEMS.update(tx, before, event)
    if event is not None:
        await receive(tx, event, OWN_EPOCH, after.version)
    return after


async def _decisions(tx: Transaction, details: ActionItemDetails) -> dict[DecisionReference, date]:
    """The decision that the item is linked to, if it is known here."""
    return await decisions.known(tx.conn, [details.decision] if details.decision else [], approved=False)


def _reference(item: ActionItem) -> Reference:
    return Reference(county=item.county, id=item.id)
