"""From one observation to the signal that may leave the police."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.shipment_alerts.domain.generaliser import Handling, Observation, generalise
from services.shipment_alerts.domain.tables import SIGNS, Danger, Indicator
from shared.contracts.shipment_codes import (
    InformationGrade,
    OriginScope,
    ShipmentKind,
    SiteType,
    SourceGrade,
    SuspectedCategory,
    Tlp,
)
from shared.rejected import Rejected
from tests.unit.shipment_alerts.given import BJURHOLM, SITES, SUNDSVALL, TODAY, VASTERBOTTEN, agents

HANDLING = Handling(Tlp.AMBER, SourceGrade.A, InformationGrade.TWO)


def seen(**changes: Any) -> Observation:
    """A letter at an agent in Sundsvall, with changes."""
    standard: dict[str, Any] = {
        "municipality": SUNDSVALL,
        "site_type": SiteType.AGENT,
        "observed": TODAY,
        "category": SuspectedCategory.NARCOTICS,
        "kind": ShipmentKind.LETTER,
        "origin": OriginScope.DOMESTIC,
        "indicators": frozenset({Indicator.EXCESSIVE_TAPE}),
    }
    return Observation(**standard | changes)


def test_a_letter_in_bjurholm_is_released_by_its_police_area() -> None:
    counts = agents(VASTERBOTTEN, m2403=1, m2404=1, m2401=2, m2480=20)

    signal = generalise(seen(municipality=BJURHOLM), counts, HANDLING)

    assert signal.model_dump(mode="json", exclude_none=True) == {
        "police_area": "UMEA",
        "iso_week_year": 2026,
        "iso_week": 48,
        "indicator_groups": ["PACKAGING"],
        "hazard_class": "H0",
        "category": "NARCOTICS",
        "kind": "LETTER",
        "origin": "DOMESTIC",
        "tlp": "AMBER",
        "source_grade": "A",
        "information_grade": "2",
        "exercise": False,
    }
    assert BJURHOLM not in signal.model_dump_json()


def test_a_letter_in_sundsvall_is_released_by_municipality() -> None:
    signal = generalise(seen(), SITES, HANDLING)

    assert (signal.municipality, signal.police_area, signal.site_type) == (SUNDSVALL, "MEDELPAD", "AGENT")


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 12, 28), (2026, 53)),
        (date(2027, 1, 3), (2026, 53)),
        (date(2027, 1, 4), (2027, 1)),
        (date(2024, 12, 30), (2025, 1)),
    ],
)
def test_around_new_year_the_week_has_its_own_year(day: date, week: tuple[int, int]) -> None:
    signal = generalise(seen(observed=day), SITES, HANDLING)

    assert (signal.iso_week_year, signal.iso_week) == week


@given_any(st.frozensets(st.sampled_from(Indicator)), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_of_signs_and_day_only_groups_and_the_week_leave(indicators: frozenset[Indicator], day: date) -> None:
    signal = generalise(seen(indicators=indicators, observed=day), SITES, HANDLING)

    assert set(signal.indicator_groups) == {SIGNS[each].group for each in indicators} - {None}

    written = signal.model_dump_json()
    assert day.isoformat() not in written
    assert not any(f'"{indicator}"' in written for indicator in Indicator)


def test_a_danger_keeps_its_hazard_class() -> None:
    signal = generalise(seen(dangers=frozenset({Danger.SYMPTOMS})), SITES, HANDLING)

    assert signal.hazard_class == "H3"
    assert "SYMPTOMS" not in signal.model_dump_json()


def test_nothing_of_a_persons_behaviour_leaves() -> None:
    assert generalise(seen(indicators={Indicator.PICKUP_BEHAVIOUR}), SITES, HANDLING).indicator_groups == ()


def test_an_exercise_releases_a_signal_that_is_one() -> None:
    handling = Handling(Tlp.GREEN, SourceGrade.X, InformationGrade.FOUR, exercise=True)

    assert generalise(seen(), SITES, handling).exercise


def test_a_foreign_municipality_is_refused_and_not_repeated() -> None:
    with pytest.raises(Rejected) as caught:
        generalise(seen(municipality=BJURHOLM), SITES, HANDLING)
    assert BJURHOLM not in caught.value.message
