"""The host's side of minutes: a draft at home, circulated to all counties, approved once every approver has said so.

After that words are masked, and nothing else changes.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from uuid_utils.compat import uuid7

from services.meetings.commands import follow_up_mails as mails
from services.meetings.commands import hosting
from services.meetings.commands.reminding import ask_approvers
from services.meetings.domain import follow_up_letters as letters
from services.meetings.domain import masking, minutes
from services.meetings.domain.minutes import MinutesDraft
from services.meetings.domain.plan import HomeMeeting
from services.meetings.store import decisions, follow_ups
from services.meetings.store.follow_ups import MINUTES
from services.meetings.store.meetings import MEETINGS
from shared.contracts.meetings import Meeting
from shared.contracts.minutes import DecisionReference, MinutesApproval, MinutesDetails
from shared.contracts.minutes import Minutes as SharedMinutes
from shared.contracts.reference import county_name
from shared.links import identity as database
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored


async def begin(tx: Transaction, meeting: UUID, details: MinutesDetails, approve_by: date | None) -> MinutesDraft:
    """A draft of the minutes of an own meeting; Rejected if there is no such meeting, or if it has minutes."""
    found = await hosting.lock_own(tx, meeting)
    if isinstance(found.state, HomeMeeting) and found.state.municipality:
        raise MEETINGS.not_found()  # the municipality's own: what it writes of it is not kept here
    if await follow_ups.draft_of(tx.conn, meeting) or await follow_ups.minutes_of(tx.conn, tx.writer.county, meeting):
        raise Rejected("already-drafted", "The meeting has minutes, or a draft of them; change these.")
    minutes.check_counties(details, tx.context)
    draft = MinutesDraft(uuid7(), meeting, details, approve_by)
    await follow_ups.save_draft(tx.conn, draft)
    return draft


async def lock_draft(tx: Transaction, identity: UUID) -> MinutesDraft:
    """The draft; nobody else changes it before this transaction ends. Rejected if there is none."""
    found = await follow_ups.draft(tx.conn, identity)
    if found is not None:
        await hosting.lock_own(tx, found.meeting)
        found = await follow_ups.draft(tx.conn, identity, lock=True)
    if found is None:
        raise Rejected("not-found", "No draft of that id waits here.")
    return found


async def change(
    tx: Transaction, before: MinutesDraft, details: MinutesDetails, approve_by: date | None
) -> MinutesDraft:
    """The draft is as given. Rejected if it names a county that there is not."""
    minutes.check_counties(details, tx.context)
    after = MinutesDraft(before.id, before.meeting, details, approve_by, before.version + 1)
    await follow_ups.save_draft(tx.conn, after)
    return after


async def circulate(tx: Transaction, draft: MinutesDraft, *, confirmed: bool) -> Stored[SharedMinutes]:
    """The draft is sent to all counties, and is no draft any more."""
    meeting = await _meeting(tx, draft.meeting)
    known = await _replaceable(tx, draft.details)
    event = minutes.circulate(draft, meeting, known, confirmed=confirmed, context=tx.context)
    after = await follow_ups.write_minutes(tx, event, None)
    if after is None:
        raise Rejected("already-circulated", "These minutes are circulated already.")
    await follow_ups.forget_draft(tx.conn, draft.id)
    await ask_approvers(tx, after)
    return after


async def lock(tx: Transaction, identity: UUID) -> Stored[SharedMinutes]:
    """The own minutes, and before them their meeting; Rejected if there are none."""
    found = await MINUTES.find(tx.conn, tx.writer.county, identity)
    if found is not None:
        await hosting.lock_own(tx, found.state.meeting)
        found = await MINUTES.find(tx.conn, tx.writer.county, identity, lock=True)
    if found is None:
        raise MINUTES.not_found()
    return found


async def correct(
    tx: Transaction, before: Stored[SharedMinutes], details: MinutesDetails, *, confirmed: bool
) -> Stored[SharedMinutes]:
    """The minutes have this text, which all approvers are to approve; it stays if it was so before."""
    meeting = await _meeting(tx, before.state.meeting)
    known = await _replaceable(tx, details)
    minutes.check_counties(details, tx.context)
    event = minutes.correct(details, before.state, meeting, known, confirmed=confirmed, context=tx.context)
    if event is None:
        return before
    return await _write(tx, event, before)


async def mask(tx: Transaction, before: Stored[SharedMinutes], words: Sequence[str]) -> Stored[SharedMinutes]:
    """These words are masked in the approved minutes, here and in all counties."""
    return await _write(tx, masking.mask(words, before.state, tx.context), before)


async def hear_approval(tx: Transaction, said: MinutesApproval) -> None:
    """An approver of own minutes has said something: they may be approved by it. Whoever holds the meeting is told."""
    before = await MINUTES.find(tx.conn, tx.writer.county, said.minutes.id, lock=True)
    if before is None:
        return
    epoch, of = await database.epoch(tx.conn), await mails.meeting_of(tx, before.state)
    approvals = await follow_ups.approvals_of(tx.conn, [before])
    event = minutes.approve(before.state, epoch, before.version, approvals)
    if event is not None:
        await _write(tx, event, before)
        await mails.to_host(tx, event, letters.approved(event, of))
        return
    known = {(each.county, each.id) for each in approvals.values()}  # what another county says for an approver is not
    if (said.county, said.id) in known and minutes.objects(said, before.state, epoch, before.version):
        county = county_name(said.county, tx.writer.counties)
        await mails.to_host(tx, before.state, letters.objected(before.state, of, county, said.reason or ""))


async def _write(tx: Transaction, event: SharedMinutes, before: Stored[SharedMinutes]) -> Stored[SharedMinutes]:
    after = await follow_ups.write_minutes(tx, event, before)
    assert after is not None, "whoever holds the lock writes the next version"
    await ask_approvers(tx, after)
    return after


async def _meeting(tx: Transaction, identity: UUID) -> Meeting:
    """The own meeting; Rejected if it is of a kind that stays in the county, or not shared yet."""
    meeting = (await hosting.lock_own(tx, identity)).state
    if not isinstance(meeting, Meeting):
        raise Rejected("stays-home", "The meeting stays in this county; its minutes are not circulated.")
    return meeting


async def _replaceable(tx: Transaction, details: MinutesDetails) -> dict[DecisionReference, date]:
    """The approved decisions that these minutes want to replace."""
    wanted = [each.replaces for each in details.decisions if each.replaces is not None]
    return await decisions.known(tx.conn, wanted, approved=True)
