"""Which events lead to which command. All other events become rows."""

from services.meetings.commands.answering import acknowledge
from services.meetings.store.actors import ACTORS_STREAM
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts import actors, invitations, meetings
from shared.messaging.handlers import Handler, Projection, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received

_SHARED = meetings.EVENTS + invitations.EVENTS
_MEETINGS = tuple(event for event in meetings.EVENTS if issubclass(event, meetings.Meeting))
_ACTORS = tuple(event for event in actors.EVENTS if issubclass(event, actors.Actor | actors.Network))


async def receive(tx: Transaction, received: Received) -> None:
    """A version of another county's meeting is acknowledged, if it invites somebody of this county's."""
    meeting, envelope = received.event, received.envelope
    assert isinstance(meeting, meetings.Meeting)
    await acknowledge(tx, meeting, envelope.epoch, envelope.version)


HANDLERS: tuple[Handler, ...] = (
    Projection(
        MEETINGS_STREAM.name, MEETINGS_STREAM.projection, _SHARED, MEETINGS_STREAM.project, MEETINGS_STREAM.kinds
    ),
    Projection(ACTORS_STREAM.name, ACTORS_STREAM.projection, _ACTORS, ACTORS_STREAM.project, ACTORS_STREAM.kinds),
    Reaction("acknowledge", _MEETINGS, receive, answers=True),
)
