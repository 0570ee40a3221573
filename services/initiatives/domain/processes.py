"""Decisions about the cooperation process: `readiness_life` says which steps there are."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from services.initiatives.domain.readiness_life import EARLIER, PROCESS, RETURN, ReadinessCause
from shared.contracts import cooperation_processes as events
from shared.contracts.codes import Status
from shared.contracts.context import DecisionContext
from shared.contracts.cooperation_processes import (
    MOST_CHANGES,
    CooperationProcess,
    Milestone,
    ProcessDetails,
    SignedAgreement,
    StepChange,
)
from shared.contracts.event import if_different
from shared.contracts.prose import Statement
from shared.contracts.readiness import Evidence
from shared.contracts.readiness_codes import EvidenceKind, ProcessStep
from shared.contracts.reference.readiness import MILESTONES
from shared.rejected import Rejected

_AGREEMENT = "AGREEMENT"


def start(details: ProcessDetails, identity: UUID, context: DecisionContext) -> events.CooperationProcessStarted:
    """The cooperation is initiated. The caller has seen that its municipalities are this county's."""
    step = PROCESS.first(ReadinessCause.STARTED)
    return events.CooperationProcessStarted(id=identity, county=context.county.name, step=step, **dict(details))


def change(details: ProcessDetails, before: CooperationProcess) -> events.CooperationProcessChanged | None:
    """It is called so, and of these municipalities, which stay once an agreement is signed; None if it was before."""
    _check_active(before)
    if before.agreement is not None and details.municipalities != before.municipalities:
        raise Rejected("signed", "The municipalities have signed an agreement; start a process of the others.")
    return if_different(events.CooperationProcessChanged(**dict(before) | dict(details)), before)


def record(
    milestone: Milestone, before: CooperationProcess, context: DecisionContext
) -> events.CooperationProcessChanged | None:
    """Something that a step asks for was done on that day; None if that was known."""
    _check_active(before)
    _check_past(milestone.done_on, context)
    others = [each for each in before.milestones if each.code != milestone.code]
    order = list(MILESTONES)
    milestones = tuple(sorted((*others, milestone), key=lambda each: order.index(each.code)))
    return if_different(events.CooperationProcessChanged(**dict(before) | {"milestones": milestones}), before)


def sign(
    agreement: SignedAgreement, before: CooperationProcess, context: DecisionContext
) -> events.CooperationAgreementSigned | None:
    """The agreement is signed, the first one or the next; None if that was known."""
    _check_active(before)
    _check_past(agreement.signed_on, context)
    return if_different(events.CooperationAgreementSigned(**dict(before) | {"agreement": agreement}), before)


def step_on(before: CooperationProcess, context: DecisionContext) -> events.CooperationStepChanged:
    """The next step; after the last one the first again, in the next round.

    Rejected unless all is done that the present one asks for. An agreement stays for the rounds that it holds.
    """
    _check_active(before)
    absent = missing(before, context)
    if absent:
        raise Rejected("step-incomplete", f"{before.step} is not done: {', '.join(absent)} is missing.", missing=absent)
    after = PROCESS.after(before.step, ReadinessCause.STEPPED)
    restarted = after is PROCESS.first(ReadinessCause.STARTED)
    kept = {"round": before.round + restarted, "milestones": () if restarted else before.milestones}
    return _stepped(before, after, None, context, **kept)


def step_back(
    before: CooperationProcess, after: ProcessStep, reason: Statement, context: DecisionContext
) -> events.CooperationStepChanged:
    """Back to an earlier step of this round, for a reason: what it asks for, and later steps, is to be done anew.

    The agreement stays.
    """
    _check_active(before)
    if after not in RETURN or before.step not in PROCESS.befores(RETURN[after]):
        raise Rejected("not-earlier", f"{after} is no step before {before.step}.")
    kept = tuple(each for each in before.milestones if MILESTONES[each.code].step in EARLIER[after])
    return _stepped(before, PROCESS.after(before.step, RETURN[after]), reason, context, milestones=kept)


def end(before: CooperationProcess) -> events.CooperationProcessEnded:
    """The process is not gone on with."""
    _check_active(before)
    return events.CooperationProcessEnded(**dict(before) | {"status": Status.RETIRED})


def missing(process: CooperationProcess, context: DecisionContext) -> list[str]:
    """The same as `lacking` today: an agreement that holds no more counts as none."""
    found = lacking(process)
    over = process.step is ProcessStep.JOINT_PREPARATION and process.agreement and not holds(process, context)
    return [*found, *([_AGREEMENT] if over else [])]


def lacking(process: CooperationProcess) -> list[str]:
    """Codes of the milestones that the present step asks for and has not, and AGREEMENT."""
    done = {each.code for each in process.milestones}
    absent = [code for code, each in MILESTONES.items() if each.step is process.step and code not in done]
    unsigned = process.step is ProcessStep.JOINT_PREPARATION and process.agreement is None
    return [*absent, *([_AGREEMENT] if unsigned else [])]


def holds(process: CooperationProcess, context: DecisionContext) -> bool:
    """Whether its agreement holds today."""
    agreement = process.agreement
    return agreement is not None and (agreement.valid_to is None or context.today <= agreement.valid_to)


def as_evidence(process: CooperationProcess) -> Evidence:
    """Its agreement, as it shows in the readiness of each of its municipalities that 9 § is fulfilled."""
    agreement = process.agreement
    assert agreement is not None, "it has just been signed"
    return Evidence(
        kind=EvidenceKind.AGREEMENT,
        title=agreement.title,
        dated=agreement.signed_on,
        valid_to=agreement.valid_to,
        url=agreement.url,
        process=process.id,
    )


def agreed(processes: Collection[CooperationProcess], context: DecisionContext) -> set[str]:
    """The municipalities of which all counties see an agreement that holds today."""
    return {code for each in processes if holds(each, context) for code in each.municipalities}


def _stepped(
    before: CooperationProcess, after: ProcessStep, reason: str | None, context: DecisionContext, **more: object
) -> events.CooperationStepChanged:
    change = StepChange(before=before.step, after=after, changed_on=context.today, reason=reason)
    changes = (*before.changes, change)
    return events.CooperationStepChanged(**dict(before) | {"step": after, "changes": changes} | more)


def _check_active(process: CooperationProcess) -> None:
    if process.status is not Status.ACTIVE:
        raise Rejected("ended", "The process has ended; start a new one.")
    if len(process.changes) >= MOST_CHANGES:
        raise Rejected("too-many-changes", f"The process has changed its step {MOST_CHANGES} times; start a new one.")


def _check_past(day: date, context: DecisionContext) -> None:
    if day > context.today:
        raise Rejected("invalid-day", f"{day} has not come yet; it is {context.today}.")
