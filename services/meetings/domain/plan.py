"""What a host writes of a meeting, and the meeting that stays in its county.

Who may know of a meeting follows from its kind, and types hold it. A `HomeMeeting` is no event, so nothing publishes
it: a draft of any kind, and for ever a meeting of a kind that is not shared. Only of a collaboration meeting a part is
told, by an event that has no field for more.
"""

from typing import Annotated
from uuid import UUID

from shared.contracts.event import READER, CountyName
from shared.contracts.fields import Slug, as_list
from shared.contracts.invitations import InviteeAnswer
from shared.contracts.meeting_codes import MeetingKind, MeetingStatus, SharedKind
from shared.contracts.meetings import (
    MOST_INVITEES,
    CollaborationAnnounced,
    CollaborationChanged,
    CollaborationMeeting,
    InviteeDetails,
    Invitees,
    Meeting,
    MeetingDetails,
    MeetingInvited,
    MeetingSequence,
    MeetingTime,
    PresenceMarks,
)

MUNICIPAL = frozenset({MeetingKind.COUNCIL, MeetingKind.EST_WEEKLY, MeetingKind.DIALOGUE})
"""The kinds that a municipality holds: its coordinator hosts them, and the county does not see them."""


class MeetingPlan(MeetingDetails):
    """All that a host may write of a meeting."""

    kind: MeetingKind
    invitees: Annotated[tuple[InviteeDetails, ...], as_list(MOST_INVITEES, "invitees")] = ()


class PlanMeeting(MeetingPlan):
    """A new meeting. A ``reference`` is unique for its host, a county or a municipality: the id is made from it."""

    reference: Slug | None = None

    def plan(self) -> MeetingPlan:
        """What may change later."""
        return MeetingPlan(**{name: getattr(self, name) for name in MeetingPlan.model_fields})


class HomeMeeting(MeetingDetails):
    """A meeting that stays in its county, with the answers that the county has noted.

    ``municipality`` hosts it, by its SCB code; without one the county does.
    """

    id: UUID
    county: CountyName
    kind: MeetingKind
    municipality: str | None = None
    invitees: Invitees = ()
    status: MeetingStatus = MeetingStatus.DRAFT
    sequence: MeetingSequence = 0
    attendance: PresenceMarks = ()
    answers: Annotated[tuple[InviteeAnswer, ...], as_list(MOST_INVITEES, "answers")] = ()

    @classmethod
    def read(cls, text: str) -> "HomeMeeting":
        """The meeting in ``text``, as its row has it."""
        return cls.model_validate_json(text, extra="ignore", context=READER)


AnyMeeting = Meeting | HomeMeeting


def is_shared(kind: MeetingKind) -> bool:
    """Whether all counties see a meeting of this kind whole."""
    return kind in SharedKind.codes()


def as_shared(meeting: HomeMeeting) -> MeetingInvited:
    """The meeting as all counties see it from now on; ValidationError if its kind is not shared."""
    state = {name: getattr(meeting, name) for name in Meeting.model_fields}
    return MeetingInvited(**state | {"kind": SharedKind(meeting.kind)})


def announced(meeting: HomeMeeting, before: CollaborationMeeting | None) -> CollaborationMeeting | None:
    """What the others are told of a meeting: of a collaboration meeting its time, of other kinds nothing.

    None if they know it already: it was told ``before``. A draft is told to nobody.
    """
    if meeting.kind is not MeetingKind.COLLABORATION or (
        before is None and meeting.status is not MeetingStatus.INVITED
    ):
        return None
    told = {name: getattr(meeting, name) for name in (*MeetingTime.model_fields, "status", "sequence")}
    event = CollaborationAnnounced if before is None else CollaborationChanged
    after = event(id=meeting.id, county=meeting.county, **told)
    return None if before is not None and after.model_dump() == before.model_dump() else after
