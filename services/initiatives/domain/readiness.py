"""Decisions about a municipality's readiness. The municipality takes them; its county may propose.

A readiness stays at home, with the county's proposals. Beside it there is an event for all counties while the
municipality shares its readiness, and one more when it shares it no longer.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from services.initiatives.domain.home import AtHome
from services.initiatives.domain.requirement_rules import check_named, check_own
from services.initiatives.domain.requirement_status import changes_after, standing
from shared.contracts import readiness as events
from shared.contracts.context import DecisionContext
from shared.contracts.event import Shared, if_different
from shared.contracts.fields import as_list
from shared.contracts.prose import Statement
from shared.contracts.readiness import (
    MunicipalReadiness,
    OverdueRequirement,
    ReadinessDetails,
    ReadinessState,
)
from shared.contracts.readiness_codes import AssessedStatus, Requirement, RequirementStatus
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.reference.readiness import REQUIREMENTS
from shared.contracts.times import Day
from shared.rejected import Rejected

NAMESPACE = UUID("5d1c9a52-6a0f-5c0e-8a55-0d6b3f0e7c21")
"""Of all ids that are made from what they are about. It is never changed: ids would change with it."""


class ReadinessProposal(Shared):
    """The county's opinion of a requirement: the municipality assesses it so, or otherwise, or not at all."""

    requirement: Requirement
    status: AssessedStatus
    text: Statement
    proposed_on: Day


class HomeReadiness(ReadinessState, AtHome):
    """The readiness of a municipality of this county, with what the county proposes: at most once per requirement."""

    proposals: Annotated[tuple[ReadinessProposal, ...], as_list(20, "proposals")] = ()


def readiness_id(municipality: str) -> UUID:
    """The id of a municipality's readiness: there is one of each."""
    return uuid5(NAMESPACE, f"readiness/{municipality}")


def begin(municipality: str, context: DecisionContext) -> HomeReadiness:
    """The readiness of a municipality of which nothing is known yet. Rejected if it lies in another county."""
    county = context.county
    if municipality not in MUNICIPALITIES or not municipality.startswith(county.code):
        raise Rejected("not-found", f"That is no municipality of {county.name}.")
    return HomeReadiness(id=readiness_id(municipality), county=county.name, municipality=municipality)


def change(details: ReadinessDetails, before: HomeReadiness) -> HomeReadiness | None:
    """Other details: who leads the work, and whether other counties see it; None if they are the same.

    What cannot be in place without one of them keeps it.
    """
    after = with_changes(before, **{name: getattr(details, name) for name in ReadinessDetails.model_fields})
    for said in after.requirements:
        if said.status is AssessedStatus.IN_PLACE:
            check_named(said.requirement, after)
    return None if after == before else after


def propose(proposal: ReadinessProposal, before: HomeReadiness) -> HomeReadiness | None:
    """The county's proposal for a requirement, which replaces its last one; None if it is the same.

    It changes nothing of what the municipality has said.
    """
    check_own(proposal.requirement)
    others = tuple(each for each in before.proposals if each.requirement is not proposal.requirement)
    old = next((each for each in before.proposals if each.requirement is proposal.requirement), None)
    if old is not None and (old.status, old.text) == (proposal.status, proposal.text):
        return None
    return with_changes(before, proposals=(*others, proposal))


def dismiss(requirement: Requirement, before: HomeReadiness) -> HomeReadiness | None:
    """The municipality does not follow the county's proposal; None if there is none."""
    left = tuple(each for each in before.proposals if each.requirement is not requirement)
    return None if left == before.proposals else with_changes(before, proposals=left)


def pass_days(before: HomeReadiness, context: DecisionContext) -> HomeReadiness | None:
    """Each due day that has passed is noted, once; None if none has since."""
    known = {(each.requirement, each.due) for each in before.overdue}
    passed = tuple(each for each in overdue(before, context) if (each.requirement, each.due) not in known)
    return with_changes(before, overdue=(*before.overdue, *passed)) if passed else None


def overdue(state: ReadinessState, context: DecisionContext) -> Iterable[OverdueRequirement]:
    """The requirements whose due day has passed, in the order of the law."""
    for requirement in REQUIREMENTS:
        now = standing(state, requirement, context.today, context.calendar)
        if now.status is RequirementStatus.OVERDUE and now.due is not None:
            yield OverdueRequirement(requirement=requirement, due=now.due)


def published(
    after: HomeReadiness, before: MunicipalReadiness | None, event: type[MunicipalReadiness]
) -> MunicipalReadiness | None:
    """All that other counties are told, as an ``event`` that says what has happened; None if nothing is new.

    Whoever shares its readiness no longer is withheld: nothing of it is left.
    """
    if not after.share_details:
        if before is None or not before.share_details:
            return None
        return events.ReadinessWithheld(id=after.id, county=after.county, municipality=after.municipality)
    state = {name: getattr(after, name) for name in ReadinessState.model_fields}
    return if_different(event(id=after.id, county=after.county, **state), before)


def looks_again_at(state: ReadinessState, context: DecisionContext) -> date | None:
    """The last day before the calendar changes something; None if it does not."""
    return changes_after(state, context.today, context.calendar)


def with_changes(before: HomeReadiness, **changes: object) -> HomeReadiness:
    """The readiness with other values of some of its fields."""
    return HomeReadiness(**dict(before) | changes)
