"""The cooperation process: five steps, each with what it asks for, and backwards with a reason."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.initiatives.domain import processes
from services.initiatives.domain.readiness_life import EARLIER
from shared.contracts.codes import FunctionCode
from shared.contracts.cooperation_processes import CooperationProcess, Milestone, ProcessDetails, SignedAgreement
from shared.contracts.readiness_codes import ProcessStep
from shared.contracts.reference.readiness import MILESTONES, TERMS
from shared.rejected import Rejected
from tests.unit.initiatives.ready import SOLLEFTEA, on

TODAY = date(2026, 11, 23)
DETAILS = ProcessDetails(title="Samverkan Sollefteå", municipalities=(SOLLEFTEA,))
AGREEMENT = SignedAgreement(
    title="Samverkansöverenskommelse",
    signed_on=TODAY,
    valid_to=date(2030, 12, 31),
    purposes=("Minska öppen droghandel",),
    areas=("Centrum",),
    signed_by=(FunctionCode.LPO_CHIEF, FunctionCode.MUNICIPAL_EXECUTIVE),
)
STEPS = [ProcessStep(code) for code in ProcessStep.codes()]


def begun() -> CooperationProcess:
    """A process at its first step."""
    return processes.start(DETAILS, UUID(int=1), on(TODAY))


def complete(process: CooperationProcess) -> CooperationProcess:
    """The process with all that its step asks for."""
    for code, each in MILESTONES.items():
        if each.step is process.step:
            process = processes.record(Milestone(code=code, done_on=TODAY), process, on(TODAY)) or process
    if process.step is ProcessStep.JOINT_PREPARATION:
        process = processes.sign(AGREEMENT, process, on(TODAY)) or process
    return process


def at(step: ProcessStep) -> CooperationProcess:
    """A process at that step."""
    process = begun()
    while process.step is not step:
        process = processes.step_on(complete(process), on(TODAY))
    return process


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_left_once_all_is_done_that_it_asks_for(step: ProcessStep) -> None:
    process = at(step)
    with pytest.raises(Rejected) as caught:
        processes.step_on(process, on(TODAY))
    lacking = caught.value.values["missing"]
    assert isinstance(lacking, Sequence)
    assert lacking == processes.missing(process, on(TODAY)) != []
    after = processes.step_on(complete(process), on(TODAY))
    assert after.step is STEPS[(STEPS.index(step) + 1) % len(STEPS)]
    assert (after.changes[-1].before, after.changes[-1].after, after.changes[-1].reason) == (step, after.step, None)


def test_joint_preparation_asks_for_a_signed_agreement_that_holds() -> None:
    process = complete(at(ProcessStep.JOINT_PREPARATION))
    unsigned = process.model_copy(update={"agreement": None})
    assert processes.missing(unsigned, on(TODAY)) == ["AGREEMENT"]
    assert processes.missing(process, on(date(2030, 12, 31))) == []
    assert processes.missing(process, on(date(2031, 1, 1))) == ["AGREEMENT"]


def test_an_agreement_is_signed_by_both_chiefs() -> None:
    with pytest.raises(ValidationError, match="LPO_CHIEF has not signed"):
        SignedAgreement(**dict(AGREEMENT) | {"signed_by": ("MUNICIPAL_EXECUTIVE", "MUNICIPAL_POLICE")})


def test_the_cycle_begins_again_and_keeps_its_agreement() -> None:
    process = processes.step_on(complete(at(ProcessStep.FOLLOW_UP)), on(TODAY))
    assert (process.step, process.round, process.milestones) == (ProcessStep.INITIATED, 2, ())
    assert process.agreement == AGREEMENT
    assert len(process.changes) == len(STEPS)


@given(st.sampled_from(STEPS), st.sampled_from(STEPS))
def test_backwards_goes_to_earlier_steps_alone(before: ProcessStep, after: ProcessStep) -> None:
    process = complete(at(before))
    earlier = STEPS.index(after) < STEPS.index(before)
    assert (after in EARLIER[before]) is earlier
    if not earlier:
        with pytest.raises(Rejected, match="no step before"):
            processes.step_back(process, after, "Ny information", on(TODAY))
        return
    back = processes.step_back(process, after, "Ny information", on(TODAY))
    assert (back.step, back.changes[-1].reason, back.agreement) == (after, "Ny information", process.agreement)
    assert {MILESTONES[each.code].step for each in back.milestones} == set(EARLIER[after])
    assert processes.missing(back, on(TODAY)) != []


def test_nothing_is_done_on_a_day_that_has_not_come() -> None:
    tomorrow = date(2026, 11, 24)
    with pytest.raises(Rejected, match="not come"):
        processes.record(Milestone(code="START_DECISION", done_on=tomorrow), begun(), on(TODAY))
    with pytest.raises(Rejected, match="not come"):
        processes.sign(AGREEMENT.model_copy(update={"signed_on": tomorrow}), begun(), on(TODAY))


def test_a_process_that_has_ended_stays_as_it_is() -> None:
    ended = processes.end(complete(begun()))
    for decide in (
        lambda: processes.step_on(ended, on(TODAY)),
        lambda: processes.change(DETAILS, ended),
        lambda: processes.sign(AGREEMENT, ended, on(TODAY)),
        lambda: processes.end(ended),
    ):
        with pytest.raises(Rejected, match="has ended"):
            decide()


def test_what_is_the_same_is_no_event() -> None:
    process = complete(begun())
    assert processes.change(DETAILS, process) is None
    assert processes.record(process.milestones[0], process, on(TODAY)) is None
    signed = processes.sign(AGREEMENT, process, on(TODAY))
    assert signed is not None
    assert processes.sign(AGREEMENT, signed, on(TODAY)) is None


def test_all_see_which_municipalities_have_an_agreement() -> None:
    process = at(ProcessStep.IMPLEMENTATION)
    assert processes.agreed([process, begun()], on(TODAY)) == {SOLLEFTEA}
    assert processes.agreed([process], on(date(2031, 1, 1))) == set()
    shown = processes.as_evidence(process)
    assert (shown.process, shown.dated, shown.valid_to) == (process.id, TODAY, AGREEMENT.valid_to)


def test_every_step_has_its_word_and_asks_for_something() -> None:
    assert set(TERMS["ProcessStep"]) == set(ProcessStep.codes())
    assert {each.step for each in MILESTONES.values()} == set(STEPS)
