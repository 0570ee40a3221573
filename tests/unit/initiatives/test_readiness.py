"""Decisions about a municipality's readiness, and how it is seen on a day."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.initiatives.domain import readiness as decisions
from services.initiatives.domain.assessing import assess, record_evidence, sign
from services.initiatives.domain.readiness import HomeReadiness, ReadinessProposal
from services.initiatives.domain.requirement_status import Colour, standing
from shared import calendar
from shared.contracts import readiness as events
from shared.contracts.readiness import Assessment, MunicipalReadiness, ReadinessDetails
from shared.contracts.readiness_codes import (
    AssessedStatus,
    EvidenceKind,
    Requirement,
    RequirementStatus,
    ResponsibleBoard,
)
from shared.contracts.reference.readiness import REQUIREMENTS, TERMS, parts_of
from shared.rejected import Rejected
from tests.unit.initiatives.ready import BY, SOLLEFTEA, evidence, in_place, on, readiness, working_on

R1, R2, R3, R5, R6 = Requirement.R1, Requirement.R2, Requirement.R3, Requirement.R5, Requirement.R6
R7, R8, R9, R11 = Requirement.R7, Requirement.R8, Requirement.R9, Requirement.R11
UPDATED, LATE = date(2024, 6, 10), date(2026, 6, 11)
AGREED = evidence(EvidenceKind.AGREEMENT, UPDATED, valid_to=date(2027, 12, 31), process=uuid4())


def seen(state: Any, requirement: Requirement, today: date = LATE) -> tuple[RequirementStatus, Colour]:
    """How a requirement stands on a day."""
    found = standing(state, requirement, today, calendar)
    return found.status, found.colour


def refused(decide: Callable[[], object]) -> str:
    """By which word the decision is refused."""
    with pytest.raises(Rejected) as caught:
        decide()
    return caught.value.slug


def said(state: HomeReadiness, requirement: Requirement, assessment: Assessment, day: date = LATE) -> HomeReadiness:
    """The readiness after an assessment that changes it."""
    after = assess(requirement, assessment, state, BY, on(day))
    assert after is not None
    return after


def test_a_late_picture_is_red_and_green_again_once_it_is_updated() -> None:
    state = readiness(R1, dated=UPDATED)
    assert seen(state, R3) == (RequirementStatus.OVERDUE, Colour.RED)
    after = record_evidence(R3, evidence(EvidenceKind.DECISION, LATE), state, BY, on(LATE))
    assert after is not None
    assert seen(after, R3) == (RequirementStatus.IN_PLACE, Colour.GREEN)
    assert standing(after, R3, LATE, calendar).due == date(2028, 6, 12)  # the 11th is a Sunday
    assert seen(after, R1) == (RequirementStatus.IN_PLACE, Colour.GREEN)


@pytest.mark.parametrize("requirement", [R7, R8])
def test_work_for_it_is_amber_with_evidence_and_red_without(requirement: Requirement) -> None:
    state = readiness(dated=UPDATED)
    assert seen(state, requirement) == (RequirementStatus.NOT_STARTED, Colour.RED)
    idle = said(state, requirement, working_on())
    assert seen(idle, requirement) == (RequirementStatus.IN_PROGRESS, Colour.RED)
    trying = said(state, requirement, working_on(evidence(EvidenceKind.MEETING, UPDATED)))
    assert seen(trying, requirement) == (RequirementStatus.IN_PROGRESS, Colour.AMBER)


def test_what_shall_be_done_is_red_while_it_is_worked_on() -> None:
    state = said(readiness(dated=UPDATED), R2, working_on(evidence(EvidenceKind.MEETING, UPDATED)))
    assert seen(state, R2) == (RequirementStatus.IN_PROGRESS, Colour.RED)


def test_the_plan_is_not_asked_for_before_july_2024() -> None:
    state = readiness(dated=date(2024, 1, 10))
    assert [seen(state, R2, day)[1] for day in (date(2024, 6, 30), date(2024, 7, 1))] == [Colour.AMBER, Colour.RED]


def test_coordination_follows_from_agreements_and_council() -> None:
    state = said(readiness(dated=UPDATED), R7, in_place(R7, UPDATED))
    assert seen(state, R6) == (RequirementStatus.IN_PROGRESS, Colour.RED)
    trying = said(state, R8, working_on(evidence(EvidenceKind.MEETING, UPDATED)))
    assert seen(trying, R6) == (RequirementStatus.IN_PROGRESS, Colour.AMBER)
    both = said(trying, R8, in_place(R8, UPDATED))
    assert seen(both, R6) == (RequirementStatus.IN_PLACE, Colour.GREEN)
    assert refused(lambda: assess(R6, working_on(), both, BY, on(LATE))) == "follows-from-others"


def test_an_agreement_holds_until_its_last_day() -> None:
    state = sign(AGREED, readiness(dated=UPDATED), BY, on(UPDATED))
    assert state is not None
    assert sign(AGREED, state, BY, on(LATE)) is None
    assert seen(state, R7, date(2027, 12, 31)) == (RequirementStatus.IN_PLACE, Colour.GREEN)
    assert seen(state, R7, date(2028, 1, 1)) == (RequirementStatus.IN_PROGRESS, Colour.AMBER)
    assert decisions.looks_again_at(state, on(LATE)) == date(2027, 12, 31)


def test_a_new_agreement_of_a_process_replaces_its_old_one() -> None:
    state = sign(AGREED, readiness(dated=UPDATED), BY, on(UPDATED))
    assert state is not None
    renewed = AGREED.model_copy(update={"dated": LATE, "valid_to": date(2030, 1, 1)})
    after = sign(renewed, state, BY, on(LATE))
    assert after is not None
    assert [each.evidence for each in after.requirements] == [(renewed,)]


@pytest.mark.parametrize("requirement", [each for each in REQUIREMENTS if parts_of(each)])
def test_a_requirement_is_in_place_with_all_its_parts(requirement: Requirement) -> None:
    whole = in_place(requirement, UPDATED)
    state = readiness(dated=UPDATED)
    lacking = whole.model_copy(update={"parts": whole.parts[1:]})
    assert refused(lambda: assess(requirement, lacking, state, BY, on(LATE))) == "incomplete"
    assert seen(said(state, requirement, whole), requirement)[1] is Colour.GREEN


@pytest.mark.parametrize(
    ("requirement", "assessment", "slug"),
    [
        (R2, in_place(R2, UPDATED), "no-ground"),
        (R3, in_place(R3, UPDATED), "no-ground"),
        (R7, Assessment(status=AssessedStatus.IN_PLACE), "no-evidence"),
        (R7, in_place(R7, date(2026, 6, 12)), "invalid-evidence"),
        (R7, Assessment(status=AssessedStatus.IN_PROGRESS, parts=("MAPPING",)), "invalid-parts"),
        (R2, Assessment(status=AssessedStatus.NOT_RELEVANT, reason="Vi är små"), "always-relevant"),
        (R5, Assessment(status=AssessedStatus.NOT_RELEVANT), "invalid-reason"),
        (R9, in_place(R9, UPDATED), "no-function"),
    ],
)
def test_what_cannot_be_said_is_refused(requirement: Requirement, assessment: Assessment, slug: str) -> None:
    state = readiness(dated=UPDATED)
    assert refused(lambda: assess(requirement, assessment, state, BY, on(LATE))) == slug


def test_only_planning_by_other_statutes_may_be_irrelevant() -> None:
    state = said(readiness(dated=UPDATED), R5, Assessment(status=AssessedStatus.NOT_RELEVANT, reason="Inga planer"))
    assert seen(state, R5) == (RequirementStatus.NOT_RELEVANT, Colour.GREY)


def test_what_is_overdue_is_not_in_place_by_a_word() -> None:
    state = readiness(R1, dated=UPDATED)
    old = in_place(R3, UPDATED)
    assert refused(lambda: assess(R3, old, state, BY, on(LATE))) == "overdue"
    assert refused(lambda: assess(R3, working_on(), state, BY, on(LATE))) == "overdue"
    assert seen(said(state, R3, in_place(R3, LATE)), R3)[1] is Colour.GREEN


def test_a_board_that_something_hangs_on_is_not_left_out() -> None:
    state = said(readiness(dated=UPDATED), R11, in_place(R11, UPDATED))
    assert refused(lambda: decisions.change(ReadinessDetails(), state)) == "no-board"
    other = ReadinessDetails(responsible_board=ResponsibleBoard.OTHER, board_name="Trygghetsnämnden")
    assert decisions.change(other, state) is not None
    with pytest.raises(ValidationError):
        ReadinessDetails(responsible_board=ResponsibleBoard.OTHER)


def test_a_proposal_of_the_county_changes_nothing_that_is_said() -> None:
    state = readiness(R1, dated=UPDATED)
    proposal = ReadinessProposal(
        requirement=R2, status=AssessedStatus.IN_PROGRESS, text="Planen är på väg", proposed_on=LATE
    )
    after = decisions.propose(proposal, state)
    assert after is not None
    assert after.proposals == (proposal,)
    assert after.requirements == state.requirements
    assert seen(after, R2) == seen(state, R2)
    assert decisions.propose(proposal, after) is None
    answered = said(after, R2, working_on())
    assert (answered.proposals, seen(answered, R2)[0]) == ((), RequirementStatus.IN_PROGRESS)
    assert decisions.dismiss(R2, after) == state
    assert decisions.dismiss(R2, state) is None


def test_each_due_day_passes_once() -> None:
    state = readiness(R1, R2, dated=UPDATED)
    assert decisions.pass_days(state, on(date(2026, 6, 10))) is None
    after = decisions.pass_days(state, on(LATE))
    assert after is not None
    assert [(each.requirement, each.due) for each in after.overdue] == [
        (R3, date(2026, 6, 10)),
        (Requirement.R4, date(2026, 6, 10)),
    ]
    assert decisions.pass_days(after, on(date(2026, 8, 1))) is None


def test_a_readiness_is_in_no_event_before_it_is_shared() -> None:
    state = readiness(R1, dated=UPDATED)
    event = events.ReadinessRequirementAssessed
    assert decisions.published(state, None, event) is None
    shared = decisions.change(ReadinessDetails(**_details(state) | {"share_details": True}), state)
    assert shared is not None
    told = decisions.published(shared, None, event)
    assert isinstance(told, event)
    assert told.requirements == state.requirements
    assert decisions.published(shared, told, event) is None
    proposed = decisions.propose(
        ReadinessProposal(requirement=R2, status=AssessedStatus.IN_PROGRESS, text="Planen", proposed_on=LATE), shared
    )
    assert proposed is not None
    assert decisions.published(proposed, told, event) is None
    withheld = decisions.published(state, told, event)
    assert isinstance(withheld, events.ReadinessWithheld)
    assert (withheld.requirements, withheld.responsible_board, withheld.overdue) == ((), None, ())
    assert decisions.published(state, withheld, event) is None


def test_no_event_can_be_built_of_what_is_not_shared() -> None:
    state = readiness(R1, dated=UPDATED)
    fields = {name: getattr(state, name) for name in MunicipalReadiness.model_fields}
    with pytest.raises(ValidationError):
        events.ReadinessRequirementAssessed(**fields)


def test_a_municipality_of_another_county_is_not_found() -> None:
    assert refused(lambda: decisions.begin("2584", on(LATE))) == "not-found"
    assert decisions.begin(SOLLEFTEA, on(LATE)).id == decisions.readiness_id(SOLLEFTEA)


def test_every_code_has_its_word_and_requirement_its_paragraph() -> None:
    assert set(TERMS["RequirementStatus"]) == set(RequirementStatus.codes())
    assert set(TERMS["EvidenceKind"]) == set(EvidenceKind.codes())
    assert [each.code for each in REQUIREMENTS.values()] == Requirement.codes()
    assert all("§" in each.section and each.swedish for each in REQUIREMENTS.values())


def _details(state: HomeReadiness) -> dict[str, Any]:
    return {name: getattr(state, name) for name in ReadinessDetails.model_fields}
