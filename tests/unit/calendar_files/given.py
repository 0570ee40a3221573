"""An entry to start a test with, and what four libraries of four makers read of its file."""

import atexit
import json
import subprocess
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import vobject
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from playwright._impl._driver import compute_driver_executable

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


def _by_ical_js(content: bytes) -> list[Shown]:
    node = _ical_js()
    assert node.stdin
    assert node.stdout
    node.stdin.write(b64encode(content) + b"\n")
    node.stdin.flush()
    entries = json.loads(node.stdout.readline())
    moments = ("starts", "ends", "changed_at")
    times = [{name: _moment(each[name]) for name in moments} for each in entries]
    return [Shown(**{**each, **of, "asked": tuple(each["asked"])}) for each, of in zip(entries, times, strict=True)]


@cache
def _ical_js() -> "subprocess.Popen[bytes]":
    """ical.js in the Node that playwright brings; it ends with this process."""
    program, script = compute_driver_executable()[0], Path(__file__).parent / "icaljs" / "read.mjs"
    node = subprocess.Popen([program, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(node.communicate)
    return node


def _moment(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


READERS: dict[str, Callable[[bytes], list[Shown]]] = {
    "icalendar": _by_icalendar,
    "vobject": _by_vobject,
    "ical": _by_ical,
    "ical.js": _by_ical_js,
}


def lines(content: bytes) -> list[str]:
    """The lines of a file, each as it was before it was folded."""
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def line(content: bytes, name: str) -> str:
    """The only line of an entry that begins with the name."""
    text = lines(content)
    (found,) = (each for each in text[text.index("BEGIN:VEVENT") :] if each.startswith((f"{name}:", f"{name};")))
    return found
