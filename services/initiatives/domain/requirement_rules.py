"""The rules for an assessment: when a municipality may say so, and above all that something is in place."""

from datetime import date

from services.initiatives.domain.requirement_status import assessment_of
from shared.contracts.readiness import Assessment, ReadinessState
from shared.contracts.readiness_codes import AssessedStatus, Requirement
from shared.contracts.reference.readiness import REQUIREMENTS, Modality, parts_of
from shared.rejected import Rejected

_GROUNDS = ((Requirement.R2, Requirement.R1), (Requirement.R3, Requirement.R1), (Requirement.R4, Requirement.R2))
"""A plan has the situation picture as its ground; what is done again has been done a first time."""


def check_own(requirement: Requirement) -> None:
    """Rejected if it follows from others."""
    if not REQUIREMENTS[requirement].evidence:
        raise Rejected("follows-from-others", f"{requirement} follows from R7 and R8; nobody says it.")


def check_assessment(requirement: Requirement, assessment: Assessment, today: date) -> None:
    """Rejected if nobody can say this of the requirement, or not ``today``."""
    facts, status = REQUIREMENTS[requirement], assessment.status
    check_own(requirement)
    if foreign := set(assessment.parts) - parts_of(requirement):
        raise Rejected("invalid-parts", f"{min(foreign)} is no part of {requirement}.")
    for each in assessment.evidence:
        if each.dated > today:
            raise Rejected("invalid-evidence", f"Evidence of {each.dated} cannot be there yet; it is {today}.")
    if (status is AssessedStatus.NOT_RELEVANT) != (assessment.reason is not None):
        raise Rejected("invalid-reason", "Give a reason if it is NOT_RELEVANT, and only then.")
    if status is AssessedStatus.NOT_RELEVANT and facts.modality is not Modality.WHERE_SUITABLE:
        raise Rejected("always-relevant", f"{requirement} ({facts.section}) holds for every municipality.")


def check_in_place(requirement: Requirement, after: ReadinessState) -> None:
    """Rejected if the requirement lacks a part, evidence, or what it asks for by name."""
    facts = REQUIREMENTS[requirement]
    said = assessment_of(after, requirement)
    assert said is not None, "it has just been said"
    if absent := sorted(parts_of(requirement) - set(said.parts)):
        raise Rejected(
            "incomplete", f"{requirement} is in place with all its parts; missing: {', '.join(absent)}.", missing=absent
        )
    if not any(each.kind in facts.evidence for each in said.evidence):
        kinds = sorted(facts.evidence)
        raise Rejected("no-evidence", f"{requirement} is in place with evidence; name one of {', '.join(kinds)}.")
    check_named(requirement, after)


def check_named(requirement: Requirement, after: ReadinessState) -> None:
    """Rejected if the function (11 §) or the board (13 §) is not named."""
    if requirement is Requirement.R9 and after.coordination_function is None:
        raise Rejected("no-function", "R9 is in place with a contact function; name it in coordination_function.")
    if requirement is Requirement.R11 and after.responsible_board is None:
        raise Rejected("no-board", "R11 is in place with a board that leads the work; name it in responsible_board.")


def check_based(after: ReadinessState) -> None:
    """Rejected if there is a plan that has no ground, or something that is done again before its first time."""
    for later, ground in _GROUNDS:
        if _is_in_place(after, later) and not _is_in_place(after, ground):
            raise Rejected("no-ground", f"{later} has {ground} as its ground; {ground} is in place first.")


def _is_in_place(state: ReadinessState, requirement: Requirement) -> bool:
    said = assessment_of(state, requirement)
    return said is not None and said.status is AssessedStatus.IN_PLACE
