"""Swedish time as calendars read it: what a wall clock shows, and the definition of that time zone."""

from datetime import UTC, datetime, timedelta

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

from shared.swedish import TIME_ZONE

_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)


def wall_clock(moment: datetime) -> datetime:
    """The moment as a wall clock shows it; in UTC where one shows the same twice that night, for programs disagree."""
    local = moment.astimezone(TIME_ZONE)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if twice else local


def definition() -> Timezone:
    """Sweden's time zone as two yearly rules. Lists of single dates, which libraries write, are not read everywhere."""
    zone = Timezone()
    zone.add("tzid", TIME_ZONE.key)
    for part in (
        _season(TimezoneDaylight(), "CEST", datetime.fromisoformat("1996-03-31T02:00"), 3, (_WINTER, _SUMMER)),
        _season(TimezoneStandard(), "CET", datetime.fromisoformat("1996-10-27T03:00"), 10, (_SUMMER, _WINTER)),
    ):
        zone.add_component(part)
    return zone


def _season(part: Component, name: str, first: datetime, month: int, offsets: tuple[timedelta, timedelta]) -> Component:
    """From the last Sunday of a month on."""
    part.add("tzname", name)
    part.add("dtstart", first)
    part.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1su"))
    part.add("tzoffsetfrom", offsets[0])
    part.add("tzoffsetto", offsets[1])
    return part
