"""The file that tells a calendar of entries (RFC 5545), by one of the methods of RFC 5546.

`icalendar` folds lines by octets and quotes names. Text is escaped here: the library takes the two letters ``\\N`` for
the end of a line, and lets control characters pass.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress
from icalendar.prop import vCategory, vText

from shared.runtime.calendar_files.entries import STATUS, Attendee, CalendarEntry, CalendarMethod, CalendarUser
from shared.runtime.calendar_files.time_zone import definition, wall_clock

REFRESH = timedelta(hours=1)
"""So often a calendar that subscribes to a feed should ask for it."""

_PRODUCT = "-//Norrsam//Norrsam//SV"
_NO_TEXT = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000)], " ")
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,"})


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A file, and the method that a mail must name beside it (RFC 6047, section 2.4)."""

    method: CalendarMethod
    content: bytes


def write(method: CalendarMethod, entries: Iterable[CalendarEntry], feed: str | None = None) -> CalendarFile:
    """The file with these entries; ``feed`` is the name of the feed that it is, if it is one.

    ValueError where RFC 5546 forbids it (sections 3.2.1 to 3.2.3): what is published names no attendee, a request asks
    at least one, and a reply is one's own.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    if feed is not None:
        calendar.add("name", _Text(feed))
        calendar.add("x-wr-calname", _Text(feed))  # what most calendars read instead
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")  # what Outlook reads instead
    for component in (definition(), *(_event(method, entry) for entry in entries)):
        calendar.add_component(component)
    return CalendarFile(method, calendar.to_ical())


def _event(method: CalendarMethod, entry: CalendarEntry) -> Event:
    _check(method, entry)
    status = STATUS.CANCELLED if method is CalendarMethod.CANCEL else entry.status
    called_off = f"{entry.called_off}: " if entry.status is STATUS.CANCELLED else ""
    event = Event()
    event.add("uid", _Text(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", _time(entry.starts))
    event.add("dtend", _time(entry.ends, last=True))
    event.add("status", status.value)
    event.add("summary", _Text(called_off + entry.title))
    for name, text in (("location", entry.place), ("description", entry.description)):
        if text:
            event.add(name, _Text(text))
    if entry.url:
        event.add("url", _line(entry.url))
    if entry.categories:
        categories = vCategory([])
        categories.cats = [_Text(each) for each in entry.categories]
        event.add("categories", categories)
    if entry.private:
        event.add("class", "PRIVATE")
    event.add("organizer", _address(entry.organiser))
    for attendee in entry.attendees:
        event.add("attendee", _attendee(attendee))
    return event


def _check(method: CalendarMethod, entry: CalendarEntry) -> None:
    asked = len(entry.attendees)
    if (
        (method is CalendarMethod.PUBLISH and asked)
        or (method is CalendarMethod.REQUEST and not asked)
        or (method is CalendarMethod.REPLY and asked != 1)
    ):
        raise ValueError(f"{method} of {entry.uid} cannot have {asked} attendees")


def _time(value: date, last: bool = False) -> date:
    """The moment on a wall clock. Of whole days the file says the first, and the one after the last."""
    if isinstance(value, datetime):
        return wall_clock(value)
    return value + timedelta(days=1) if last else value


def _address(user: CalendarUser) -> vCalAddress:
    address = vCalAddress("mailto:" + _line(user.address))
    address.params["CN"] = _line(user.name).replace('"', "'")  # most calendars show RFC 6868's ^' as it stands
    return address


def _attendee(attendee: Attendee) -> vCalAddress:
    address = _address(attendee.user)
    address.params["CUTYPE"] = attendee.kind.value
    address.params["ROLE"] = attendee.role.value
    address.params["PARTSTAT"] = attendee.answer.value
    address.params["RSVP"] = str(attendee.rsvp).upper()
    return address


def _line(text: str) -> str:
    """The text in one line, which nothing in it can end."""
    return text.translate(_NO_TEXT)


class _Text(vText):
    """Text of one or more lines."""

    def to_ical(self) -> bytes:
        """Every line escaped, and joined by what stands for an end of line."""
        lines = self.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return r"\n".join(_line(each).translate(_ESCAPED) for each in lines).encode()
