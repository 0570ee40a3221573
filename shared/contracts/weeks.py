"""Weeks by ISO 8601: a week has a year of its own, which is not that of each of its days.

The first week is the one with the year's first Thursday. So 28 December 2026 to 3 January 2027 is 2026-W53.
"""

from datetime import date, timedelta
from typing import NamedTuple, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.event import READER, Shared
from shared.contracts.shipment_fields import Week, Year

_THURSDAY = 4


class YearWeek(NamedTuple):
    """A week and its year. Weeks are in the order of time."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The week that the day is in."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def last_of(cls, year: int) -> Self:
        """The last week of a year: the 52nd, or the 53rd, which has 28 December in it."""
        return cls.of(date(year, 12, 28))

    @property
    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def following(self) -> "YearWeek":
        """The next week: after the last one of a year the first of the year after."""
        return YearWeek.of(self.monday + timedelta(weeks=1))

    @property
    def preceding(self) -> "YearWeek":
        """The week before: before the first one of a year the last of the year before."""
        return YearWeek.of(self.monday - timedelta(weeks=1))

    @property
    def quarter(self) -> int:
        """The quarter of its year, 1 to 4, that its Thursday is in: so the quarters of a year are all its weeks."""
        return (date.fromisocalendar(self.year, self.number, _THURSDAY).month + 2) // 3

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @property
    def written(self) -> str:
        """The week in Swedish, as in `2026 v. 53`."""
        return f"{self.year} v. {self.number}"


def check_week(year: int, number: int) -> None:
    """ValueError, which names the field as contracts do, if the year has no week of that number."""
    if number > (last := YearWeek.last_of(year).number):
        raise ValueError(f"iso_week {number} is none of {year}; write one from 1 to {last}")


class OfWeek(Shared):
    """A part of a contract that is about one week. A year without week 53 has none."""

    iso_week_year: Year
    iso_week: Week

    @model_validator(mode="after")
    def _week_exists(self, info: ValidationInfo) -> Self:
        if info.context != READER:
            check_week(self.iso_week_year, self.iso_week)
        return self

    @property
    def iso(self) -> YearWeek:
        """The week."""
        return YearWeek(self.iso_week_year, self.iso_week)
