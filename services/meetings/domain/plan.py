"""The plan that a host writes of a meeting, and the meeting that stays in its county.

Who may know of a meeting follows from its kind, and types hold it. A `HomeMeeting` is no event, so nothing publishes
it: a draft of any kind, and for ever a meeting of a kind that is not shared. Only of a collaboration meeting a part is
told, by an event that has no field for more. What the invitees are asked to must be whole.
"""

from typing import Annotated
from uuid import UUID

from shared.contracts.context import DecisionContext
from shared.contracts.event import READER, CountyName
from shared.contracts.fields import Slug, as_list
from shared.contracts.invitations import InviteeAnswer
from shared.contracts.meeting_codes import MeetingForm, MeetingKind, MeetingStatus, SharedKind
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
from shared.rejected import Rejected

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
        """The part that may change later."""
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
    """The event that tells the others of a meeting: of a collaboration meeting its time, of other kinds nothing.

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


def check_complete(meeting: AnyMeeting, context: DecisionContext) -> None:
    """Rejected if the invitees could not come: a place, an address or the time is missing or over."""
    if not meeting.invitees:
        raise Rejected("nobody-invited", "Nobody is invited; name at least one contact function.")
    if meeting.form is not MeetingForm.ONLINE and meeting.place is None:
        raise Rejected("invalid-place", f"A meeting of the form {meeting.form} has a place; name it.")
    if meeting.form is not MeetingForm.ON_SITE and meeting.url is None:
        raise Rejected("invalid-url", f"A meeting of the form {meeting.form} has an online address; name it in url.")
    if context.now >= meeting.starts_at:
        starts, now = map(context.calendar.written_moment, (meeting.starts_at, context.now))
        raise Rejected("invalid-time", f"starts_at, {starts}, has passed; it is {now}.")
    if meeting.answer_by is not None and meeting.answer_by > context.calendar.day_of(meeting.starts_at):
        raise Rejected(
            "invalid-answer-by", f"answer_by, {meeting.answer_by}, is after the meeting; name an earlier day."
        )


def check_answerable(meeting: AnyMeeting, context: DecisionContext) -> None:
    """Rejected if everybody is asked to answer until a day that has passed."""
    if meeting.answer_by is not None and meeting.answer_by < context.today:
        raise Rejected(
            "invalid-answer-by",
            f"answer_by, {meeting.answer_by}, has passed, and all are asked anew; name a later day.",
        )
