"""Every step that readiness, cooperation processes and support can take: its cause, who takes it, its event.

The decisions go by these tables, and `docs/initiatives.md` is drawn from them. A step that is not in a table is not
taken.
"""

from enum import StrEnum

from shared.contracts.life import Life, Step
from shared.contracts.readiness_codes import AssessedStatus, ProcessStep, RequirementStatus, SupportStatus


class Taker(StrEnum):
    """Who takes a step."""

    MUNICIPALITY = "municipality"
    COUNTY = "county"
    CLOCK = "clock"


class ReadinessCause(StrEnum):
    """The cause of a step."""

    FOUND_MISSING = "finds that nothing is done yet"
    WORKED_ON = "says that it works on it"
    FULFILLED = "says that it is in place, with evidence"
    NOT_SUITABLE = "says why it is not relevant"
    TIME_PASSED = "the day passes until which it was to be done again"
    RENEWED = "records newer evidence"

    STARTED = "decides to cooperate"
    STEPPED = "has all that the step asks for"
    TO_START = "goes back to the beginning, with a reason"
    TO_OWN = "goes back to own preparations, with a reason"
    TO_JOINT = "goes back to joint preparations, with a reason"
    TO_MEASURES = "goes back to the measures, with a reason"

    ASKED = "asks for support"
    OFFERED = "offers it"
    PROVIDED = "has given it"
    DECLINED = "declines, with a reason"
    TAKEN_BACK = "needs it no more"


_NOT_STARTED, _IN_PROGRESS = RequirementStatus.NOT_STARTED, RequirementStatus.IN_PROGRESS
_IN_PLACE, _OVERDUE, _NOT_RELEVANT = (
    RequirementStatus.IN_PLACE,
    RequirementStatus.OVERDUE,
    RequirementStatus.NOT_RELEVANT,
)
_SAID = (_NOT_STARTED, _IN_PROGRESS, _IN_PLACE, _NOT_RELEVANT)
_ASSESSED, _RECORDED = "ReadinessRequirementAssessed", "ReadinessEvidenceRecorded"

REQUIREMENT = Life(
    Step((), ReadinessCause.FOUND_MISSING, _NOT_STARTED, Taker.MUNICIPALITY, ""),
    Step(_SAID, ReadinessCause.FOUND_MISSING, _NOT_STARTED, Taker.MUNICIPALITY, _ASSESSED),
    Step(_SAID, ReadinessCause.WORKED_ON, _IN_PROGRESS, Taker.MUNICIPALITY, _ASSESSED),
    Step((*_SAID, _OVERDUE), ReadinessCause.FULFILLED, _IN_PLACE, Taker.MUNICIPALITY, _ASSESSED),
    Step(_SAID, ReadinessCause.NOT_SUITABLE, _NOT_RELEVANT, Taker.MUNICIPALITY, _ASSESSED),
    Step((_OVERDUE,), ReadinessCause.RENEWED, _IN_PLACE, Taker.MUNICIPALITY, _RECORDED),
    Step((_IN_PLACE,), ReadinessCause.TIME_PASSED, _OVERDUE, Taker.CLOCK, "ReadinessRequirementOverdue", "due + 1 day"),
)
CAUSE_OF = {
    AssessedStatus.NOT_STARTED: ReadinessCause.FOUND_MISSING,
    AssessedStatus.IN_PROGRESS: ReadinessCause.WORKED_ON,
    AssessedStatus.IN_PLACE: ReadinessCause.FULFILLED,
    AssessedStatus.NOT_RELEVANT: ReadinessCause.NOT_SUITABLE,
}
"""The cause of each status that a municipality can say."""

_STEPS = tuple(ProcessStep(code) for code in ProcessStep.codes())
_CHANGED = "CooperationStepChanged"

EARLIER = {step: _STEPS[: _STEPS.index(step)] for step in _STEPS}
"""The steps before each one."""
RETURN = dict(
    zip(
        _STEPS,
        (ReadinessCause.TO_START, ReadinessCause.TO_OWN, ReadinessCause.TO_JOINT, ReadinessCause.TO_MEASURES),
        strict=False,
    )
)
"""The cause of each way back, by where it leads. Nothing leads back to the last step."""

PROCESS = Life(
    Step((), ReadinessCause.STARTED, _STEPS[0], Taker.MUNICIPALITY, "CooperationProcessStarted"),
    *(
        Step((before,), ReadinessCause.STEPPED, after, Taker.MUNICIPALITY, _CHANGED)
        for before, after in zip(_STEPS, (*_STEPS[1:], _STEPS[0]), strict=True)
    ),
    *(
        Step(_STEPS[place + 1 :], cause, step, Taker.MUNICIPALITY, _CHANGED)
        for place, (step, cause) in enumerate(RETURN.items())
    ),
)

_ASKED, _OFFERED = SupportStatus.ASKED, SupportStatus.OFFERED
_PROVIDED, _DECLINED = SupportStatus.PROVIDED, SupportStatus.DECLINED

SUPPORT = Life(
    Step((), ReadinessCause.ASKED, _ASKED, Taker.MUNICIPALITY, "SupportRequested"),
    Step((_ASKED,), ReadinessCause.OFFERED, _OFFERED, Taker.COUNTY, "SupportOffered"),
    Step((_ASKED, _OFFERED), ReadinessCause.PROVIDED, _PROVIDED, Taker.COUNTY, "SupportProvided"),
    Step((_ASKED, _OFFERED), ReadinessCause.DECLINED, _DECLINED, Taker.COUNTY, "SupportDeclined"),
    Step(
        (_ASKED, _OFFERED),
        ReadinessCause.TAKEN_BACK,
        SupportStatus.TAKEN_BACK,
        Taker.MUNICIPALITY,
        "SupportRequestTakenBack",
    ),
)
