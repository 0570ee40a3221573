"""How a requirement stands on a day: what the municipality has said, and what the calendar has made of it since.

Nothing of this is stored, so it is the same in every county and on whatever day one looks.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.initiatives.domain.readiness_life import CAUSE_OF, REQUIREMENT, ReadinessCause
from shared.contracts.context import Calendar
from shared.contracts.readiness import Evidence, ReadinessState, RequirementAssessment
from shared.contracts.readiness_codes import AssessedStatus, EvidenceKind, Requirement, RequirementStatus
from shared.contracts.reference.readiness import REQUIREMENTS, Modality

_IN_PLACE, _UNKNOWN = RequirementStatus.IN_PLACE, RequirementStatus.UNKNOWN
_AGREEMENTS_AND_COUNCIL = (Requirement.R7, Requirement.R8)
"""The two that 8 § (R6) is about: it asks for what 9 and 10 §§ say, and nothing else."""


class Colour(StrEnum):
    """Green: in place. Amber: no breach, but not in place. Red: what the law demands is missing. Grey: not relevant."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"
    GREY = "GREY"


@dataclass(frozen=True, slots=True)
class RequirementStanding:
    """A requirement on a day. ``due``: the last day on which it may be done again; None if it need not be."""

    requirement: Requirement
    status: RequirementStatus
    colour: Colour
    due: date | None = None


def standings(state: ReadinessState, today: date, calendar: Calendar) -> dict[Requirement, RequirementStanding]:
    """All requirements as they stand ``today``, in the order of the law."""
    return {requirement: standing(state, requirement, today, calendar) for requirement in REQUIREMENTS}


def standing(state: ReadinessState, requirement: Requirement, today: date, calendar: Calendar) -> RequirementStanding:
    """One requirement as it stands ``today``."""
    due = due_day(state, requirement, calendar)
    status = _status(state, requirement, today, due)
    return RequirementStanding(requirement, status, _colour(state, requirement, status, today), due)


def due_day(state: ReadinessState, requirement: Requirement, calendar: Calendar) -> date | None:
    """The last day on which it may be done again: the next working day where offices are closed then.

    None if it need not be, or was not done a first time.
    """
    facts = REQUIREMENTS[requirement]
    first = assessment_of(state, facts.renews) if facts.renews else None
    if facts.months is None or first is None or first.status is not AssessedStatus.IN_PLACE:
        return None
    days = [
        each.dated
        for said, evidence in ((facts.renews, first.evidence), (requirement, evidence_of(state, requirement)))
        for each in evidence
        if said and each.kind in REQUIREMENTS[said].evidence
    ]
    return calendar.working_day_from(calendar.months_after(max(days), facts.months)) if days else None


def assessment_of(state: ReadinessState, requirement: Requirement) -> RequirementAssessment | None:
    """The municipality's assessment of it, if there is one."""
    return next((each for each in state.requirements if each.requirement is requirement), None)


def evidence_of(state: ReadinessState, requirement: Requirement) -> tuple[Evidence, ...]:
    """All that the municipality has to show for it."""
    found = assessment_of(state, requirement)
    return found.evidence if found else ()


def changes_after(state: ReadinessState, today: date, calendar: Calendar) -> date | None:
    """The last day on which everything stands as it does ``today``; None if the calendar alone changes nothing."""
    due = (due_day(state, requirement, calendar) for requirement in REQUIREMENTS)
    ends = (each.valid_to for each in evidence_of(state, Requirement.R7))
    return min((day for day in (*due, *ends) if day is not None and day >= today), default=None)


def _status(state: ReadinessState, requirement: Requirement, today: date, due: date | None) -> RequirementStatus:
    if requirement is Requirement.R6:
        return _coordination(state, today)
    said = assessment_of(state, requirement)
    status = RequirementStatus.NOT_STARTED if said is None else _as_said(said.status)
    if due is not None:
        return REQUIREMENT.after(RequirementStatus.IN_PLACE, ReadinessCause.TIME_PASSED) if today > due else _IN_PLACE
    if requirement is Requirement.R7 and status is _IN_PLACE and not _agreed(state, today):
        return RequirementStatus.IN_PROGRESS
    return status


def _as_said(said: AssessedStatus) -> RequirementStatus:
    return REQUIREMENT.after(RequirementStatus.NOT_STARTED, CAUSE_OF[said]) if said in CAUSE_OF else _UNKNOWN


def _coordination(state: ReadinessState, today: date) -> RequirementStatus:
    both = {_status(state, each, today, None) for each in _AGREEMENTS_AND_COUNCIL}
    return both.pop() if len(both) == 1 else RequirementStatus.IN_PROGRESS


def _colour(state: ReadinessState, requirement: Requirement, status: RequirementStatus, today: date) -> Colour:
    if status is _IN_PLACE:
        return Colour.GREEN
    if status is RequirementStatus.NOT_RELEVANT:
        return Colour.GREY
    if requirement is Requirement.R6:
        both = {_colour(state, each, _status(state, each, today, None), today) for each in _AGREEMENTS_AND_COUNCIL}
        return Colour.RED if Colour.RED in both else Colour.AMBER
    facts = REQUIREMENTS[requirement]
    working = status is RequirementStatus.IN_PROGRESS and evidence_of(state, requirement)
    if today < facts.needed_from or (facts.modality is Modality.WORK_FOR and working):
        return Colour.AMBER
    return Colour.RED


def _agreed(state: ReadinessState, today: date) -> bool:
    """Whether an agreement holds ``today``."""
    agreements = [each for each in evidence_of(state, Requirement.R7) if each.kind is EvidenceKind.AGREEMENT]
    return any(each.valid_to is None or today <= each.valid_to for each in agreements)
