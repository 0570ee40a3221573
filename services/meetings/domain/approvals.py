"""Decisions of an approver's county: it approves or objects to the version of the minutes that it has read."""

from uuid import UUID

from services.meetings.domain.answering import check_newest
from services.meetings.domain.follow_up import APPROVAL, FollowUpCause
from services.meetings.domain.ids import approval_id
from shared.contracts import minutes as events
from shared.contracts.asking import Recency, Reference, RequestVersion, awaits_answer
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.minutes import Minutes, MinutesApproval
from shared.contracts.minutes_codes import MinutesStatus, Verdict
from shared.rejected import Rejected


def give(
    minutes: Minutes,
    age: Recency,
    approver: UUID,
    before: MinutesApproval | None,
    reason: str | None,
    context: DecisionContext,
) -> MinutesApproval | None:
    """The approver approves this version, or objects to it for a ``reason``; None if it has said so before.

    Rejected if the minutes are approved already, if the approver is none of this county's, and if it has said
    something of a newer version.
    """
    if minutes.status is not MinutesStatus.CIRCULATED:
        raise Rejected("approved", "The minutes are approved, and never change.")
    if approver not in own_approvers(minutes, context.county.name):
        raise Rejected("not-approver", f"{context.county.name} has no such approver of these minutes.")
    check_newest(age, before)
    cause = FollowUpCause.OBJECTED if reason else FollowUpCause.APPROVED
    verdict = APPROVAL.after(before.verdict, cause) if before else APPROVAL.first(cause)
    event = events.ObjectionRaised if verdict is Verdict.OBJECTED else events.ApprovalGiven
    reference = Reference(county=minutes.county, id=minutes.id)
    after = event(
        id=approval_id(reference, approver),
        county=context.county.name,
        minutes=reference,
        approver=approver,
        verdict=verdict,
        revision=minutes.revision,
        answers=RequestVersion(epoch=age[0], version=age[1]),
        reason=reason,
    )
    return if_different(after, before)


def own_approvers(minutes: Minutes, county: str) -> list[UUID]:
    """The approvers for whom this county says whether they approve."""
    return [each.invitee for each in minutes.approvers if each.county == county]


def is_waiting(minutes: Minutes, age: Recency, approval: MinutesApproval | None) -> bool:
    """Whether this version waits for the approver's word. An objection is one: then the host corrects the text."""
    return minutes.status is MinutesStatus.CIRCULATED and awaits_answer(age, approval)
