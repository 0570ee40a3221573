"""The gate: what a person who suspects a shipment does, and whom the law lets them inform.

Seven steps, in this order (5 kap. postlagen; inregränslagen 4 §): danger, at work, condition, suspicion, from
abroad, signs, the employer's routine. Danger comes before any question. What has not been answered yet is asked
for; nothing is kept, and only a contact with an offence that is clear may be followed by a form.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.shipment_alerts.domain.answers import Answer, Outcome, Situation
from services.shipment_alerts.domain.tables import (
    HAZARDS,
    OFFENCES,
    SIGNS,
    Abroad,
    Condition,
    EmployerRoutine,
    Imprisonment,
    Indicator,
    Offence,
    Sign,
    Strength,
    Suspicion,
    hazard_of,
)
from shared.contracts.shipment_codes import Call, HazardClass


@dataclass(frozen=True, slots=True)
class _Case:
    """A situation, with what follows from it alone."""

    situation: Situation
    routine: EmployerRoutine
    hazard_class: HazardClass

    @property
    def danger(self) -> bool:
        return HAZARDS[self.hazard_class].dangerous

    @property
    def opened(self) -> bool:
        return self.situation.condition is Condition.OPENED

    @property
    def danger_counts(self) -> bool:
        """Whether the danger makes a suspicion: one in what was opened here may have come out only then."""
        return self.danger and not self.opened

    @property
    def offence(self) -> Offence:
        return OFFENCES[self.situation.suspicion or Suspicion.NOT_KNOWN]

    @property
    def foreign(self) -> bool:
        return self.situation.from_abroad is Abroad.YES

    @property
    def customs_duty(self) -> bool:
        return self.foreign and self.offence.customs_duty

    def counted(self) -> list[Sign]:
        """The signs that count: no person's behaviour, content only where damage shows it, outer ones if opened."""
        signs = [SIGNS[indicator] for indicator in self.situation.signs or ()]
        damaged = self.situation.condition is Condition.DAMAGED
        return [
            sign
            for sign in signs
            if sign.strength is not Strength.SAFETY_ONLY
            and (damaged or not sign.only_if_damaged)
            and not (self.opened and sign.not_if_opened)
        ]

    def end(self, outcome: Outcome, step: int, *lines: str, calls: tuple[Call, ...] = (), form: bool = False) -> Answer:
        """The answer of ``step``. Advice on safety comes first, whatever the step says."""
        duty = self.customs_duty and outcome is Outcome.CONTACT
        safety = () if outcome is Outcome.EMERGENCY else self._safety()
        return Answer(outcome, step, self.hazard_class, calls, (*safety, *lines), duty, form)

    def _safety(self) -> tuple[str, ...]:
        """The lines of every answer: at a hazard once 112 has been called, and where a person was threatening."""
        hazard = ("CALL_112_AGAIN", *HAZARDS[self.hazard_class].lines) if self.danger and self.situation.called else ()
        behaviour = Indicator.PICKUP_BEHAVIOUR in (self.situation.signs or ())
        return (*hazard, *(("SAFE_FIRST",) if behaviour else ()))


def decide(situation: Situation, routine: EmployerRoutine = EmployerRoutine.EMPLOYER_FIRST) -> Answer:
    """The answer to ``situation``, where the operator has decided on ``routine``."""
    case = _Case(situation, routine, hazard_of(situation.dangers or (), situation.signs or ()))
    for step in _STEPS:
        if answer := step(case):
            return answer
    return _contact(case)


def _danger(case: _Case) -> Answer | None:
    """1: danger is for 112, and nothing is asked before the call."""
    if case.danger and not case.situation.called:
        lines = ("CALL_112", *HAZARDS[case.hazard_class].lines, "CUSTOMS_WHEN_SAFE", "GO_ON_AFTER_THE_CALL")
        return case.end(Outcome.EMERGENCY, 1, *lines, calls=(Call.EMERGENCY,))
    return case.end(Outcome.ASK, 1) if case.situation.dangers is None else None


def _at_work(case: _Case) -> Answer | None:
    """2: what is not handled at work is an ordinary tip, like anybody's."""
    if case.situation.at_work is None:
        return case.end(Outcome.ASK, 2)
    if not case.situation.at_work:
        return case.end(Outcome.ORDINARY_TIP, 2, "ORDINARY_TIP", calls=(Call.POLICE,))
    return None


def _condition(case: _Case) -> Answer | None:
    """3: it is not opened; only damage that came with it shows content that counts."""
    return case.end(Outcome.ASK, 3) if case.situation.condition is None else None


def _suspicion(case: _Case) -> Answer | None:
    """4: without imprisonment in the scale the duty of silence holds, of letters at least."""
    if case.situation.suspicion is None:
        return case.end(Outcome.ASK, 4, "DO_NOT_OPEN")
    if case.offence.imprisonment is Imprisonment.NO:
        return case.end(Outcome.STOP, 4, "DO_NOT_OPEN", "SILENCE_HOLDS", "NOTHING_IS_KEPT")
    return None


def _from_abroad(case: _Case) -> Answer | None:
    """5: what comes from abroad is for customs. Here it is only asked for; the call comes last."""
    return case.end(Outcome.ASK, 5, "DO_NOT_OPEN") if case.situation.from_abroad is None else None


def _signs(case: _Case) -> Answer | None:
    """6: a danger, a strong sign or two signs make a suspicion; less is for advice only."""
    if case.situation.signs is None:
        return case.end(Outcome.ASK, 6, "DO_NOT_OPEN")
    counted = case.counted()
    if (
        (case.danger and not case.opened)
        or len(counted) >= 2
        or any(sign.strength is Strength.STRONG for sign in counted)
    ):
        return None
    customs = ("CUSTOMS_IF_SUSPECTED",) if case.foreign else ()
    known = "POLICE_KNOW" if case.danger else "TOO_FEW_SIGNS"
    return case.end(Outcome.ADVICE, 6, *_handling(case), known, *customs, "NOTHING_IS_KEPT")


_STEPS: tuple[Callable[[_Case], Answer | None], ...] = (_danger, _at_work, _condition, _suspicion, _from_abroad, _signs)


def _contact(case: _Case) -> Answer:
    """7: who calls is for the employer to say, and always where it is unsure whether the law allows it."""
    clear = case.offence.imprisonment is Imprisonment.YES
    if case.danger_counts and not case.foreign:
        return case.end(Outcome.CONTACT, 7, *_handling(case), "POLICE_KNOW", form=clear)
    call = Call.CUSTOMS if case.foreign else Call.POLICE
    lines = (*_who(case, clear), f"CALL_{call}", *(("CUSTOMS_DUTY",) if case.customs_duty else ()))
    return case.end(Outcome.CONTACT, 7, *_handling(case), *lines, calls=(call,), form=clear)


def _who(case: _Case, clear: bool) -> tuple[str, ...]:
    if not clear:
        return ("EMPLOYER_JUDGES",)
    return ("MAY_TELL", "EMPLOYER_FIRST") if case.routine is EmployerRoutine.EMPLOYER_FIRST else ("MAY_TELL",)


def _handling(case: _Case) -> tuple[str, ...]:
    """How to handle it: by its hazard class where that is harmless, and never open it."""
    opened = ("LOOK_NO_FURTHER",) if case.opened else ()
    return ("DO_NOT_OPEN", *opened) if case.danger else (*HAZARDS[case.hazard_class].lines, *opened)
