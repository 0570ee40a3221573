"""The approver's side of minutes: its county says whether it approves the version that was read."""

from uuid import UUID

from services.meetings.commands.minuting import hear_approval
from services.meetings.domain import approvals
from services.meetings.domain.answering import Answerer
from services.meetings.domain.ids import approval_id
from services.meetings.domain.minutes import age_of
from services.meetings.store import actors
from services.meetings.store.follow_ups import APPROVALS, MINUTES
from services.meetings.store.meetings import MEETINGS
from shared.contracts.asking import Reference
from shared.contracts.minutes import Minutes
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored
from shared.runtime.db import Connection


async def lock(tx: Transaction, county: str, identity: UUID) -> Stored[Minutes]:
    """The minutes of whatever county; nobody changes them before this transaction ends. Rejected if not known."""
    stored = await MINUTES.find(tx.conn, county, identity, lock=True)
    if stored is None:
        raise MINUTES.not_found()
    return stored


async def give(tx: Transaction, stored: Stored[Minutes], approver: UUID, reason: str | None, by: Answerer) -> None:
    """The approver approves this version of the minutes, or objects to it for a ``reason``; the host hears of it.

    Rejected if the approver is another county's, or if the caller does not speak for it.
    """
    minutes, county = stored.state, tx.writer.county
    if not await may_speak(tx.conn, minutes, approver, by):
        raise Rejected("forbidden", "You do not speak for this approver; its coordinator does.")
    identity = approval_id(Reference(county=minutes.county, id=minutes.id), approver)
    before = await APPROVALS.find(tx.conn, county, identity, lock=True)
    age = age_of(minutes, county, stored.epoch, stored.version)
    event = approvals.give(minutes, age, approver, before.state if before else None, reason, tx.context)
    if event is None:
        return
    await APPROVALS.write(tx, event, before)
    if minutes.county == county:  # a county does not receive what it has published itself
        await hear_approval(tx, event)


async def may_speak(conn: Connection, minutes: Minutes, approver: UUID, by: Answerer) -> bool:
    """Whether the caller speaks for the approver, a function at the meeting that its county owns."""
    if by.coordinator:
        return True
    meeting = await MEETINGS.find(conn, minutes.county, minutes.meeting)
    invited = [each.actor for each in meeting.state.invitees if each.id == approver] if meeting else []
    return any(by.may_answer_for(each) for each in (await actors.known(conn, invited)).values())
