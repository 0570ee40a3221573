"""The odd hours and days of a year, read back by four libraries."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from icalendar import Calendar, Timezone

from shared.runtime.calendar_files.entries import CalendarMethod
from shared.runtime.calendar_files.writing import write
from shared.swedish import TIME_ZONE
from tests.unit.calendar_files.given import READERS, Shown, entry, line, request

by_every_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS)
Reader = Callable[[bytes], list[Shown]]
HOUR = timedelta(hours=1)


@by_every_reader
@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("2027-03-28T00:30+01:00", "2027-03-28T03:30+02:00"),  # the clocks go on meanwhile
        ("2027-03-28T01:59:59+01:00", "2027-03-28T03:00+02:00"),
        ("2027-10-31T01:30+02:00", "2027-10-31T02:30+02:00"),  # 02.30 for the first time
        ("2027-10-31T02:30+02:00", "2027-10-31T02:30+01:00"),  # … and for the second
        ("2027-10-31T02:59:59+01:00", "2027-10-31T03:00+01:00"),
        ("2026-12-31T22:00+01:00", "2027-01-01T02:00+01:00"),  # across midnight and the year, in 2026-W53
        ("2027-01-03T23:00+01:00", "2027-01-04T01:00+01:00"),  # from 2026-W53 to 2027-W01
        ("2027-06-25T23:00+02:00", "2027-06-26T01:00+02:00"),
    ],
)
def test_the_odd_hours_of_a_year_are_read_exactly(read: Reader, starts: str, ends: str) -> None:
    times = {"starts": datetime.fromisoformat(starts), "ends": datetime.fromisoformat(ends)}

    (shown,) = read(request(**times).content)

    assert (shown.starts, shown.ends) == (times["starts"], times["ends"])


@by_every_reader
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 12, 31), date(2026, 12, 31)),  # Thursday of 2026-W53
        (date(2026, 12, 28), date(2027, 1, 3)),  # all of it
        (date(2027, 3, 28), date(2027, 3, 28)),  # 23 hours
        (date(2027, 10, 31), date(2027, 10, 31)),  # 25 hours
    ],
)
def test_whole_days_are_days_and_no_hours(read: Reader, first: date, last: date) -> None:
    content = request(starts=first, ends=last).content

    (shown,) = read(content)

    assert (shown.starts, shown.ends) == (first, last + timedelta(days=1))  # the end of a file is the day after
    assert line(content, "DTSTART") == f"DTSTART;VALUE=DATE:{first:%Y%m%d}"


@by_every_reader
def test_what_moves_into_another_week_leaves_no_entry_behind(read: Reader) -> None:
    monday = datetime(2027, 1, 4, 8, tzinfo=UTC)  # 2027-W01, moved from 2026-W53
    before = request(starts=monday - timedelta(days=5), ends=monday - timedelta(days=5) + HOUR)
    after = request(starts=monday, ends=monday + HOUR, sequence=1)

    (old,), (new,) = read(before.content), read(after.content)

    assert (old.uid, new.starts) == (new.uid, monday)
    assert new.age > old.age


def test_a_meeting_at_nine_is_at_nine_in_summer_and_winter() -> None:
    for day in ("2027-03-27", "2027-03-29", "2027-10-30", "2027-11-01"):
        nine = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=TIME_ZONE)
        content = request(starts=nine.astimezone(UTC), ends=(nine + HOUR).astimezone(UTC)).content
        assert line(content, "DTSTART") == f"DTSTART;TZID=Europe/Stockholm:{day.replace('-', '')}T090000"


def test_only_an_hour_that_comes_twice_is_written_in_utc() -> None:
    for hour, form in ((0, "TZID"), (1, "Z"), (2, "Z"), (3, "TZID")):
        starts = datetime(2027, 10, 30, 23, 30, tzinfo=UTC) + hour * HOUR
        written = line(request(starts=starts, ends=starts + 9 * HOUR).content, "DTSTART")
        assert (form == "TZID") == ("TZID=Europe/Stockholm" in written)
        assert (form == "Z") == written.endswith("Z")


def test_the_time_zone_of_a_file_is_swedens_for_twenty_years() -> None:
    content = write(CalendarMethod.PUBLISH, [entry()]).content
    (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    parsed = vobject.readOne(content.decode()).vtimezone.tzinfo
    written = zone.to_tz()
    day = datetime(2026, 1, 1, 4, 30, tzinfo=UTC)
    while day.year < 2046:
        wall = day.astimezone(TIME_ZONE).replace(tzinfo=None)
        assert wall.replace(tzinfo=parsed).utcoffset() == day.astimezone(TIME_ZONE).utcoffset(), day
        assert wall.replace(tzinfo=written).utcoffset() == day.astimezone(TIME_ZONE).utcoffset(), day
        day += timedelta(days=1)


def test_the_time_zone_is_two_rules_as_outlook_reads_them() -> None:
    content = write(CalendarMethod.PUBLISH, []).content.decode()

    assert content.count("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=") == 2
    assert "RDATE" not in content
