"""When a meeting is, as a host writes it: a day, two times of the clock in Sweden, and the last day if it is another.

A time that was not touched stays the very moment that it was, also where a clock shows it twice or the meeting begins
within a minute. So nobody is asked anew for a meeting that has not moved.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from services.workspace.lists import is_day
from services.workspace.sending import FormError
from shared.calendar import ZONE
from shared.contracts.times import FIRST_YEAR, LAST_YEAR

FIELDS = ("day", "begins", "ends", "last_day")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")

MeetingTimes = tuple[datetime, datetime]


def filled(starts: datetime, ends: datetime) -> dict[str, str]:
    """The fields for a meeting as it is. The last day is empty if the meeting ends on the day on which it begins."""
    first, last = starts.astimezone(ZONE), ends.astimezone(ZONE)
    last_day = "" if last.date() == first.date() else last.date().isoformat()
    clocks = {"begins": f"{first:%H.%M}", "ends": f"{last:%H.%M}"}
    return {"day": first.date().isoformat(), **clocks, "last_day": last_day}


def read(values: Mapping[str, str], before: MeetingTimes | None = None) -> MeetingTimes | list[FormError]:
    """The beginning and the end that the fields say, or what is wrong with them; ``before`` is the meeting as it is.

    In the night when clocks are put back, a time that they show twice is the first one, of the end the first one after
    the beginning. In that when they are put forward, an hour is missing, and nothing begins or ends in it.
    """
    day = _day(values["day"])
    if day is None:
        return [FormError("plan.day", "day")]
    last_day = _day(values["last_day"]) if values["last_day"] else day
    if last_day is None or last_day < day:
        return [FormError("plan.last_day", "last_day")]
    begins, ends = _moments(day, values["begins"]), _moments(last_day, values["ends"])
    found = {"begins": begins, "ends": ends}
    if not begins or not ends:
        return [FormError(_key(name, each), name) for name, each in found.items() if not each]
    starts = _chosen(begins, before[0] if before else None)
    later = [each for each in ends if each > starts]
    return (starts, _chosen(later, before[1] if before else None)) if later else [FormError("plan.ends", "ends")]


def _key(name: str, moments: list[datetime] | None) -> str:
    return f"plan.{name}" if moments is None else "plan.skipped"


def _day(text: str) -> date | None:
    day = date.fromisoformat(text) if is_day(text) else None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _moments(day: date, clock: str) -> list[datetime] | None:
    """The moments at which clocks show it, as `13.00`: mostly one, else none or two. None if it is no time of day."""
    written = _CLOCK.fullmatch(clock)
    if written is None:
        return None
    shown = datetime.combine(day, time(int(written[1]), int(written[2])))
    both = {shown.replace(tzinfo=ZONE, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(each for each in both if each.astimezone(ZONE).replace(tzinfo=None) == shown)


def _chosen(moments: list[datetime], known: datetime | None) -> datetime:
    same = known is not None and known.astimezone(UTC).replace(second=0, microsecond=0) in moments
    return known if known is not None and same else moments[0]
