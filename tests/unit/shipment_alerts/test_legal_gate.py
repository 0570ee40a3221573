"""The page for lawyers describes the whole gate, and names tests that exist."""

import re
from pathlib import Path

import pytest

from infra.legal_gate import page, render, render_annex, table
from infra.legal_gate.words import KEPT, TESTS
from services.shipment_alerts.domain.answers import Outcome, Situation
from services.shipment_alerts.domain.tables import (
    HAZARDS,
    OFFENCES,
    SIGNS,
    Abroad,
    Condition,
    EmployerRoutine,
    Imprisonment,
    Strength,
    Suspicion,
    hazard_of,
)
from shared.contracts.shipment_signals import SignalDetails
from tests.unit.shipment_alerts.every import every_situation

PROJECT = Path(__file__).parents[3]
Kinds = tuple[str, ...]


def kinds_of(situation: Situation, routine: EmployerRoutine) -> Kinds:
    """The kind of answer of a situation, column by column."""
    dangerous = HAZARDS[hazard_of(situation.dangers or (), situation.signs or ())].dangerous
    offence = {Imprisonment.YES: "imprisonment", Imprisonment.NO: "no imprisonment", Imprisonment.UNSURE: "not clear"}
    damaged = situation.condition is Condition.DAMAGED
    opened = situation.condition is Condition.OPENED
    signs = [SIGNS[each] for each in situation.signs or () if not (opened and SIGNS[each].not_if_opened)]
    called = "no" if opened else "yes, 112 called"
    seen = [sign.strength for sign in signs if damaged or not sign.only_if_damaged]
    counted = [strength for strength in seen if strength is not Strength.SAFETY_ONLY]
    return (
        (called if situation.called else "yes") if dangerous else "no",
        "yes" if situation.at_work else "no",
        offence[OFFENCES[situation.suspicion or Suspicion.NOT_KNOWN].imprisonment],
        "yes" if situation.from_abroad is Abroad.YES else "no or not known",
        "enough" if len(counted) > 1 or Strength.STRONG in counted else "too few",
        "direct" if routine is EmployerRoutine.DIRECT else "employer first",
    )


def fitting(kinds: Kinds, rows: list[table.Cells]) -> list[table.Cells]:
    return [
        row[len(kinds) :]
        for row in rows
        if all(cell == table.ANY or kind in cell.split(table.OR) for cell, kind in zip(row, kinds, strict=False))
    ]


def test_one_row_fits_each_situation_and_says_as_the_gate() -> None:
    rows, found = table.rows(), dict[Kinds, table.Cells]()

    for situation, routine, answer in every_situation():
        kinds = kinds_of(situation, routine)
        if kinds not in found:
            (found[kinds],) = fitting(kinds, rows)
        assert table.told(answer) == found[kinds], situation

    assert {row for kinds in found for row in fitting(kinds, rows)} == {row[6:] for row in rows}


def test_the_page_tells_every_answer_and_what_is_kept() -> None:
    text = render()

    for outcome in set(Outcome) - {Outcome.ASK}:
        assert f"| {outcome} | " in text
    for what in KEPT:
        assert what[0] in text
    assert "(`shipment-signals`) | every county | 2 years |" in text
    assert "(`guidance`) | every county | for ever |" in text


def test_no_row_of_the_page_is_broken_and_it_stays_short() -> None:
    assert len(render().split()) < 1_300
    for section in f"{render()}\n{render_annex()}".split("\n## ")[1:]:
        rows = [line for line in section.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) == 1, section


@pytest.mark.parametrize("claim", TESTS, ids=[name for _, name in TESTS])
def test_every_test_that_the_page_names_exists(claim: tuple[str, str]) -> None:
    sources = "".join(file.read_text("utf-8") for file in (PROJECT / "tests").rglob("test_*.py"))

    assert re.search(rf"def {claim[1]}\(", sources)


def test_the_page_tells_every_field_of_a_signal() -> None:
    told = " ".join(cell for row in page._signal() for cell in row)
    words = {
        "municipality": "municipality",
        "police_area": "police area",
        "site_type": "type of site",
        "iso_week_year": "its year",
        "iso_week": "ISO week",
        "indicator_groups": "signs",
        "hazard_class": "hazard class",
        "category": "suspicion",
        "kind": "kind",
        "origin": "origin",
        "tlp": "TLP",
        "source_grade": "grade of source",
        "information_grade": "of information",
        "exercise": "exercise",
    }

    assert set(words) == set(SignalDetails.model_fields)
    assert [field for field, word in words.items() if word not in told] == []
