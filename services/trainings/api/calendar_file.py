"""Calendar files (iCalendar, RFC 5545): an occasion for one participant, and a feed of a county's occasions.

A file says of times what a wall clock in Sweden shows, and defines that time zone. A UID never changes, and whatever
is newer has a higher SEQUENCE, so that no calendar shows what has been moved or cancelled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

from shared.calendar import ZONE
from shared.contracts.enrolments import Seat
from shared.contracts.training_codes import OccasionStatus, SeatState
from shared.contracts.trainings import Occasion

_PRODUCT = "-//Norrsam//Trainings//SV"
_SEATED = (SeatState.CONFIRMED, SeatState.ATTENDED, SeatState.ABSENT)
_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Entry:
    """An occasion in a calendar: ``title`` is its training's, ``county`` its host as people call it."""

    occasion: Occasion
    title: str
    county: str


def ticket(entry: Entry, seat: Seat, now: datetime) -> bytes | None:
    """The file for a participant: to be entered, or taken out again; None for who has never had a seat."""
    occasion = entry.occasion
    uid = str(seat.participant)
    if seat.state in _SEATED:
        event = _event(entry, uid, occasion.sequence, "CONFIRMED", now)
        if occasion.url:
            event.add("url", occasion.url)
        return _file("PUBLISH", [event])
    if seat.state is SeatState.CANCELLED:
        alone = occasion.status is not OccasionStatus.CANCELLED  # others meet still: the sequence has not gone up
        return _file("CANCEL", [_event(entry, uid, occasion.sequence + alone, "CANCELLED", now)])
    return None


def feed(name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """The file that calendars subscribe to: every occasion with its title, time, place and county, and no more."""
    events = []
    for entry in entries:
        occasion = entry.occasion
        status = "CANCELLED" if occasion.status is OccasionStatus.CANCELLED else "CONFIRMED"
        events.append(_event(entry, f"{occasion.id}@{occasion.county}", occasion.sequence, status, now))
    return _file("PUBLISH", events, name)


def _file(method: str, events: Iterable[Event], name: str | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name is not None:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)  # what most calendars read instead
    for component in (_zone(), *events):
        calendar.add_component(component)
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, uid: str, sequence: int, status: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now)
    event.add("dtstart", _wall_clock(entry.occasion.starts_at))
    event.add("dtend", _wall_clock(entry.occasion.ends_at))
    event.add("summary", entry.title)
    if entry.occasion.place:
        event.add("location", entry.occasion.place)
    event.add("categories", [entry.county])
    event.add("status", status)
    return event


def _wall_clock(moment: datetime) -> datetime:
    """The moment as a wall clock shows it; in UTC where one shows the same twice that night, for programs disagree."""
    local = moment.astimezone(ZONE)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if twice else local


def _zone() -> Timezone:
    """Sweden's time zone as two yearly rules. Lists of single dates, which libraries write, are not read everywhere."""
    zone = Timezone()
    zone.add("tzid", ZONE.key)
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
