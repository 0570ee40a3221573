"""The parts of a calendar file: an entry, who asks, and who is asked to come."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from icalendar.enums import CUTYPE, PARTSTAT, ROLE, STATUS

__all__ = ["CUTYPE", "PARTSTAT", "ROLE", "STATUS", "Attendee", "CalendarEntry", "CalendarMethod", "CalendarUser"]


class CalendarMethod(StrEnum):
    """The request of a file to the calendar that gets it (RFC 5546, section 1.4)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    REPLY = "REPLY"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class CalendarUser:
    """A mail address, and the name that people read instead."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who is asked to come, and what they have answered. ``rsvp``: whether an answer is asked for."""

    user: CalendarUser
    role: ROLE = ROLE.REQ_PARTICIPANT
    answer: PARTSTAT = PARTSTAT.NEEDS_ACTION
    rsvp: bool = True
    kind: CUTYPE = CUTYPE.INDIVIDUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """Something at a time, as calendars know it.

    uid         for ever the same, in every file; calendars show two files of one UID as one entry
    sequence    goes up when the time or the place changes, and when it is cancelled or planned anew. With another title
                that of an occasion does too, with another online address that of a meeting
    changed_at  the moment of the last change, and not of the download: a file that is made twice is the same. Of two
                files the one with the higher (sequence, changed_at) is the newer
    starts, ends
                moments; or the first and the last day, if it takes whole days
    organiser   who gets the answers
    status      TENTATIVE, CONFIRMED or CANCELLED
    called_off  the Swedish word before the title once it is CANCELLED, for some calendars show no status
    private     calendars that others may look into show no more of it than its time
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts: date | datetime
    ends: date | datetime
    title: str
    organiser: CalendarUser
    status: STATUS = STATUS.CONFIRMED
    place: str | None = None
    url: str | None = None
    description: str | None = None
    categories: tuple[str, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    called_off: str = "Inställt"
    private: bool = False
