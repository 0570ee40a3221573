"""Which events lead to which command. All other events become rows."""

from services.meetings.commands import digests, following_up, minuting, reminding, telling, upkeep
from services.meetings.commands.answering import acknowledge
from services.meetings.store import follow_ups, home
from services.meetings.store.actors import ACTORS_STREAM
from services.meetings.store.follow_ups import FOLLOW_UPS
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts import action_items, actors, invitations, meeting_counts, meetings, minutes
from shared.messaging.handlers import Handler, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.runtime.aggregates import Stored

_MEETINGS = tuple(event for event in meetings.EVENTS if issubclass(event, meetings.Meeting))
_MINUTES = tuple(event for event in minutes.EVENTS if issubclass(event, minutes.Minutes))
_APPROVALS = tuple(event for event in minutes.EVENTS if issubclass(event, minutes.MinutesApproval))
_ITEMS = tuple(event for event in action_items.EVENTS if issubclass(event, action_items.ActionItem))


async def receive(tx: Transaction, received: Received) -> None:
    """A version of another county's meeting is acknowledged, and those of this county's that it invites are told."""
    meeting, envelope = received.event, received.envelope
    assert isinstance(meeting, meetings.Meeting)
    await acknowledge(tx, meeting, envelope.epoch, envelope.version)
    await telling.tell_invitees(tx, StoredMeeting(meeting, envelope.version, envelope.epoch))


async def hear(tx: Transaction, received: Received) -> None:
    """An approver of own minutes has said something. Of others' minutes their host hears it."""
    approval = received.event
    assert isinstance(approval, minutes.MinutesApproval)
    if approval.minutes.county == tx.writer.county:
        await minuting.hear_approval(tx, approval)


async def ask(tx: Transaction, received: Received) -> None:
    """Own approvers of another county's minutes are told that these wait for them."""
    revision, envelope = received.event, received.envelope
    assert isinstance(revision, minutes.Minutes)
    await reminding.ask_approvers(tx, Stored(revision, envelope.epoch, envelope.version))


async def take_on(tx: Transaction, received: Received) -> None:
    """A version of an action item is acknowledged, if it is this county's to do."""
    item, envelope = received.event, received.envelope
    assert isinstance(item, action_items.ActionItem)
    await following_up.receive(tx, item, envelope.epoch, envelope.version)


HANDLERS: tuple[Handler, ...] = (
    MEETINGS_STREAM.handler(meetings.EVENTS + meeting_counts.EVENTS + invitations.EVENTS, home.project),
    FOLLOW_UPS.handler(minutes.EVENTS + action_items.EVENTS, follow_ups.project),
    ACTORS_STREAM.handler(actors.EVENTS),
    Reaction("acknowledge", _MEETINGS, receive, answers=True),
    Reaction("hear", _APPROVALS, hear, answers=True),
    Reaction("ask", _MINUTES, ask),
    Reaction("take-on", _ITEMS, take_on, answers=True),
)

JOBS = {
    telling.REMIND: telling.remind_invitees,
    reminding.APPROVAL: reminding.remind_approvers,
    reminding.ITEM: reminding.remind_owner,
    digests.DIGEST: digests.send_digests,
    upkeep.TIDY: upkeep.tidy,
}
