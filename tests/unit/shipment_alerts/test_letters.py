"""Letters to functions: that there is something to read, never what it says."""

from uuid import UUID

import pytest

from services.shipment_alerts.domain import letters
from services.shipment_alerts.domain.signals import labels
from shared.contracts.codes import ActorType
from shared.contracts.guidance import Routine, RoutinePublished, RoutineVersion
from tests.service.shipment_alerts.given import ROUTINE


def routine(*audience: str) -> Routine:
    version = RoutineVersion(number=3, approved_by="COUNTY_COORDINATOR", **ROUTINE | {"audience": audience})
    return RoutinePublished(id=UUID(int=1, version=4), county="jamtland", versions=(version,))


@pytest.mark.parametrize(
    ("audience", "asked"),
    [
        (["AGENT"], {ActorType.POST_AGENT}),
        (["TERMINAL", "DELIVERY_OFFICE"], {ActorType.POST_OPERATOR}),
        (["AGENT", "TERMINAL", "POLICE"], {ActorType.POST_AGENT, ActorType.POST_OPERATOR}),
        (["POLICE", "MUNICIPALITY"], set()),
    ],
)
def test_those_are_asked_whose_sites_acknowledge(audience: list[str], asked: set[ActorType]) -> None:
    assert letters.readers(routine(*audience)) == asked


def test_a_routine_is_told_by_number_and_day_without_a_step_of_it() -> None:
    letter = letters.routine_letter(routine("AGENT"), "Jämtlands län", "måndag 30 november 2026")

    assert letter.kind == "routine-to-acknowledge"
    assert "Jämtlands län" in letter.text
    assert "nummer 3" in letter.text
    assert "från och med måndag 30 november 2026" in letter.text
    assert not any(step in letter.text for step in ROUTINE["steps"])


def test_a_week_is_told_by_counts_of_counties_alone() -> None:
    letter = letters.digest_letter(48, {"Jämtlands län": 1, "Norrbottens län": 0, "Västerbottens län": 2})

    assert letter is not None
    assert letter.subject == "Vecka 48 i Norrsam: 3 signaler"
    assert "vecka 48:\n\nJämtlands län: 1\nVästerbottens län: 2\n\n" in letter.text


def test_one_signal_is_one_and_a_quiet_week_tells_nothing() -> None:
    one = letters.digest_letter(48, {"Jämtlands län": 1})

    assert one is not None
    assert one.subject == "Vecka 48 i Norrsam: 1 signal"
    assert letters.digest_letter(48, {"Jämtlands län": 0}) is None


def test_municipalities_hear_of_fewer_labels_than_county_boards() -> None:
    assert set(labels(inside=False)) < set(labels(inside=True))
