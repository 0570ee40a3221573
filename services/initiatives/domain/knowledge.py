"""Decisions about the handbooks, reports and legal sources that a county recommends."""

from uuid import UUID

from services.initiatives.domain.focus_life import RESOURCE, FocusCause
from shared.contracts import knowledge as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.knowledge import KnowledgeResource, KnowledgeResourceDetails
from shared.rejected import Rejected


def recommend(details: KnowledgeResourceDetails, identity: UUID, context: DecisionContext) -> events.ResourceListed:
    """All counties see the resource. Rejected if its address is said to have been checked on a day to come."""
    _check_day(details, context)
    status = RESOURCE.first(FocusCause.RECOMMENDS)
    return events.ResourceListed(id=identity, county=context.county.name, status=status, **dict(details))


def change(
    details: KnowledgeResourceDetails, before: KnowledgeResource, context: DecisionContext
) -> events.ResourceChanged | None:
    """The resource is as ``details`` say; None if it was so. Rejected as `recommend`, and once it is withdrawn."""
    _check_step(before, FocusCause.CHANGES)
    _check_day(details, context)
    status = RESOURCE.after(before.status, FocusCause.CHANGES)
    after = events.ResourceChanged(id=before.id, county=before.county, status=status, **dict(details))
    return if_different(after, before)


def withdraw(before: KnowledgeResource) -> events.ResourceWithdrawn:
    """The resource is not recommended any more. Rejected if it was withdrawn before."""
    _check_step(before, FocusCause.WITHDRAWS)
    status = RESOURCE.after(before.status, FocusCause.WITHDRAWS)
    return events.ResourceWithdrawn(**dict(before) | {"status": status})


def _check_day(details: KnowledgeResourceDetails, context: DecisionContext) -> None:
    if details.checked_on is not None and details.checked_on > context.today:
        raise Rejected(
            "invalid-checked-on", f"checked_on, {details.checked_on}, is to come; name the day of the check."
        )


def _check_step(resource: KnowledgeResource, cause: FocusCause) -> None:
    if resource.status not in RESOURCE.befores(cause):
        raise Rejected("withdrawn", "The resource is withdrawn; list it anew.")
