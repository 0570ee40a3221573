"""An entry to start a test with, and what three libraries of three makers read of its file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from shared.runtime.calendar_files.entries import Attendee, CalendarEntry, CalendarMethod, CalendarUser
from shared.runtime.calendar_files.writing import CalendarFile, write

TITLE = "Styrgruppsmöte – norr; gemensam utbildningsplan, åtgärder \\ växlar på Ås, i Älvsbyn och Örnsköldsvik"
PLACE = "Länsstyrelsen, Storgatan 71B, Umeå: sal Åreskutan, våningen över växeln; följ skyltarna"
ADDRESS = "brottsforebyggande@lansstyrelsen.example"
ORGANISER = CalendarUser("samordning@lansstyrelsen.example", "Västerbottens län")
ATTENDEE = Attendee(CalendarUser(ADDRESS, 'Samordnare, Norrbottens län "BD"'))
CHANGED = datetime(2026, 11, 30, 8, 15, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 12, 9, 12, tzinfo=UTC), datetime(2026, 12, 9, 14, tzinfo=UTC)


def entry(**changes: Any) -> CalendarEntry:
    """A steering meeting of four counties, with changes."""
    return CalendarEntry(
        **{
            "uid": "0195d7a2-5b1c-4c1e-9a55-0a4f6d1b2c3d@vasterbotten",
            "sequence": 0,
            "changed_at": CHANGED,
            "starts": STARTS,
            "ends": ENDS,
            "title": TITLE,
            "organiser": ORGANISER,
            **changes,
        }
    )


def request(**changes: Any) -> CalendarFile:
    """The file that asks one mailbox to come."""
    return write(CalendarMethod.REQUEST, [entry(attendees=(ATTENDEE,), **changes)])


@dataclass(frozen=True)
class Shown:
    """An entry as a program shows it. Moments are in UTC; the end of whole days is the day after the last."""

    method: str
    uid: str
    sequence: int
    status: str
    title: str
    starts: date
    ends: date
    changed_at: datetime
    place: str | None = None
    description: str | None = None
    asked: tuple[str, ...] = ()

    @property
    def age(self) -> tuple[int, datetime]:
        """Of two files of one entry the higher one is the newer."""
        return self.sequence, self.changed_at


def _utc(value: Any) -> date:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _by_icalendar(content: bytes) -> list[Shown]:
    calendar = Calendar.from_ical(content)
    return [
        Shown(
            str(calendar["METHOD"]),
            str(event["UID"]),
            int(str(event["SEQUENCE"])),
            str(event["STATUS"]),
            str(event["SUMMARY"]),
            _utc(event.decoded("DTSTART")),
            _utc(event.decoded("DTEND")),
            event.decoded("DTSTAMP"),
            event.get("LOCATION"),
            event.get("DESCRIPTION"),
            (str(event["ATTENDEE"]),) if "ATTENDEE" in event else (),
        )
        for event in calendar.walk("VEVENT")
    ]


def _by_vobject(content: bytes) -> list[Shown]:
    calendar = vobject.readOne(content.decode())
    return [
        Shown(
            calendar.method.value,
            event.uid.value,
            int(event.sequence.value),
            event.status.value,
            event.summary.value,
            _utc(event.dtstart.value),
            _utc(event.dtend.value),
            event.dtstamp.value,
            event.location.value if "location" in event.contents else None,
            event.description.value if "description" in event.contents else None,
            tuple(each.value for each in event.contents.get("attendee", ())),
        )
        for event in calendar.contents.get("vevent", ())
    ]


def _by_ical(content: bytes) -> list[Shown]:
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    return [
        Shown(
            calendar.method,
            event.uid,
            event.sequence,
            event.status.value,
            event.summary,
            _utc(event.dtstart),
            _utc(event.dtend),
            event.dtstamp,
            event.location,
            event.description,
            tuple(str(each.uri) for each in event.attendees),
        )
        for event in calendar.events
    ]


READERS: dict[str, Callable[[bytes], list[Shown]]] = {
    "icalendar": _by_icalendar,
    "vobject": _by_vobject,
    "ical": _by_ical,
}


def lines(content: bytes) -> list[str]:
    """The lines of a file, each as it was before it was folded."""
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def line(content: bytes, name: str) -> str:
    """The only line of an entry that begins with the name."""
    text = lines(content)
    (found,) = (each for each in text[text.index("BEGIN:VEVENT") :] if each.startswith((f"{name}:", f"{name};")))
    return found
