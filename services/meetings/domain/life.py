"""Every step that a meeting and an answer can take: its cause, who takes it, and the event that tells of it.

The decisions go by these tables, and `docs/meetings.md` is drawn from them. What is not in a table is refused.
"""

from enum import StrEnum

from shared.contracts.life import Life, Step
from shared.contracts.meeting_codes import MeetingStatus, Rsvp


class Mover(StrEnum):
    """Who takes a step."""

    HOST = "host county"
    INVITED = "county that owns the actor"


class MeetingCause(StrEnum):
    """The cause of a step."""

    PLANS = "plans a meeting"
    INVITES = "invites"
    CHANGES = "changes what is not time or place"
    MOVES = "changes time, place or online address"
    CONFIRMS = "confirms"
    POSTPONES = "postpones"
    CANCELS = "cancels"
    RECORDS = "records who came"
    CLOSES = "closes"

    ASKED = "receives the invitation"
    ASKED_ANEW = "receives a higher sequence"
    ACCEPTS = "accepts"
    DECLINES = "declines"
    HESITATES = "accepts tentatively"
    DELEGATES = "names another function"


_DRAFT, _INVITED, _CONFIRMED = MeetingStatus.DRAFT, MeetingStatus.INVITED, MeetingStatus.CONFIRMED
_POSTPONED, _HELD, _CANCELLED = MeetingStatus.POSTPONED, MeetingStatus.HELD, MeetingStatus.CANCELLED

MEETING = Life(
    Step((), MeetingCause.PLANS, _DRAFT, Mover.HOST, ""),
    Step((_DRAFT,), MeetingCause.CHANGES, _DRAFT, Mover.HOST, ""),
    Step((_DRAFT, _POSTPONED), MeetingCause.INVITES, _INVITED, Mover.HOST, "MeetingInvited"),
    Step((_INVITED,), MeetingCause.CHANGES, _INVITED, Mover.HOST, "MeetingChanged"),
    Step((_CONFIRMED,), MeetingCause.CHANGES, _CONFIRMED, Mover.HOST, "MeetingChanged"),
    Step((_POSTPONED,), MeetingCause.CHANGES, _POSTPONED, Mover.HOST, "MeetingChanged"),
    Step((_POSTPONED,), MeetingCause.MOVES, _POSTPONED, Mover.HOST, "MeetingMoved"),
    Step((_INVITED, _CONFIRMED), MeetingCause.MOVES, _INVITED, Mover.HOST, "MeetingMoved"),
    Step((_INVITED,), MeetingCause.CONFIRMS, _CONFIRMED, Mover.HOST, "MeetingConfirmed"),
    Step((_DRAFT, _INVITED, _CONFIRMED), MeetingCause.POSTPONES, _POSTPONED, Mover.HOST, "MeetingPostponed"),
    Step((_DRAFT, _INVITED, _CONFIRMED, _POSTPONED), MeetingCause.CANCELS, _CANCELLED, Mover.HOST, "MeetingCancelled"),
    Step((_INVITED, _CONFIRMED, _HELD), MeetingCause.RECORDS, _HELD, Mover.HOST, "MeetingHeld"),
    Step((_HELD,), MeetingCause.CLOSES, MeetingStatus.CLOSED, Mover.HOST, "MeetingClosed"),
)
OPEN = frozenset({_INVITED, _CONFIRMED})
"""Whoever is invited is asked to answer."""

_ANY = (Rsvp.NEEDS_ACTION, Rsvp.ACCEPTED, Rsvp.DECLINED, Rsvp.TENTATIVE, Rsvp.DELEGATED)

RSVP = Life(
    Step((), MeetingCause.ASKED, Rsvp.NEEDS_ACTION, Mover.INVITED, "InvitationReceived"),
    Step(_ANY, MeetingCause.ASKED_ANEW, Rsvp.NEEDS_ACTION, Mover.INVITED, "InvitationReceived"),
    Step(_ANY, MeetingCause.ACCEPTS, Rsvp.ACCEPTED, Mover.INVITED, "InvitationAnswered"),
    Step(_ANY, MeetingCause.DECLINES, Rsvp.DECLINED, Mover.INVITED, "InvitationAnswered"),
    Step(_ANY, MeetingCause.HESITATES, Rsvp.TENTATIVE, Mover.INVITED, "InvitationAnswered"),
    Step(_ANY, MeetingCause.DELEGATES, Rsvp.DELEGATED, Mover.INVITED, "InvitationAnswered"),
)
