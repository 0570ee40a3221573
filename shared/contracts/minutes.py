"""Minutes of meetings, and what their approvers say of them: two aggregates of the stream `meetings`.

Minutes are the host's, an approval is of the county whose function approves. Each event carries the aggregate's whole
shared state. A draft is in no event. Who was present is known by the random ids of a meeting's invitees.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.asking import Reference, RequestVersion
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER, CountyName, Event, Shared, events_in
from shared.contracts.fields import Name, RandomId, as_list, as_set, within
from shared.contracts.meeting_codes import SharedKind
from shared.contracts.minutes_codes import MinutesStatus, MinutesType, Verdict
from shared.contracts.prose import Prose, Statement
from shared.contracts.times import Day

MOST_DECISIONS, MOST_APPROVERS = 100, 10

Paragraph = Annotated[int, within(1, 999)]
"""The number of a decision, as in § 12."""
Revision = Annotated[int, within(1, 999)]
InviteeIds = Annotated[tuple[RandomId, ...], as_set(0, 500, "invitees")]


class CountyFunction(Shared):
    """A function of a county. Who holds it is known there alone."""

    county: CountyName
    function: FunctionCode


class DecisionReference(Shared):
    """A decision, named by its minutes and its number there."""

    county: CountyName
    minutes: UUID
    number: Paragraph


class MinutedDecision(Shared):
    """A decision. The meeting has taken it unless ``decided_by`` names a function."""

    number: Paragraph
    text: Statement
    decided_by: CountyFunction | None = None
    decided_on: Day
    dissent: Statement | None = None
    replaces: DecisionReference | None = None


class MinutesDetails(Shared):
    """The content of minutes."""

    type: MinutesType
    text: Prose
    present: InviteeIds = ()
    absent: InviteeIds = ()
    decisions: Annotated[tuple[MinutedDecision, ...], as_list(MOST_DECISIONS, "decisions")] = ()

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        if info.context != READER:
            if set(self.present) & set(self.absent):
                raise ValueError("somebody is named in both present and absent; name each invitee once")
            numbers = [each.number for each in self.decisions]
            if len(set(numbers)) < len(numbers):
                raise ValueError("two decisions have the same number; give each its own")
        return self


class Approver(Shared):
    """An invitee of the meeting who approves its minutes, and the county that says so for it."""

    county: CountyName
    invitee: RandomId


class Minutes(MinutesDetails, Event, stream="meetings"):
    """Minutes that were sent to all counties: a public record in each of them.

    ``revision`` counts the texts that were sent. Once they are approved nothing changes but words that must not stay,
    which are masked; ``masked_on`` is the last day on which that was done. A later decision may replace an earlier one.
    """

    meeting: UUID
    kind: SharedKind
    title: Name
    approvers: Annotated[tuple[Approver, ...], as_list(MOST_APPROVERS, "approvers")]
    approve_by: Day
    revision: Revision = 1
    status: MinutesStatus = MinutesStatus.CIRCULATED
    masked_on: Day | None = None


class MinutesCirculated(Minutes, version=1):
    """Minutes have been sent to those who approve them."""


class MinutesCorrected(Minutes, version=1):
    """Minutes have another text than before, which is to be approved anew."""


class MinutesApproved(Minutes, version=1):
    """Every approver has approved this revision."""


class MinutesMasked(Minutes, version=1):
    """Words of approved minutes are masked: personal data that must not stay there. All else is as it was approved."""


class MinutesApproval(Event, stream="meetings"):
    """An approver's verdict on minutes, which has read the version ``answers`` of them, and so this ``revision``."""

    minutes: Reference
    approver: RandomId
    verdict: Verdict
    revision: Revision
    answers: RequestVersion
    reason: Statement | None = None


class ApprovalGiven(MinutesApproval, version=1):
    """An approver has approved the revision that was read."""


class ObjectionRaised(MinutesApproval, version=1):
    """An approver has objected to the revision that was read, and says why."""


EVENTS = events_in(globals())
