"""The cooperation process, of the stream `initiatives`: five steps that municipalities and the police go together.

By the book of Brå, Polismyndigheten and SKR, "Samverkan i lokalt brottsförebyggande arbete". It is a cycle, and may go
backwards when something new is known.
"""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.actors import PolicyAreas
from shared.contracts.codes import FunctionCode, Status
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import WebAddress, as_list, as_set, listed, within
from shared.contracts.initiatives import Municipalities, Title
from shared.contracts.prose import Statement
from shared.contracts.readiness_codes import ProcessStep
from shared.contracts.reference.readiness import MILESTONES
from shared.contracts.times import Day

MilestoneCode = Annotated[str, listed(MILESTONES, "the code of a milestone in the reference data")]
AgreedPhrases = Annotated[tuple[Statement, ...], as_set(1, 20, "phrases")]
MOST_CHANGES = 450
"""Of steps: 90 rounds, at five steps each."""
SIGNATORIES = frozenset({FunctionCode.MUNICIPAL_EXECUTIVE, FunctionCode.LPO_CHIEF})
"""Who signs an agreement: the chairman of the municipality's executive board, and the chief of the police area."""


class ProcessDetails(Shared):
    """The name of the process, and its municipalities."""

    title: Title
    municipalities: Municipalities
    policy_areas: PolicyAreas = ()


class Milestone(Shared):
    """Something that a step asks for, and the day on which it was done."""

    code: MilestoneCode
    done_on: Day


class SignedAgreement(Shared):
    """An agreement on cooperation (9 § lag 2023:196): its purposes and areas, and the functions that signed it."""

    title: Title
    signed_on: Day
    valid_to: Day | None = None
    purposes: AgreedPhrases
    areas: AgreedPhrases
    signed_by: Annotated[tuple[FunctionCode, ...], as_set(2, 20, "functions")]
    url: WebAddress | None = None

    @model_validator(mode="after")
    def _signed(self, info: ValidationInfo) -> Self:
        if info.context == READER:
            return self
        if absent := SIGNATORIES - set(self.signed_by):
            raise ValueError(f"{min(absent)} has not signed it")
        if self.valid_to is not None and self.valid_to < self.signed_on:
            raise ValueError(f"valid_to {self.valid_to} lies before {self.signed_on}")
        return self


class StepChange(Shared):
    """A step that was taken. Backwards it has a ``reason``."""

    before: ProcessStep
    after: ProcessStep
    changed_on: Day
    reason: Statement | None = None


class CooperationProcess(ProcessDetails, Event, stream="initiatives"):
    """Where a municipality, or a group of them, is in the process. ``milestones`` are those of the present round."""

    step: ProcessStep
    round: Annotated[int, within(1, 99)] = 1
    milestones: Annotated[tuple[Milestone, ...], as_list(50, "milestones")] = ()
    agreement: SignedAgreement | None = None
    changes: Annotated[tuple[StepChange, ...], as_list(MOST_CHANGES, "changes")] = ()
    status: Status = Status.ACTIVE


class CooperationProcessStarted(CooperationProcess, version=1):
    """A cooperation has been initiated."""


class CooperationProcessChanged(CooperationProcess, version=1):
    """Something that the present step asks for has been done, or the process is called otherwise."""


class CooperationStepChanged(CooperationProcess, version=1):
    """The process is at another step: its last change says from where to where, and why if it went back."""


class CooperationAgreementSigned(CooperationProcess, version=1):
    """The agreement has been signed, or renewed."""


class CooperationProcessEnded(CooperationProcess, version=1):
    """The process is not gone on with, or was begun by mistake. It stays readable."""


EVENTS = events_in(globals())
