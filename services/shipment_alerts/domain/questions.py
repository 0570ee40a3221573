"""The gate's next question and the answers to it, for a screen or a terminal."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.shipment_alerts.domain.answers import Answer, Outcome
from services.shipment_alerts.domain.tables import CHOICES, DANGERS, OFFENCES, QUESTIONS, SIGNS, Question
from shared.contracts.reference.shipments import Words

YES_OR_NO: Mapping[str | bool, Words] = {True: CHOICES["Abroad", "YES"], False: CHOICES["Abroad", "NO"]}
CHOICES_OF: Mapping[str, Mapping[str | bool, Words]] = {
    "dangers": {code.value: words for code, words in DANGERS.items()},
    "at_work": YES_OR_NO,
    "condition": {code: words for (name, code), words in CHOICES.items() if name == "Condition"},
    "suspicion": {code.value: words for code, words in OFFENCES.items()},
    "from_abroad": {code: words for (name, code), words in CHOICES.items() if name == "Abroad"},
    "signs": {code.value: words for code, words in SIGNS.items()},
}
SEVERAL = frozenset({"dangers", "signs"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the gate. ``choices`` are the values of its field; with ``several`` any number of them, or none."""

    question: Question
    several: bool
    choices: Mapping[str | bool, Words]

    @property
    def field(self) -> str:
        """Where the answer goes in a `Situation`."""
        return self.question.code


def asked(answer: Answer) -> Asked | None:
    """The question after ``answer``; None if there is none."""
    if answer.outcome is not Outcome.ASK:
        return None
    question = QUESTIONS[answer.step]
    return Asked(question, question.code in SEVERAL, CHOICES_OF[question.code])
