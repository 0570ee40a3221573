"""The tables of the gate agree with their codes, with each other and with the contracts."""

import pytest

from services.shipment_alerts.domain.answers import Situation
from services.shipment_alerts.domain.tables import (
    CHOICES,
    DANGERS,
    HAZARDS,
    OFFENCES,
    QUESTIONS,
    SIGNS,
    Abroad,
    Condition,
    Danger,
    EmployerRoutine,
    Imprisonment,
    Indicator,
    Strength,
    Suspicion,
    hazard_of,
)
from shared.contracts.reference.shipments import ADVICE_LINES
from shared.contracts.shipment_codes import Call, HazardClass, IndicatorGroup, SuspectedCategory


def test_given_the_codes_of_the_gate_then_each_has_its_row_and_its_words() -> None:
    assert list(SIGNS) == list(Indicator)
    assert list(OFFENCES) == list(Suspicion)
    assert list(DANGERS) == list(Danger)
    assert list(HAZARDS) == HazardClass.codes()
    assert list(CHOICES) == [(kind.__name__, one) for kind in (Condition, Abroad, EmployerRoutine) for one in kind]
    for words in (*SIGNS.values(), *OFFENCES.values(), *DANGERS.values(), *CHOICES.values(), *QUESTIONS.values()):
        assert words.text("sv").strip()
        assert words.text("en").strip()


def test_given_the_questions_then_each_fills_a_field_and_every_field_but_the_call_is_asked_for() -> None:
    assert [question.code for question in QUESTIONS.values()] == [
        field for field in Situation.model_fields if field != "called"
    ]


def test_given_the_categories_of_signals_then_each_can_be_suspected_and_what_more_can_be_is_for_silence() -> None:
    more = set(Suspicion) - set(SuspectedCategory.codes())
    assert set(SuspectedCategory.codes()) < set(Suspicion)
    assert {OFFENCES[one].imprisonment for one in more} == {Imprisonment.NO}


def test_given_a_duty_to_customs_then_imprisonment_is_in_the_scale() -> None:
    bound = {code for code, offence in OFFENCES.items() if offence.customs_duty}
    assert bound == {"NARCOTICS", "WEAPONS", "EXPLOSIVES"}
    assert {OFFENCES[code].imprisonment for code in bound} == {Imprisonment.YES}


def test_given_a_hazard_class_then_its_lines_exist_and_from_h2_on_it_is_for_112() -> None:
    for hazard in HAZARDS.values():
        assert set(hazard.lines) <= set(ADVICE_LINES)
    assert [code for code, hazard in HAZARDS.items() if hazard.dangerous] == ["H2", "H3", "H4"]
    assert {hazard.call for hazard in HAZARDS.values() if not hazard.dangerous} == {Call.POLICE}


def test_given_the_signs_then_the_dangerous_ones_are_strong_and_only_a_persons_behaviour_has_no_group() -> None:
    dangerous = {code for code, sign in SIGNS.items() if HAZARDS[sign.hazard_class].dangerous}
    assert dangerous == {"LEAKAGE", "POWDER", "FOIL_OR_WIRES"}
    assert {SIGNS[code].strength for code in dangerous} == {Strength.STRONG}
    without = {code for code, sign in SIGNS.items() if sign.group is None}
    assert without == {code for code, sign in SIGNS.items() if sign.strength is Strength.SAFETY_ONLY}
    assert without == {"PICKUP_BEHAVIOUR"}
    assert {sign.group for sign in SIGNS.values()} == {None, *map(IndicatorGroup, IndicatorGroup.codes())}


@pytest.mark.parametrize(
    ("dangers", "signs", "hazard"),
    [
        ([], [], "H0"),
        ([], ["PRINTED_LABEL"], "H0"),
        ([], ["ODOUR"], "H1"),
        ([], ["STAINS", "FULLY_GLUED"], "H1"),
        ([], ["POWDER", "ODOUR"], "H2"),
        (["LEAK"], [], "H2"),
        (["SYMPTOMS"], ["POWDER"], "H3"),
        (["TICKING", "SYMPTOMS"], [], "H4"),
        ([], ["FOIL_OR_WIRES", "POWDER"], "H4"),
    ],
)
def test_given_dangers_and_signs_then_the_highest_hazard_class_counts(
    dangers: list[str], signs: list[str], hazard: str
) -> None:
    assert hazard_of(map(Danger, dangers), map(Indicator, signs)) == hazard
