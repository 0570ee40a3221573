"""Where and when a decision is taken. A transaction gives it, and a domain takes nothing else of the world."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from shared.contracts.counties import County


class Calendar(Protocol):
    """The calendar that decisions ask; the module `shared.calendar` is one."""

    def day_of(self, moment: datetime, /) -> date:
        """The local day of a moment."""

    def moment_of(self, day: date, hour: time, /) -> datetime:
        """The moment at which clocks in Sweden show ``hour`` on ``day``."""

    def working_day_from(self, day: date, /) -> date:
        """``day`` if offices are open then, else the next day on which they are."""

    def months_after(self, day: date, months: int, /) -> date:
        """The same day of a later month, or its last one where it has no such day."""

    def deadline(self, start: datetime, least: timedelta, working_days: int, /) -> datetime:
        """The first moment at which ``least`` has passed since ``start``, and so many whole working days."""

    def written_moment(self, moment: datetime, /) -> str:
        """A moment in Swedish and in Swedish time, as in `onsdag 9 december 2026 kl. 13.00`."""


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """The county that owns the aggregate decided on, the moment (UTC), every county there is, and the calendar."""

    county: County
    now: datetime
    counties: tuple[County, ...]
    calendar: Calendar

    @property
    def today(self) -> date:
        """The calendar day in Sweden."""
        return self.calendar.day_of(self.now)
