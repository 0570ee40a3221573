"""Weeks by ISO 8601, over changes of year and of clocks; and hours that clocks show twice or never."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.calendar import ZONE, moment_of
from shared.contracts.event import READER
from shared.contracts.weeks import OfWeek, YearWeek

days = st.dates(date(2014, 1, 6), date(2099, 12, 20))


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 12, 27), "2026-W52"),
        (date(2026, 12, 28), "2026-W53"),
        (date(2027, 1, 3), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2024, 2, 29), "2024-W09"),
        (date(2021, 1, 1), "2020-W53"),
    ],
)
def test_a_day_is_in_the_week_of_iso_8601(day: date, week: str) -> None:
    assert str(YearWeek.of(day)) == week


def test_week_53_is_followed_by_week_1_and_lies_in_quarter_4() -> None:
    last = YearWeek(2026, 53)

    assert YearWeek.last_of(2026) == last
    assert (last.quarter, last.following, last.following.quarter) == (4, YearWeek(2027, 1), 1)
    assert YearWeek.last_of(2027) == YearWeek(2027, 52)
    assert last.written == "2026 v. 53"


@given_any(days)
def test_weeks_follow_each_other_without_hole_or_overlap(day: date) -> None:
    week = YearWeek.of(day)

    assert week.monday <= day < week.following.monday == week.monday + timedelta(days=7)
    assert week < week.following
    assert (week.year, week.quarter) <= (week.following.year, week.following.quarter)


@given_any(st.integers(2014, 2098))
def test_the_quarters_of_a_year_are_all_its_weeks(year: int) -> None:
    week, quarters = YearWeek(year, 1), [0, 0, 0, 0]
    while week.year == year:
        quarters[week.quarter - 1] += 1
        week = week.following

    assert sum(quarters) == YearWeek.last_of(year).number
    assert set(quarters) <= {12, 13, 14}


def test_a_year_without_week_53_has_none_in_a_contract() -> None:
    assert OfWeek(iso_week_year=2026, iso_week=53).iso == YearWeek(2026, 53)
    with pytest.raises(ValidationError):
        OfWeek(iso_week_year=2027, iso_week=53)
    assert OfWeek.model_validate({"iso_week_year": 2027, "iso_week": 53}, context=READER).iso_week == 53


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        (date(2027, 1, 4), "15:00", datetime(2027, 1, 4, 14, tzinfo=UTC)),
        (date(2027, 3, 29), "15:00", datetime(2027, 3, 29, 13, tzinfo=UTC)),
        (date(2027, 3, 28), "02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (date(2027, 10, 31), "02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_clock_in_sweden_shows_the_hour_at_that_moment(day: date, hour: str, moment: datetime) -> None:
    assert moment_of(day, time.fromisoformat(hour)) == moment


@given_any(days, st.times())
def test_a_moment_is_on_the_day_that_it_was_asked_for(day: date, hour: time) -> None:
    assert moment_of(day, hour).astimezone(ZONE).date() == day
