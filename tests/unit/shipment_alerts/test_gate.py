"""The gate, over every combination of answers."""

from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from services.shipment_alerts.domain.answers import Answer, Outcome, Situation
from services.shipment_alerts.domain.gate import decide
from services.shipment_alerts.domain.tables import (
    HAZARDS,
    OFFENCES,
    SIGNS,
    Abroad,
    Condition,
    Danger,
    EmployerRoutine,
    Imprisonment,
    Indicator,
    Suspicion,
    hazard_of,
)
from shared.contracts.reference.shipments import ADVICE_LINES
from shared.contracts.shipment_codes import Call, HazardClass
from tests.unit.shipment_alerts.every import every_situation

FIRST, DIRECT = EmployerRoutine.EMPLOYER_FIRST, EmployerRoutine.DIRECT
CLEAR: dict[str, Any] = {
    "dangers": [],
    "at_work": True,
    "condition": "WHOLE",
    "suspicion": "NARCOTICS",
    "from_abroad": "NO",
    "signs": ["ODOUR", "UNKNOWN_SENDER"],
}
"""A letter that may be reported."""


def answered(routine: EmployerRoutine = FIRST, **changes: Any) -> Answer:
    return decide(Situation(**CLEAR | changes), routine)


complete = st.builds(
    Situation,
    dangers=st.frozensets(st.sampled_from(Danger)),
    called=st.booleans(),
    at_work=st.booleans(),
    condition=st.sampled_from(Condition),
    suspicion=st.sampled_from(Suspicion),
    from_abroad=st.sampled_from(Abroad),
    signs=st.frozensets(st.sampled_from(Indicator)),
)
partly = st.builds(
    Situation,
    dangers=st.none() | st.frozensets(st.sampled_from(Danger)),
    called=st.booleans(),
    at_work=st.none() | st.booleans(),
    condition=st.none() | st.sampled_from(Condition),
    suspicion=st.none() | st.sampled_from(Suspicion),
    from_abroad=st.none() | st.sampled_from(Abroad),
    signs=st.none() | st.frozensets(st.sampled_from(Indicator)),
)
routines = st.sampled_from(EmployerRoutine)


def dangerous(situation: Situation) -> bool:
    return HAZARDS[hazard_of(situation.dangers or (), situation.signs or ())].dangerous


def check_danger(situation: Situation, answer: Answer) -> None:
    if dangerous(situation) and not situation.called:
        assert (answer.outcome, answer.step, answer.calls) == (Outcome.EMERGENCY, 1, (Call.EMERGENCY,))
        assert answer.lines[0] == "CALL_112"
        assert not answer.form
    else:
        assert answer.outcome is not Outcome.EMERGENCY


def check_stop(situation: Situation, answer: Answer) -> None:
    forbidden = OFFENCES[situation.suspicion or Suspicion.NOT_KNOWN].imprisonment is Imprisonment.NO
    if forbidden:
        assert answer.outcome not in (Outcome.CONTACT, Outcome.ADVICE)
    if answer.outcome is Outcome.STOP:
        assert forbidden
        assert (answer.calls, answer.form, answer.customs_duty) == ((), False, False)
        assert "NOTHING_IS_KEPT" in answer.lines


def check_form(situation: Situation, answer: Answer) -> None:
    if answer.form:
        assert answer.outcome is Outcome.CONTACT
        assert OFFENCES[situation.suspicion or Suspicion.NOT_KNOWN].imprisonment is Imprisonment.YES
        assert situation.called or not dangerous(situation)
        assert situation.at_work


def check_customs(situation: Situation, answer: Answer) -> None:
    if situation.from_abroad is Abroad.YES and answer.outcome not in (Outcome.STOP, Outcome.ASK):
        assert "90 114" in " ".join(answer.text("sv"))
        assert "90 114" in " ".join(answer.text("en"))
    if answer.outcome is Outcome.CONTACT:
        assert (Call.CUSTOMS in answer.calls) == (situation.from_abroad is Abroad.YES)
    duty = situation.from_abroad is Abroad.YES and OFFENCES[situation.suspicion or Suspicion.NOT_KNOWN].customs_duty
    assert answer.customs_duty == (duty and answer.outcome is Outcome.CONTACT)


def check_safety(situation: Situation, answer: Answer) -> None:
    if dangerous(situation):
        assert set(HAZARDS[answer.hazard_class].lines) <= set(answer.lines)
        assert "112" in " ".join(answer.text("sv"))
    if Indicator.PICKUP_BEHAVIOUR in (situation.signs or ()) and answer.outcome is not Outcome.EMERGENCY:
        assert "SAFE_FIRST" in answer.lines


def check_opened(situation: Situation, answer: Answer) -> None:
    outer = {sign for sign in situation.signs or () if not SIGNS[sign].not_if_opened} - {Indicator.PICKUP_BEHAVIOUR}
    if situation.condition is Condition.OPENED and answer.outcome is Outcome.CONTACT:
        assert len(outer) > 1, "it says that only what is seen on the outside counts"
        assert "LOOK_NO_FURTHER" in answer.lines


CHECKS = [check_danger, check_stop, check_form, check_customs, check_safety, check_opened]


@pytest.mark.parametrize("check", CHECKS)
def test_the_law_of_the_gate_holds_for_every_answer(check: Any) -> None:
    assert len(every_situation()) > 100_000

    for situation, _, answer in every_situation():
        check(situation, answer)


@given_any(complete | partly, routines)
def test_the_law_of_the_gate_holds_for_unfinished_answers(situation: Situation, routine: EmployerRoutine) -> None:
    answer = decide(situation, routine)

    for check in CHECKS:
        check(situation, answer)

    assert set(answer.lines) <= set(ADVICE_LINES)


@given_any(complete, routines)
def test_with_all_answers_nothing_more_is_asked(situation: Situation, routine: EmployerRoutine) -> None:
    assert decide(situation, routine).outcome is not Outcome.ASK


def test_every_outcome_but_a_question_is_reached() -> None:
    assert {answer.outcome for _, _, answer in every_situation()} == set(Outcome) - {Outcome.ASK}


def test_questions_come_in_order_and_danger_first() -> None:
    asked, given = [], dict[str, Any]()

    for field, value in CLEAR.items():
        answer = decide(Situation(**given))
        asked.append((answer.step, answer.outcome))
        assert answer.text("sv")[-1].endswith(("?", "Öppna den inte."))
        given[field] = value

    assert asked == [(step, Outcome.ASK) for step in range(1, 7)]
    assert decide(Situation(**given)).outcome is Outcome.CONTACT


def test_powder_said_first_is_answered_by_112_alone() -> None:
    answer = decide(Situation(signs=["POWDER"]))

    assert answer.text("sv")[0] == "Ring 112 nu."
    assert answer.text("en")[0] == "Call 112 now."
    assert answer.hazard_class is HazardClass.H2
    assert decide(Situation(signs=["POWDER"], called=True)).outcome is Outcome.ASK


def test_snus_for_a_minor_explains_silence_and_keeps_nothing() -> None:
    answer = answered(suspicion="TOBACCO", signs=[indicator.value for indicator in SIGNS])

    assert answer.outcome is Outcome.EMERGENCY  # among all signs are dangerous ones

    answer = answered(suspicion="TOBACCO")
    assert (answer.outcome, answer.step) == (Outcome.STOP, 4)
    assert "tystnadsplikt" in " ".join(answer.text("sv"))
    assert answer.text("sv")[-1] == "Det du har svarat sparas inte."


def test_odd_odour_and_a_swedish_label_call_114_14() -> None:
    answer = answered(DIRECT, signs=["ODOUR", "PRINTED_LABEL"])

    assert (answer.outcome, answer.hazard_class, answer.calls) == (Outcome.CONTACT, HazardClass.H1, (Call.POLICE,))
    text = answer.text("sv")
    assert "Öppna inte försändelsen." in text
    assert "Ring Polisen 114 14." in text


@pytest.mark.parametrize(
    ("signs", "condition", "outcome"),
    [
        ([], "WHOLE", Outcome.ADVICE),
        (["ODOUR"], "WHOLE", Outcome.ADVICE),
        (["FULLY_GLUED", "PRINTED_LABEL"], "WHOLE", Outcome.CONTACT),
        (["ODOUR", "PICKUP_BEHAVIOUR"], "WHOLE", Outcome.ADVICE),
        (["CONTENT_VISIBLE"], "DAMAGED", Outcome.CONTACT),
        (["CONTENT_VISIBLE"], "OPENED", Outcome.ADVICE),
        (["CONTENT_VISIBLE", "ODOUR"], "OPENED", Outcome.ADVICE),
        (["CONTENT_VISIBLE", "ODOUR", "STAINS"], "WHOLE", Outcome.CONTACT),
        (["CONTENT_VISIBLE", "ODOUR", "STAINS"], "OPENED", Outcome.CONTACT),
    ],
)
def test_two_signs_or_a_strong_one_make_a_suspicion(signs: list[str], condition: str, outcome: Outcome) -> None:
    assert answered(signs=signs, condition=condition).outcome is outcome


@pytest.mark.parametrize(
    ("suspicion", "from_abroad", "call", "duty"),
    [
        ("NARCOTICS", "YES", Call.CUSTOMS, True),
        ("WEAPONS", "YES", Call.CUSTOMS, True),
        ("EXPLOSIVES", "YES", Call.CUSTOMS, True),
        ("DOPING", "YES", Call.CUSTOMS, False),
        ("NARCOTICS", "NO", Call.POLICE, False),
        ("NARCOTICS", "NOT_KNOWN", Call.POLICE, False),
    ],
)
def test_the_origin_decides_between_customs_and_the_police(
    suspicion: str, from_abroad: str, call: Call, duty: bool
) -> None:
    answer = answered(suspicion=suspicion, from_abroad=from_abroad)

    assert (answer.calls, answer.customs_duty) == ((call,), duty)


def test_the_operator_decides_if_the_employer_comes_first() -> None:
    assert "EMPLOYER_FIRST" in answered(FIRST).lines
    assert "EMPLOYER_FIRST" not in answered(DIRECT).lines
    assert decide(Situation(**CLEAR)) == answered(FIRST)


@pytest.mark.parametrize("suspicion", ["OTHER", "NOT_KNOWN"])
def test_the_employer_judges_an_unclear_offence_without_a_form(suspicion: str) -> None:
    for routine in EmployerRoutine:
        answer = answered(routine, suspicion=suspicion)
        assert answer.outcome is Outcome.CONTACT
        assert "EMPLOYER_JUDGES" in answer.lines
        assert not {"MAY_TELL", "EMPLOYER_FIRST"} & set(answer.lines)
        assert not answer.form


def test_after_112_has_been_called_the_police_are_not() -> None:
    answer = answered(DIRECT, dangers=["LEAK"], called=True, signs=[])

    assert (answer.outcome, answer.calls, answer.form) == (Outcome.CONTACT, (), True)
    assert answer.lines[0] == "CALL_112_AGAIN"
    assert "POLICE_KNOW" in answer.lines


@pytest.mark.parametrize("sign", ["POWDER", "LEAKAGE", "FOIL_OR_WIRES"])
def test_dangerous_content_that_was_opened_is_no_suspicion(sign: str) -> None:
    for condition, outcome in (("OPENED", Outcome.ADVICE), ("WHOLE", Outcome.CONTACT), ("DAMAGED", Outcome.CONTACT)):
        assert answered(signs=[sign], condition=condition).outcome is Outcome.EMERGENCY
        answer = answered(signs=[sign], condition=condition, called=True)
        assert (answer.outcome, answer.form) == (outcome, outcome is Outcome.CONTACT)
        assert {"CALL_112_AGAIN", "POLICE_KNOW"} <= set(answer.lines)
        assert "TOO_FEW_SIGNS" not in answer.lines


def test_without_imprisonment_silence_holds_for_letters() -> None:
    answer = answered(suspicion="TOBACCO")

    for language, words in (("sv", ("brev på högst 2 kg", "paket")), ("en", ("letters of at most 2 kg", "parcels"))):
        assert all(word in " ".join(answer.text(language)) for word in words)  # type: ignore[arg-type]


def test_a_thing_not_handled_at_work_is_an_ordinary_tip() -> None:
    answer = answered(at_work=False)

    assert (answer.outcome, answer.calls, answer.form) == (Outcome.ORDINARY_TIP, (Call.POLICE,), False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "ICA Kiruna"},
        {"note": "pulver"},
        {"signs": ["the address"]},
        {"suspicion": "UNKNOWN"},
        {"dangers": ["SMOKE"]},
        {"at_work": "Storgatan 1"},
    ],
)
def test_text_or_an_unasked_field_makes_no_situation(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Situation(**CLEAR | wrong)
