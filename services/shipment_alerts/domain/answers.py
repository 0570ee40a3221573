"""The gate's input and answer: codes alone, in a fixed form that has no room for anything else."""

from dataclasses import dataclass
from enum import StrEnum

from services.shipment_alerts.domain.tables import QUESTIONS, Abroad, Condition, Danger, Indicator, Suspicion
from shared.contracts.event import Shared
from shared.contracts.reference.shipments import ADVICE_LINES, Language
from shared.contracts.shipment_codes import Call, HazardClass


class Outcome(StrEnum):
    """The kind of the gate's answer."""

    EMERGENCY = "EMERGENCY"
    ASK = "ASK"
    ORDINARY_TIP = "ORDINARY_TIP"
    STOP = "STOP"
    ADVICE = "ADVICE"
    CONTACT = "CONTACT"


class Situation(Shared):
    """The answers so far; None has not been asked yet.

    ``called`` says that 112 has been called about the ``dangers`` that there are now.
    """

    dangers: frozenset[Danger] | None = None
    called: bool = False
    at_work: bool | None = None
    condition: Condition | None = None
    suspicion: Suspicion | None = None
    from_abroad: Abroad | None = None
    signs: frozenset[Indicator] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The gate's answer. ``step`` is the step that decided, or whose question is next.

    calls         whom to call now, if anybody
    lines         what to read, in order
    customs_duty  the employer is bound to notify customs
    form          whether a form may follow, and so whether anything could ever be kept
    """

    outcome: Outcome
    step: int
    hazard_class: HazardClass
    calls: tuple[Call, ...] = ()
    lines: tuple[str, ...] = ()
    customs_duty: bool = False
    form: bool = False

    def text(self, language: Language) -> tuple[str, ...]:
        """The lines that a person reads; last, where something is asked, the question."""
        question = [QUESTIONS[self.step].text(language)] if self.outcome is Outcome.ASK else []
        return (*(ADVICE_LINES[line].text(language) for line in self.lines), *question)
