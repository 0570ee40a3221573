"""Events about EST: no small number, however it is worked out, and nothing of a single observation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from services.initiatives.domain.est_areas import register
from services.initiatives.domain.est_weeks import close, picture_id, told_counts
from shared.contracts import est as contract
from shared.contracts.est import EstAreaDetails, EstWeeklyPicture, EstWeeklyPictureClosed
from shared.contracts.est_codes import EstCategory
from shared.contracts.weeks import YearWeek
from tests.support.contexts import decision_context

CATEGORIES = [EstCategory(code) for code in EstCategory.codes()]
SMALL = range(1, 5)
counted = st.dictionaries(st.sampled_from(CATEGORIES), st.integers(0, 12), max_size=6)


def picture(counts: list[tuple[str, int | None]], total: int | None) -> EstWeeklyPicture:
    told = [{"category": category, "count": count} for category, count in counts]
    where: dict[str, Any] = {"id": uuid4(), "county": "vasterbotten", "area": uuid4(), "municipality": "2482"}
    return EstWeeklyPictureClosed(**where, iso_week_year=2026, iso_week=53, counts=told, total=total)


def possible(category: EstCategory, counts: Mapping[EstCategory, int]) -> tuple[int, int]:
    """The least and the highest that a reader must think possible for a category, from what is told alone."""
    told, total = told_counts(counts)
    shown = {each.category: each.count for each in told}
    if shown.get(category, 0) is not None:
        return (shown.get(category) or 0,) * 2
    if total is None:
        return 1, 10**6
    others = [count for one, count in shown.items() if one is not category]
    rest = total - sum(count or 0 for count in others)
    hidden = others.count(None)
    return max(1, rest if not hidden else 1), rest - hidden


@given_any(counted)
def test_what_is_told_is_true(counts: dict[EstCategory, int]) -> None:
    told, total = told_counts(counts)

    assert {each.category for each in told} == {category for category, n in counts.items() if n}
    assert all(each.count in (None, counts[each.category]) for each in told)
    assert total in (None, sum(counts.values()))


@given_any(counted)
def test_a_small_count_may_always_be_five_or_more(counts: dict[EstCategory, int]) -> None:
    for category, count in counts.items():
        least, most = possible(category, counts)
        assert least <= count <= most
        assert count not in SMALL or most >= 5


@given_any(counted)
def test_any_counts_make_a_picture_that_may_leave(counts: dict[EstCategory, int]) -> None:
    context = decision_context("vasterbotten")
    area = register(EstAreaDetails(name="Centrum", first_day=context.today), "2482", uuid4(), context)

    closed = close(area, YearWeek(2026, 53), counts)

    assert EstWeeklyPicture.read(closed.write()).counts == closed.counts


@pytest.mark.parametrize(
    ("counts", "total"),
    [
        ([("FIRE", 4)], None),
        ([("FIRE", None)], 4),
        ([("FIRE", None), ("LITTER", 7)], 9),
        ([("FIRE", None), ("TRAFFIC", None), ("LITTER", 7)], 12),
        ([("LITTER", 7)], 8),
        ([("LITTER", 7), ("LITTER", 8)], 15),
    ],
)
def test_a_picture_that_gives_a_small_count_away_cannot_be_built(
    counts: list[tuple[str, int | None]], total: int | None
) -> None:
    with pytest.raises(ValidationError):
        picture(counts, total)


def test_a_picture_without_reports_says_so() -> None:
    assert picture([], 0).total == 0
    with pytest.raises(ValidationError):
        picture([], 5)


def test_an_open_picture_cannot_be_an_event() -> None:
    closed = dict(picture([], 0)) | {"status": "OPEN"}

    with pytest.raises(ValidationError):
        EstWeeklyPictureClosed(**closed)


def test_no_event_has_room_for_a_single_observation() -> None:
    secret = {"place", "scale", "reporter", "punctuality", "observations", "measures", "reported_at"}
    fields = {name for event in contract.EVENTS for name in event.model_fields}

    assert not fields & secret


def test_a_time_after_a_week_is_a_working_day_and_an_hour() -> None:
    for weekday, clock in ((6, "15:00"), (0, "15:00"), (1, "24:00"), (1, "9:00")):
        with pytest.raises(ValidationError):
            contract.WeekTime(weekday=weekday, clock=clock)
    times: dict[str, Any] = {
        "reports_until": {"weekday": 2, "clock": "12:00"},
        "closes": {"weekday": 1, "clock": "15:00"},
    }
    with pytest.raises(ValidationError, match="nobody could report in time"):
        EstAreaDetails(name="Centrum", first_day="2026-11-23", **times)


def test_the_id_of_a_picture_is_of_its_area_and_week_alone() -> None:
    areas, weeks = [UUID(int=1), UUID(int=2)], [YearWeek(2026, 53), YearWeek(2027, 1), YearWeek(2026, 1)]
    assert len({picture_id(area, week) for area in areas for week in weeks}) == 6
