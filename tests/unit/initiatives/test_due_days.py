"""When a requirement is to be done again: after two years, on a day on which offices are open."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.initiatives.domain.requirement_status import Colour, changes_after, due_day, standing
from shared import calendar
from shared.contracts.readiness_codes import Requirement, RequirementStatus
from tests.unit.initiatives.ready import readiness

R1, R2, R3, R4 = Requirement.R1, Requirement.R2, Requirement.R3, Requirement.R4
days = st.dates(date(2023, 7, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("done", "due"),
    [
        (date(2024, 6, 10), date(2026, 6, 10)),
        (date(2024, 2, 29), date(2026, 3, 2)),  # there is no 29 February, and the 28th is a Saturday
        (date(2028, 2, 29), date(2030, 2, 28)),
        (date(2026, 2, 28), date(2028, 2, 28)),  # a leap year has the day after too
        (date(2024, 4, 3), date(2026, 4, 7)),  # Good Friday, and the Monday after Easter
        (date(2024, 6, 19), date(2026, 6, 22)),  # midsummer eve
        (date(2024, 12, 24), date(2026, 12, 28)),  # Christmas eve
        (date(2024, 12, 31), date(2027, 1, 4)),  # New Year's eve
        (date(2024, 5, 14), date(2026, 5, 15)),  # Ascension day
        (date(2025, 10, 31), date(2027, 11, 1)),  # All Saints' day comes six days later, and the 31st is a Sunday
    ],
)
def test_the_picture_is_updated_within_two_years(done: date, due: date) -> None:
    state = readiness(R1, dated=done)
    assert due_day(state, R3, calendar) == due
    assert standing(state, R3, due, calendar).status is RequirementStatus.IN_PLACE
    assert standing(state, R3, due + timedelta(days=1), calendar).status is RequirementStatus.OVERDUE


def test_the_first_plan_is_followed_up_two_years_after_its_decision() -> None:
    state = readiness(R1, R2, dated=date(2024, 7, 1))
    assert due_day(state, R4, calendar) == date(2026, 7, 1)
    assert standing(state, R4, date(2026, 7, 2), calendar).colour is Colour.RED


@given(days)
def test_a_due_day_is_open_and_never_early(done: date) -> None:
    due = due_day(readiness(R1, dated=done), R3, calendar)
    assert due is not None
    assert calendar.is_working_day(due)
    exact = calendar.months_after(done, 24)
    assert exact.year == done.year + 2
    assert exact.month == done.month
    assert exact <= due
    assert not any(calendar.is_working_day(exact + timedelta(days=number)) for number in range((due - exact).days))


@given(days, st.integers(-900, 900))
def test_it_is_overdue_exactly_after_its_due_day(done: date, away: int) -> None:
    state = readiness(R1, dated=done)
    due = due_day(state, R3, calendar)
    assert due is not None
    today = due + timedelta(days=away)
    assert (standing(state, R3, today, calendar).status is RequirementStatus.OVERDUE) == (today > due)
    assert changes_after(state, today, calendar) == (due if today <= due else None)


def test_nothing_is_due_again_that_was_not_done_first() -> None:
    state = readiness(dated=date(2024, 6, 10))
    assert [due_day(state, each, calendar) for each in (R1, R2, R3, R4)] == [None] * 4
