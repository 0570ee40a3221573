"""Decisions about routines and safety advice: a second person approves, versions only grow, each from its own day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from services.shipment_alerts.domain.aggregate import id_from, living, retired
from services.shipment_alerts.domain.sites import Site
from shared.contracts import guidance as events
from shared.contracts.codes import FunctionCode, Status
from shared.contracts.context import DecisionContext
from shared.contracts.fields import SMALLEST_GROUP
from shared.contracts.guidance import (
    GuidanceDetails,
    Routine,
    RoutineVersion,
    SafetyAdvice,
    SafetyAdviceDetails,
    SafetyAdviceVersion,
)
from shared.contracts.shipment_codes import Audience, SiteType
from shared.contracts.shipment_fields import VersionReference
from shared.rejected import Rejected

ApprovedVersion = TypeVar("ApprovedVersion", RoutineVersion, SafetyAdviceVersion)

MOST_VERSIONS = 50
AUDIENCES: Mapping[SiteType, Audience] = {
    SiteType.AGENT: Audience.AGENT,
    SiteType.TERMINAL: Audience.TERMINAL,
    SiteType.DELIVERY_OFFICE: Audience.DELIVERY_OFFICE,
}
"""The sites that guidance can be for. A rural route belongs to its delivery office."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who drafts or approves: a token's subject, which stays in the county, and the function, which is published."""

    subject: str
    function: FunctionCode


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that waits for approval, in its own county only: the next one of ``target``, or the first of a new one.

    The details say of which kind it is; only a safety advice can be an exercise.
    """

    id: UUID
    details: GuidanceDetails | SafetyAdviceDetails
    author: Author
    target: UUID | None = None
    exercise: bool = False

    @property
    def kind(self) -> str:
        """Of what it is a version: `routine` or `safety-advice`."""
        return "safety-advice" if isinstance(self.details, SafetyAdviceDetails) else "routine"


def publish_routine(
    draft: Draft, approver: Author, identity: UUID, routine: Routine | None, context: DecisionContext
) -> events.RoutinePublished | None:
    """The routine has the drafted version as its next one; None if its newest version says the same already."""
    before = _versions(routine)
    versions = _with_next(RoutineVersion, before, draft, approver, context)
    if versions == before:
        return None
    kept = routine.id if routine else identity
    return events.RoutinePublished(id=kept, county=context.county.name, versions=versions)


def publish_advice(
    draft: Draft, approver: Author, identity: UUID, advice: SafetyAdvice | None, context: DecisionContext
) -> events.SafetyAdvicePublished | None:
    """The safety advice has the drafted version as its next one; None if its newest version says the same already."""
    before = _versions(advice)
    if advice is not None and advice.exercise != draft.exercise:
        raise Rejected("invalid-exercise", "An exercise does not become real, nor the other way round: withdraw it.")
    versions = _with_next(SafetyAdviceVersion, before, draft, approver, context)
    if versions == before:
        return None
    kept = advice.id if advice else identity
    return events.SafetyAdvicePublished(id=kept, county=context.county.name, versions=versions, exercise=draft.exercise)


def withdraw_routine(routine: Routine) -> events.RoutineWithdrawn:
    """The routine is in force no more. That needs no second person: it may be urgent."""
    return retired(events.RoutineWithdrawn, routine)


def withdraw_advice(advice: SafetyAdvice) -> events.SafetyAdviceWithdrawn:
    """The safety advice is in force no more. That needs no second person: it may be urgent."""
    return retired(events.SafetyAdviceWithdrawn, advice)


def in_force(guidance: Routine | SafetyAdvice, day: date) -> RoutineVersion | SafetyAdviceVersion | None:
    """The version in force on ``day``: the newest whose day has come; None if none has, or if it is withdrawn."""
    if guidance.status is not Status.ACTIVE:
        return None
    versions: Sequence[RoutineVersion | SafetyAdviceVersion] = guidance.versions
    return next((version for version in reversed(versions) if version.valid_from <= day), None)


def shown_to(
    guidance: Routine | SafetyAdvice, audience: Audience, day: date
) -> RoutineVersion | SafetyAdviceVersion | None:
    """The version for this audience on ``day``; None if there is none.

    A version that is not for it any more hides the older ones too.
    """
    version = in_force(guidance, day)
    return version if version is not None and audience in version.audience else None


def check_acknowledgement(routine: Routine, number: int, site: Site, day: date) -> Audience:
    """The audience as which the site acknowledges this version; Rejected if it is not asked to."""
    version = in_force(routine, day)
    if version is None or version.number != number:
        raise Rejected("not-in-force", f"Version {number} of the routine is not in force. Read it again.")
    audience = AUDIENCES.get(site.type)
    if not site.active or audience not in version.audience:
        raise Rejected("not-addressed", "The routine is not for this site.")
    return audience


def acknowledged(
    routine: Routine, number: int, audience: Audience, count: int, context: DecisionContext
) -> events.RoutineAcknowledged:
    """So many of this county's sites have acknowledged it: None for fewer than three. The sites stay unnamed."""
    return events.RoutineAcknowledged(
        id=id_from(context.county.name, "acknowledged", routine.county, routine.id, number, audience),
        county=context.county.name,
        routine=VersionReference(county=routine.county, id=routine.id, version=number),
        audience=audience,
        acknowledged=count if count >= SMALLEST_GROUP else None,
    )


def _versions(guidance: Routine | SafetyAdvice | None) -> tuple[Any, ...]:
    if guidance is None:
        return ()
    living(guidance)
    return guidance.versions


def _with_next(
    kind: type[ApprovedVersion],
    before: tuple[ApprovedVersion, ...],
    draft: Draft,
    approver: Author,
    context: DecisionContext,
) -> tuple[ApprovedVersion, ...]:
    """The versions with the drafted one as the last; those from before if that says the same."""
    if approver.subject == draft.author.subject:
        raise Rejected("second-person", "Whoever wrote a version does not approve it: ask a second person.")
    details = draft.details
    if before and all(getattr(before[-1], name) == value for name, value in details):
        return before
    _check(details, before, context)
    number = before[-1].number + 1 if before else 1
    versions: list[ApprovedVersion] = list(before)
    versions.append(kind(number=number, approved_by=approver.function, **dict(details)))
    return tuple(versions[-MOST_VERSIONS:])


def _check(details: GuidanceDetails, before: Sequence[GuidanceDetails], context: DecisionContext) -> None:
    if not details.steps:
        raise Rejected("invalid-steps", "It says nothing: give at least one step.")
    earliest = max([context.today, *(version.valid_from for version in before[-1:])])
    if details.valid_from < earliest:
        raise Rejected(
            "invalid-valid-from", f"It cannot be valid from {details.valid_from}; {earliest} is the earliest."
        )
