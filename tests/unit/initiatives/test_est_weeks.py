"""EST over the change of year and of clocks: when a week closes, and what comes too late for it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.initiatives.domain import est_areas, est_weeks
from services.initiatives.domain.est_weeks import ShortMeasureDetails, counts_by_quarter
from shared import calendar
from shared.contracts.codes import Status
from shared.contracts.est import EstAreaChanged, WeekTime
from shared.contracts.est_codes import EstCategory, EstPictureStatus, EstPunctuality
from shared.contracts.weeks import YearWeek
from shared.rejected import Rejected
from tests.unit.initiatives.given_est import (
    AREA,
    FIRST_OF_2027,
    LAST_OF_2026,
    SKELLEFTEA,
    area,
    area_details,
    at,
    observation_details,
    reported,
)

MONDAY = date(2027, 1, 4)
days = st.dates(date(2026, 12, 21), date(2030, 12, 31))


def refused(slug: str, act: Any, *given: Any, **options: Any) -> None:
    with pytest.raises(Rejected) as caught:
        act(*given, **options)
    assert caught.value.slug == slug


def test_the_last_week_of_2026_closes_on_monday_at_15() -> None:
    closes = est_areas.closes_at(area(), LAST_OF_2026, calendar)

    assert closes == datetime(2027, 1, 4, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "closes"),
    [
        (YearWeek(2027, 11), datetime(2027, 3, 22, 14, tzinfo=UTC)),
        (YearWeek(2027, 12), datetime(2027, 3, 30, 13, tzinfo=UTC)),  # annandag påsk, after the clocks were changed
        (YearWeek(2027, 43), datetime(2027, 11, 1, 14, tzinfo=UTC)),
        (YearWeek(2026, 52), datetime(2026, 12, 28, 14, tzinfo=UTC)),
    ],
)
def test_a_week_closes_at_the_same_hour_of_a_day_that_is_open(week: YearWeek, closes: datetime) -> None:
    assert est_areas.closes_at(area(), week, calendar) == closes


@given_any(days, st.integers(1, 5))
def test_weeks_close_in_their_order_on_working_days(day: date, weekday: int) -> None:
    times = WeekTime(weekday=weekday, clock="15:00")
    week, of = YearWeek.of(day), area(closes=times, reports_until=times)
    closes = est_areas.closes_at(of, week, calendar)

    assert week.following.monday <= calendar.day_of(closes)
    assert closes < est_areas.closes_at(of, week.following, calendar)
    assert calendar.is_working_day(calendar.day_of(closes))


@pytest.mark.parametrize(
    ("day", "clock", "came"),
    [
        (date(2026, 12, 30), "09:00", EstPunctuality.IN_TIME),
        (MONDAY, "11:59", EstPunctuality.IN_TIME),
        (MONDAY, "12:00", EstPunctuality.AFTER_TIME),
        (MONDAY, "14:59", EstPunctuality.AFTER_TIME),
        (MONDAY, "15:00", EstPunctuality.LATE),
        (date(2027, 3, 1), "12:00", EstPunctuality.LATE),
    ],
)
def test_what_comes_after_the_closing_is_late(day: date, clock: str, came: EstPunctuality) -> None:
    assert reported(observation_details(), area(), at(day, clock)).punctuality is came


def test_a_holiday_never_lets_a_report_into_a_closed_picture() -> None:
    before, after = WeekTime(weekday=1, clock="16:00"), WeekTime(weekday=2, clock="10:00")
    of = area(reports_until=before, closes=after)  # on Tuesday both, for Monday is annandag påsk

    came = reported(observation_details(YearWeek(2027, 12)), of, at(date(2027, 3, 30), "11:00"))

    assert came.punctuality is EstPunctuality.LATE


@pytest.mark.parametrize("week", [YearWeek(2026, 51), FIRST_OF_2027])
def test_a_week_before_the_area_or_to_come_takes_no_report(week: YearWeek) -> None:
    refused("invalid-week", reported, observation_details(week), area(), at(date(2027, 1, 3)))


def test_the_status_of_a_week_follows_the_clock() -> None:
    states = [est_weeks.status_of(area(), LAST_OF_2026, at(MONDAY, clock)) for clock in ("14:59", "15:00")]

    assert states == [EstPictureStatus.OPEN, EstPictureStatus.CLOSED]


def test_weeks_are_closed_one_by_one_and_none_twice() -> None:
    late = at(date(2027, 1, 12))
    weeks = list(est_areas.weeks_to_close(area(), None, late))

    assert weeks == [YearWeek(2026, 52), LAST_OF_2026, FIRST_OF_2027]
    assert list(est_areas.weeks_to_close(area(), weeks[1], late)) == weeks[2:]
    assert list(est_areas.weeks_to_close(area(), weeks[2], late)) == []
    assert est_areas.next_close(area(), weeks[2], calendar) == datetime(2027, 1, 18, 14, tzinfo=UTC)


@given_any(days, st.integers(0, 60))
def test_a_stopped_clock_loses_no_week(day: date, stopped: int) -> None:
    of = area()
    first = list(est_areas.weeks_to_close(of, None, at(day)))
    then = list(est_areas.weeks_to_close(of, first[-1] if first else None, at(day + timedelta(days=stopped))))
    closed = [*first, *then]

    assert closed == list(est_areas.weeks_to_close(of, None, at(day + timedelta(days=stopped))))
    assert closed == sorted(set(closed))


def test_a_retired_area_closes_the_week_that_it_ended_in() -> None:
    retired = est_areas.retire(area(), at(date(2026, 12, 30)))
    weeks = list(est_areas.weeks_to_close(retired, None, at(date(2027, 3, 1))))

    assert (retired.status, retired.last_day) == (Status.RETIRED, date(2026, 12, 30))
    assert weeks == [YearWeek(2026, 52), LAST_OF_2026]
    assert est_areas.next_close(retired, LAST_OF_2026, calendar) is None
    assert reported(observation_details(), retired, at(date(2026, 12, 31))).punctuality is EstPunctuality.IN_TIME
    refused("retired", est_areas.change, area_details(), retired, at(MONDAY))
    refused("retired", est_areas.retire, retired, at(MONDAY))


def test_an_area_is_of_its_county_and_begins_in_a_week_to_come() -> None:
    refused("invalid-municipality", est_areas.register, area_details(), "2281", AREA, at(date(2026, 12, 21)))
    refused("invalid-first-day", est_areas.register, area_details(), SKELLEFTEA, AREA, at(date(2026, 12, 28)))
    assert est_areas.register(area_details(), SKELLEFTEA, AREA, at(date(2026, 12, 27))).first_day.day == 21


def test_weeks_that_have_been_stay_as_they_are() -> None:
    now = at(date(2026, 12, 30))
    refused("invalid-first-day", est_areas.change, area_details(first_day=date(2026, 12, 28)), area(), now)
    refused("invalid-last-day", est_areas.change, area_details(last_day=date(2026, 12, 27)), area(), now)
    ended = area(last_day=date(2026, 12, 27))
    assert isinstance(
        est_areas.change(area_details(last_day=date(2026, 12, 27), name="Torget"), ended, now), EstAreaChanged
    )
    assert est_areas.change(area_details(), area(), now) is None


def test_a_place_beside_a_suspect_is_to_be_confirmed() -> None:
    seen = observation_details(place="Porten där Anna Svensson misstänks sälja")
    refused("unconfirmed", reported, seen, area(), at(MONDAY))
    assert est_weeks.report(seen, area(), AREA, confirmed=True, context=at(MONDAY)).details == seen


def test_a_short_measure_is_noted_of_a_week_that_has_begun() -> None:
    done, early = (
        ShortMeasureDetails(
            text="Klottret tas bort i dag",
            function="MUNICIPAL_COORDINATOR",
            iso_week_year=week.year,
            iso_week=week.number,
        )
        for week in (LAST_OF_2026, FIRST_OF_2027.following)
    )
    note: dict[str, Any] = {"confirmed": False, "context": at(MONDAY)}

    assert est_weeks.note_measure(done, area(), AREA, **note).details.iso == LAST_OF_2026
    refused("invalid-week", est_weeks.note_measure, early, area(), AREA, **note)
    suspect = done.model_copy(update={"text": "Samtal med Anna Svensson som misstänks"})
    refused("unconfirmed", est_weeks.note_measure, suspect, area(), AREA, **note)


def test_the_quarter_view_puts_week_53_in_quarter_4_of_2026() -> None:
    fire, litter = EstCategory.FIRE, EstCategory.LITTER
    counted = [(LAST_OF_2026, fire, 2), (YearWeek(2026, 40), fire, 1), (YearWeek(2026, 1), litter, 3)]

    assert counts_by_quarter(counted) == {1: {litter: 3}, 2: {}, 3: {}, 4: {fire: 3}}


@given_any(st.lists(st.tuples(days, st.sampled_from(list(EstCategory)), st.integers(1, 9)), max_size=8))
def test_the_quarters_of_a_year_sum_up_to_its_weeks(counts: list[tuple[date, EstCategory, int]]) -> None:
    found = counts_by_quarter((YearWeek.of(day), category, n) for day, category, n in counts)

    assert sum(n for quarter in found.values() for n in quarter.values()) == sum(n for _, _, n in counts)


def test_the_picture_of_a_week_names_year_and_week() -> None:
    closed = est_weeks.close(area(), LAST_OF_2026, {EstCategory.GRAFFITI: 6})

    assert (closed.iso_week_year, closed.iso_week, closed.total) == (2026, 53, 6)
    assert closed.id == est_weeks.picture_id(AREA, LAST_OF_2026) != UUID(int=0)
