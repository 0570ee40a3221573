"""The time of a meeting in its form: over midnight, over several days, and in the nights when clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workspace.pages.meeting_times import FIELDS, filled, read
from services.workspace.sending import FormError

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
times = st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


def said(*values: str) -> dict[str, str]:
    return dict(zip(FIELDS, values, strict=True))


@pytest.mark.parametrize(
    ("form", "starts", "minutes"),
    [
        (("2027-01-07", "13.00", "15:00", ""), "2027-01-07T12:00Z", 120),
        (("2027-01-07", "22.30", "1.00", "2027-01-08"), "2027-01-07T21:30Z", 150),
        (("2027-01-07", "09.00", "08.00", "2027-01-09"), "2027-01-07T08:00Z", 47 * 60),
        (("2026-10-24", "23.00", "4.00", "2026-10-25"), "2026-10-24T21:00Z", 6 * 60),
        (("2027-03-27", "23.00", "4.00", "2027-03-28"), "2027-03-27T22:00Z", 4 * 60),
        (("2026-10-25", "2.15", "2.45", ""), "2026-10-25T00:15Z", 30),
        (("2026-10-25", "2.45", "2.15", ""), "2026-10-25T00:45Z", 30),
    ],
)
def test_the_time_is_the_one_that_clocks_show(form: tuple[str, ...], starts: str, minutes: int) -> None:
    begins = datetime.fromisoformat(starts)
    assert read(said(*form)) == (begins, begins + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (("2027-01-07", "22.30", "1.00", ""), ("plan.ends", "ends")),
        (("2027-01-07", "13.00", "13.00", ""), ("plan.ends", "ends")),
        (("2027-03-28", "1.30", "2.30", ""), ("plan.skipped", "ends")),
        (("2027-03-28", "2.00", "5.00", ""), ("plan.skipped", "begins")),
        (("2027-01-07", "13.00", "15.00", "2027-01-06"), ("plan.last_day", "last_day")),
    ],
)
def test_a_time_that_cannot_be_is_told(form: tuple[str, ...], wrong: tuple[str, str]) -> None:
    assert read(said(*form)) == [FormError(*wrong)]


@given(times, st.integers(1, 5 * 24 * 60), st.integers(0, 59))
def test_a_time_that_was_not_touched_stays(starts: datetime, minutes: int, seconds: int) -> None:
    before = (starts + timedelta(seconds=seconds), starts + timedelta(minutes=minutes, seconds=seconds))

    assert read(filled(*before), before) == before


def test_the_second_time_that_clocks_show_stays_too() -> None:
    before = (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 45, tzinfo=UTC))

    assert read(filled(*before), before) == before
    assert read(filled(*before)) == tuple(each - timedelta(hours=1) for each in before)
