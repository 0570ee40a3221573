"""Days and moments in contracts, with the years that they can be of. The rules bind writers only."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime

from shared.contracts.fields import for_writers

FIRST_YEAR, FIRST_YEAR_OF_A_DAY, LAST_YEAR = 2000, 1900, 2199


def _year(value: date, first: int) -> None:
    if not first <= value.year <= LAST_YEAR:
        raise ValueError(f"it must be of the years {first} to {LAST_YEAR}")


def _whole_second(value: datetime) -> datetime:
    _year(value, FIRST_YEAR)  # before the shift, which the first and the last hour there is do not survive
    return value.astimezone(UTC).replace(microsecond=0)


def _day(value: date) -> date:
    _year(value, FIRST_YEAR_OF_A_DAY)
    return value


Instant = Annotated[AwareDatetime, for_writers(_whole_second)]
"""A moment of the years 2000 to 2199, written in UTC by the second."""

Day = Annotated[date, for_writers(_day)]
"""A day of the years 1900 to 2199."""
