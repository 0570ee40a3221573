"""Every step that minutes, an approval, an action item and a report can take: its cause, who takes it, its event.

The decisions go by these tables, and `docs/meetings.md` is drawn from them. A step that is not in a table is not taken.
"""

from datetime import timedelta
from enum import StrEnum

from shared.contracts.life import Life, Step
from shared.contracts.minutes_codes import ItemStatus, MinutesStatus, Verdict, Work

LONGEST_AHEAD = timedelta(days=3653)
"""Ten years: no day until which something is to be done lies further ahead."""
APPROVED_WITHIN = timedelta(days=14)
"""From the day of circulation, unless the host names another day. The habit of municipal bodies (6 kap. 35 § KL)."""


class By(StrEnum):
    """Who takes a step."""

    HOST = "host"
    APPROVER = "approver's county"
    OWNER = "owner's county"


class FollowUpCause(StrEnum):
    """The cause of a step."""

    CIRCULATED = "circulates the draft"
    CORRECTED = "sends a corrected text"
    APPROVED_BY_ALL = "has heard that every approver approves this revision"
    MASKED = "masks words that must not stay"
    APPROVED = "approves the revision that was read"
    OBJECTED = "objects to the revision that was read"
    ASSIGNED = "assigns it"
    CHANGED = "changes text, owner or day"
    CANCELLED = "cancels it"
    SEEN = "receives a version of the item"
    STARTED = "begins"
    DONE = "has done it"
    REOPENED = "finds it not begun"


_CIRCULATED, _ASSIGNED = MinutesStatus.CIRCULATED, ItemStatus.ASSIGNED

MINUTES = Life(
    Step((), FollowUpCause.CIRCULATED, _CIRCULATED, By.HOST, "MinutesCirculated"),
    Step((_CIRCULATED,), FollowUpCause.CORRECTED, _CIRCULATED, By.HOST, "MinutesCorrected"),
    Step((_CIRCULATED,), FollowUpCause.APPROVED_BY_ALL, MinutesStatus.APPROVED, By.HOST, "MinutesApproved"),
    Step((MinutesStatus.APPROVED,), FollowUpCause.MASKED, MinutesStatus.APPROVED, By.HOST, "MinutesMasked"),
)
APPROVAL = Life(
    Step((), FollowUpCause.APPROVED, Verdict.APPROVED, By.APPROVER, "ApprovalGiven"),
    Step((), FollowUpCause.OBJECTED, Verdict.OBJECTED, By.APPROVER, "ObjectionRaised"),
    Step((Verdict.APPROVED, Verdict.OBJECTED), FollowUpCause.APPROVED, Verdict.APPROVED, By.APPROVER, "ApprovalGiven"),
    Step(
        (Verdict.APPROVED, Verdict.OBJECTED), FollowUpCause.OBJECTED, Verdict.OBJECTED, By.APPROVER, "ObjectionRaised"
    ),
)
ACTION_ITEM = Life(
    Step((), FollowUpCause.ASSIGNED, _ASSIGNED, By.HOST, "ActionItemAssigned"),
    Step((_ASSIGNED,), FollowUpCause.CHANGED, _ASSIGNED, By.HOST, "ActionItemChanged"),
    Step((_ASSIGNED,), FollowUpCause.CANCELLED, ItemStatus.CANCELLED, By.HOST, "ActionItemCancelled"),
)
REPORT = Life(
    Step((), FollowUpCause.SEEN, Work.OPEN, By.OWNER, "ActionItemSeen"),
    Step((Work.OPEN, Work.DONE), FollowUpCause.STARTED, Work.ONGOING, By.OWNER, "ActionItemStarted"),
    Step((Work.OPEN, Work.ONGOING), FollowUpCause.DONE, Work.DONE, By.OWNER, "ActionItemDone"),
    Step((Work.ONGOING, Work.DONE), FollowUpCause.REOPENED, Work.OPEN, By.OWNER, "ActionItemReopened"),
)
