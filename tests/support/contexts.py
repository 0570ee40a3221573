"""The context of a decision in a test."""

from datetime import UTC, date, datetime, time

from shared import calendar
from shared.contracts.context import DecisionContext
from shared.contracts.counties import DEFAULT, parse
from shared.swedish import TIME_ZONE

COUNTIES = {county.name: county for county in parse(DEFAULT)}


def decision_context(
    county: str = "norrbotten", *, today: date = date(2026, 11, 23), now: datetime | None = None
) -> DecisionContext:
    """A context in one of the four counties, at noon of ``today`` in Sweden or at ``now``."""
    moment = now or datetime.combine(today, time(12), TIME_ZONE).astimezone(UTC)
    return DecisionContext(COUNTIES[county], moment, tuple(COUNTIES.values()), calendar)
