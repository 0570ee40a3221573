"""The Swedish calendar: working days, deadlines, and how a time is written.

Days off are Saturdays, Sundays, public holidays (lag 1989:253) and the three eves that count as such (2 § lag
1930:173): midsommarafton, julafton and nyårsafton. Moments are kept in UTC; a day is one of Swedish local time.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache

import holidays
from holidays.constants import DE_FACTO, PUBLIC

from shared.swedish import TIME_ZONE as ZONE
from shared.swedish import day_of, moment_of, start_of

__all__ = [
    "MONDAY",
    "WEEKDAYS",
    "ZONE",
    "clock",
    "day_of",
    "deadline",
    "is_working_day",
    "moment_of",
    "months_after",
    "moved_day",
    "next_monday",
    "working_day_from",
    "written",
    "written_date",
    "written_day",
    "written_moment",
]

_DAY = timedelta(days=1)
MONDAY, _SATURDAY = 0, 5
_MORNING = timedelta(hours=8)
_EVES = {(12, 24): "julafton", (12, 31): "nyårsafton"}
"""By month and day. Midsommarafton is the one in June."""
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)


def is_working_day(day: date) -> bool:
    """Whether offices are open on ``day``, so that it counts in deadlines."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year, PUBLIC, DE_FACTO)


def working_day_from(day: date) -> date:
    """``day`` if it is a working day, else the next one: when something that is due then has to be done."""
    while not is_working_day(day):
        day += _DAY
    return day


def next_monday(day: date) -> datetime:
    """Eight o'clock of the first Monday after ``day``: then letters of the week are written."""
    return start_of(day + timedelta(days=7 - day.weekday())) + _MORNING


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one where it has no such day (lag 1930:173, 1 §)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def deadline(start: datetime, least: timedelta, working_days: int) -> datetime:
    """The first moment at which ``least`` has passed since ``start``, and so many whole working days."""
    ends = start + least
    last = day_of(start - timedelta(microseconds=1))
    for _ in range(working_days):
        last = working_day_from(last + _DAY)
        ends = max(start + least, start_of(last + _DAY).astimezone(UTC))
    return ends


def written(starts: datetime, ends: datetime) -> str:
    """The time in Swedish, as in `onsdag 9 december 2026 kl. 13.00–15.00 (v. 50)`; the week is that of the start."""
    start, end = starts.astimezone(ZONE), ends.astimezone(ZONE)
    until = f"–{clock(end)}" if end.date() == start.date() else f" – {written_day(end.date())} kl. {clock(end)}"
    return f"{written_day(start.date())} kl. {clock(start)}{until} (v. {start.isocalendar().week})"


def written_moment(moment: datetime) -> str:
    """The moment in Swedish, as in `onsdag 9 december 2026 kl. 13.00`."""
    return f"{written_day(day_of(moment))} kl. {clock(moment)}"


def clock(moment: datetime) -> str:
    """The time of day in Sweden, as `13.00`; as `02.30 sommartid` or `normaltid` where clocks show it twice a night."""
    local = moment.astimezone(ZONE)
    twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    season = " normaltid" if local.fold else " sommartid"
    return f"{local:%H.%M}{season if twice else ''}"


def moved_day(asked: date, day: date) -> str:
    """A day in Swedish, and why it is not the one asked for, as in `torsdag 7 januari 2027 (6/1 är helgdag)`."""
    if day == asked:
        return written_day(day)
    return f"{written_day(day)} ({asked.day}/{asked.month} är {_reason_off(asked)})"


def written_day(day: date) -> str:
    """The day in Swedish, as in `onsdag 9 december 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {written_date(day)}"


def written_date(day: date) -> str:
    """The day in Swedish without the day of the week, as in `9 december 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _reason_off(day: date) -> str:
    """Why offices are closed on ``day``."""
    if day.weekday() >= _SATURDAY:
        return WEEKDAYS[day.weekday()]
    return "helgdag" if day in _days_off(day.year, PUBLIC) else _EVES.get((day.month, day.day), "midsommarafton")


@cache
def _days_off(year: int, *categories: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=categories))
