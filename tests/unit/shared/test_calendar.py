"""Working days, deadlines and written times, in years and at hours that break calendars."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from shared.calendar import (
    ZONE,
    day_of,
    deadline,
    is_working_day,
    months_after,
    next_monday,
    working_day_from,
    written,
    written_moment,
)
from shared.swedish import start_of

TWO_DAYS = timedelta(hours=48)
moments = st.integers(0, 14 * 366 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(0, seconds)
)


def local(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, fold=fold, tzinfo=ZONE)  # type: ignore[misc,arg-type]


def test_the_days_off_of_2027_are_the_legal_ones_and_three_eves() -> None:
    weekdays = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]

    off = [day for day in weekdays if not is_working_day(day) and day.weekday() < 5]

    assert off == [
        date(2027, 1, 1),
        date(2027, 1, 6),
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2027, 5, 6),
        date(2027, 6, 25),
        date(2027, 12, 24),
        date(2027, 12, 31),
    ]


@pytest.mark.parametrize("year", range(2024, 2045))
def test_midsummer_eve_is_off_and_shorter_days_are_working_days(year: int) -> None:
    fridays = [date(year, 6, 19) + timedelta(days=number) for number in range(7)]

    assert [day for day in fridays if day.weekday() == 4 and is_working_day(day)] == []
    assert not any(is_working_day(date(year, 12, day)) for day in (24, 25, 26, 31))

    shorter = [date(year, 1, 5), date(year, 4, 30)]  # trettondagsafton, valborgsmässoafton
    assert [day for day in shorter if day.weekday() < 5 and not is_working_day(day)] == []


def test_what_is_due_on_a_day_off_is_due_the_next_working_day() -> None:
    assert working_day_from(date(2027, 1, 6)) == date(2027, 1, 7)  # trettondedag jul
    assert working_day_from(date(2027, 1, 7)) == date(2027, 1, 7)
    assert working_day_from(date(2026, 12, 24)) == date(2026, 12, 28)
    assert working_day_from(date(2026, 12, 31)) == date(2027, 1, 4)
    assert working_day_from(date(2027, 6, 25)) == date(2027, 6, 28)


def test_a_day_that_a_later_month_lacks_is_its_last_one() -> None:
    assert months_after(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert months_after(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 31), 24) == date(2028, 12, 31)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        (local(2027, 4, 6, 10), local(2027, 4, 8, 10)),  # in the middle of a week: 48 hours
        (local(2027, 4, 9, 15), local(2027, 4, 13)),  # Friday afternoon: until Monday is over
        (local(2027, 4, 8, 10), local(2027, 4, 10, 10)),  # Thursday: Friday is whole, and 48 hours end on Saturday
        (local(2027, 4, 12), local(2027, 4, 14)),  # Monday, as it begins
        (local(2027, 6, 24, 10), local(2027, 6, 29)),  # before midsommarafton
        (local(2027, 1, 5, 10), local(2027, 1, 8)),  # before trettondedag jul
        (local(2026, 12, 30, 10), local(2027, 1, 5)),  # before nyårsafton: 2026-W53 to 2027-W01
        (local(2026, 12, 23, 10), local(2026, 12, 29)),  # before julafton
        (local(2027, 3, 25, 10), local(2027, 3, 31)),  # before long Friday; the clocks go on meanwhile
        (local(2027, 3, 27, 10), local(2027, 3, 31)),  # Saturday before the clocks go on
        (local(2027, 10, 29, 10), local(2027, 11, 2)),  # Friday before the clocks go back
    ],
)
def test_an_offer_ends_after_48_hours_and_a_working_day(start: datetime, ends: datetime) -> None:
    assert deadline(start.astimezone(UTC), TWO_DAYS, 1) == ends.astimezone(UTC)


def test_48_hours_over_a_change_of_clocks_are_48_hours() -> None:
    assert deadline(local(2027, 3, 27, 10).astimezone(UTC), TWO_DAYS, 0) == local(2027, 3, 29, 11)
    assert deadline(local(2027, 10, 30, 10).astimezone(UTC), TWO_DAYS, 0) == local(2027, 11, 1, 9)


@given_any(moments, st.integers(0, 200), st.integers(0, 5))
def test_a_deadline_holds_its_hours_and_whole_working_days(start: datetime, hours: int, days: int) -> None:
    ends = deadline(start, timedelta(hours=hours), days)

    assert ends >= start + timedelta(hours=hours)
    assert _whole_working_days(start, ends) >= days
    assert ends == start + timedelta(hours=hours) or _whole_working_days(start, ends - timedelta(seconds=1)) < days


def _whole_working_days(start: datetime, ends: datetime) -> int:
    days = [day_of(start) + timedelta(days=number) for number in range((ends - start).days + 2)]
    inside = [day for day in days if start <= start_of(day) and start_of(day + timedelta(days=1)) <= ends]
    return sum(map(is_working_day, inside))


def test_days_on_which_clocks_change_have_23_or_25_hours() -> None:
    for day, hours in ((date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 3, 29), 24)):
        begins, ends = (start_of(each).astimezone(UTC) for each in (day, day + timedelta(days=1)))
        assert ends - begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("starts", "ends", "text"),
    [
        (local(2026, 12, 9, 13), local(2026, 12, 9, 15), "onsdag 9 december 2026 kl. 13.00–15.00 (v. 50)"),
        (local(2027, 1, 3, 9), local(2027, 1, 3, 9, 30), "söndag 3 januari 2027 kl. 09.00–09.30 (v. 53)"),
        (local(2027, 1, 4, 9), local(2027, 1, 4, 10), "måndag 4 januari 2027 kl. 09.00–10.00 (v. 1)"),
        (
            local(2026, 12, 31, 22),
            local(2027, 1, 1, 2),
            "torsdag 31 december 2026 kl. 22.00 – fredag 1 januari 2027 kl. 02.00 (v. 53)",
        ),
        (local(2027, 3, 28, 1, 30), local(2027, 3, 28, 3, 30), "söndag 28 mars 2027 kl. 01.30–03.30 (v. 12)"),
        (
            local(2027, 10, 31, 2, fold=0),
            local(2027, 10, 31, 2, fold=1),
            "söndag 31 oktober 2027 kl. 02.00 sommartid–02.00 normaltid (v. 43)",
        ),
    ],
)
def test_a_time_is_written_as_swedes_write_it(starts: datetime, ends: datetime, text: str) -> None:
    assert written(starts.astimezone(UTC), ends.astimezone(UTC)) == text


def test_letters_of_the_week_are_written_at_eight_on_mondays() -> None:
    assert next_monday(date(2027, 3, 22)) == local(2027, 3, 29, 8)  # the clocks change in between
    assert next_monday(date(2027, 3, 28)) == local(2027, 3, 29, 8)
    assert next_monday(date(2026, 12, 31)) == local(2027, 1, 4, 8)


def test_a_time_that_clocks_show_twice_names_its_season() -> None:
    first, second = local(2026, 10, 25, 2, 45), local(2026, 10, 25, 2, 15, fold=1)

    assert written(first, second) == "söndag 25 oktober 2026 kl. 02.45 sommartid–02.15 normaltid (v. 43)"
    assert written_moment(local(2026, 10, 25, 3)) == "söndag 25 oktober 2026 kl. 03.00"
    assert written_moment(local(2026, 3, 29, 3, 30)) == "söndag 29 mars 2026 kl. 03.30"
