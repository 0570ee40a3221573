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


def test_each_code_of_the_gate_has_its_row_and_words() -> None:
    assert list(SIGNS) == list(Indicator)
    assert list(OFFENCES) == list(Suspicion)
    assert list(DANGERS) == list(Danger)
    assert list(HAZARDS) == HazardClass.codes()
    assert list(CHOICES) == [(kind.__name__, one) for kind in (Condition, Abroad, EmployerRoutine) for one in kind]
    for words in (*SIGNS.values(), *OFFENCES.values(), *DANGERS.values(), *CHOICES.values(), *QUESTIONS.values()):
        assert words.text("sv").strip()
        assert words.text("en").strip()


def test_every_field_but_the_call_is_asked_for() -> None:
    assert [question.code for question in QUESTIONS.values()] == [
        field for field in Situation.model_fields if field != "called"
    ]


def test_every_category_can_be_suspected_and_more_means_silence() -> None:
    more = set(Suspicion) - set(SuspectedCategory.codes())

    assert set(SuspectedCategory.codes()) < set(Suspicion)
    assert {OFFENCES[one].imprisonment for one in more} == {Imprisonment.NO}


def test_imprisonment_is_in_the_scale_of_a_duty_to_customs() -> None:
    bound = {code for code, offence in OFFENCES.items() if offence.customs_duty}

    assert bound == {"NARCOTICS", "WEAPONS", "EXPLOSIVES"}
    assert {OFFENCES[code].imprisonment for code in bound} == {Imprisonment.YES}


def test_each_hazard_class_has_lines_and_calls_112_from_h2_on() -> None:
    for hazard in HAZARDS.values():
        assert set(hazard.lines) <= set(ADVICE_LINES)
    assert [code for code, hazard in HAZARDS.items() if hazard.dangerous] == ["H2", "H3", "H4"]
    assert {hazard.call for hazard in HAZARDS.values() if not hazard.dangerous} == {Call.POLICE}


def test_dangerous_signs_are_strong_and_only_conduct_ungrouped() -> None:
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
def test_the_highest_hazard_class_counts(dangers: list[str], signs: list[str], hazard: str) -> None:
    assert hazard_of(map(Danger, dangers), map(Indicator, signs)) == hazard
