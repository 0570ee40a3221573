"""A calendar's answer: a file with METHOD:REPLY (RFC 5546, section 3.2.3), as Outlook, Google and Apple do it.

A reply comes from outside. It is read line by line, within bounds, and only the few lines that count are taken apart:
no time zone, no rule of recurrence and no word of a person's is looked at, kept or repeated in a refusal.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar.parser import Contentline, Contentlines, Parameters

from shared.rejected import Rejected
from shared.runtime.calendar_files.entries import PARTSTAT, CalendarMethod

MAX_BYTES = 256 * 1024
"""Outlook repeats the whole invitation; a reply still has some 10 KiB."""
MAX_LINES = 5_000
MAX_DEPTH = 5
MAX_ATTENDEES = 200
MAX_UID = 255
_ANSWERS = (PARTSTAT.ACCEPTED, PARTSTAT.DECLINED, PARTSTAT.TENTATIVE, PARTSTAT.DELEGATED)
_NAME = re.compile(r"[A-Za-z-]+(?=[;:])")
_EVENT = ["VCALENDAR", "VEVENT"]
_READ = frozenset({"UID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "RECURRENCE-ID"})
_Lines = dict[str, list[Contentline]]


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """An answer to the request with this UID.

    sequence  that of the request which was answered; a calendar may leave out 0
    made_at   when it was answered; of two answers to one sequence the later counts. None if it does not say. A
              calendar's clock may be wrong
    answers   by mail address, in small letters: NEEDS_ACTION, ACCEPTED, DECLINED, TENTATIVE or DELEGATED
    """

    uid: str
    sequence: int
    made_at: datetime | None
    answers: Mapping[str, PARTSTAT]

    def answer_of(self, address: str) -> PARTSTAT:
        """The answer of the mailbox's owner; Rejected if that cannot be told.

        A calendar may know its owner by another address than the one that was asked, as where mail is passed on: so the
        only answer in a file is the answer.
        """
        if len(self.answers) == 1:
            return next(iter(self.answers.values()))
        found = self.answers.get(address.casefold())
        if found is None:
            raise _refused(f"it has {len(self.answers)} answers, and none is of the mailbox that was asked")
        return found


def read_reply(content: bytes) -> CalendarReply:
    """The reply in the file; Rejected (``invalid-reply``) if it is none, or one that answers no single request."""
    if len(content) > MAX_BYTES or content.count(b"\n") > MAX_LINES:
        raise _refused(f"it has more than {MAX_BYTES // 1024} KiB or {MAX_LINES} lines")
    lines: list[Contentline] = Contentlines.from_ical(content.decode("utf-8-sig", "replace"))  # type: ignore[no-untyped-call]
    method, events = _contents(lines)
    if method != CalendarMethod.REPLY:
        raise _refused("it proposes another time" if method == "COUNTER" else "it is no answer (METHOD:REPLY)")
    whole = [event for event in events if "RECURRENCE-ID" not in event]
    if len(whole) != 1:
        raise _refused("it answers one day of a series" if events and not whole else f"it has {len(whole)} entries")
    (event,) = whole
    return CalendarReply(_uid(event), _sequence(event), _made_at(event), _answers(event))


def _contents(lines: Iterable[Contentline]) -> tuple[str, list[_Lines]]:
    """The method of the calendar, and the lines that count of each of its entries, by their names."""
    method, events, within = "", list[_Lines](), list[str]()
    for line in lines:
        found = _NAME.match(line)
        name, value = found[0].upper() if found else "", line.rpartition(":")[2].strip().upper()
        if name == "BEGIN":
            within.append(value)
            if len(within) > MAX_DEPTH:
                raise _refused(f"it is nested more than {MAX_DEPTH} times")
            if within == _EVENT:
                events.append({})
        elif name == "END":
            if not within or within.pop() != value:
                raise _refused("its parts do not end as they begin")
        elif name == "METHOD" and within == _EVENT[:1]:
            method = value
        elif name in _READ and within == _EVENT:
            events[-1].setdefault(name, []).append(line)
    if within:
        raise _refused("its end is missing")
    return method, events


def _uid(event: _Lines) -> str:
    uid = _value(event, "UID")
    if not 0 < len(uid) <= MAX_UID or not uid.isprintable():
        raise _refused("it does not say what it answers (UID)")
    return uid


def _sequence(event: _Lines) -> int:
    sequence = _value(event, "SEQUENCE") or "0"
    if not re.fullmatch(r"[0-9]{1,9}", sequence):
        raise _refused("its SEQUENCE is no number")
    return int(sequence)


def _made_at(event: _Lines) -> datetime | None:
    try:
        return datetime.strptime(_value(event, "DTSTAMP"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _answers(event: _Lines) -> dict[str, PARTSTAT]:
    lines = event.get("ATTENDEE", [])
    if not 0 < len(lines) <= MAX_ATTENDEES:
        raise _refused(f"it has {len(lines)} attendees (ATTENDEE)")
    answers = dict[str, PARTSTAT]()
    for line in lines:
        parameters, value = _parts(line)
        given = str(parameters.get("PARTSTAT", "")).upper()
        answer = PARTSTAT(given) if given in _ANSWERS else PARTSTAT.NEEDS_ACTION  # RFC 5545, section 3.2.12
        if answers.setdefault(_address(parameters, value), answer) is not answer:
            raise _refused("it answers twice, and not the same")
    return answers


def _address(parameters: Parameters, value: str) -> str:
    """The attendee's mail address. iCloud names an account of its own as the attendee, and the address beside it."""
    scheme, _, address = value.strip().casefold().partition(":")
    return address if scheme == "mailto" else str(parameters.get("EMAIL", value)).strip().casefold()


def _value(event: _Lines, name: str) -> str:
    """The value of the property that there is at most once; empty if there is none."""
    lines = event.get(name, [])
    if len(lines) > 1:
        raise _refused(f"it has {len(lines)} lines {name}")
    return _parts(lines[0])[1].strip() if lines else ""


def _parts(line: Contentline) -> tuple[Parameters, str]:
    try:
        _, parameters, value = line.parts()
    except ValueError:
        raise _refused("a line of it cannot be read") from None  # the library's error repeats the line
    return parameters, value


def _refused(why: str) -> Rejected:
    return Rejected("invalid-reply", f"The calendar file is not taken: {why}. Send the answer as the calendar made it.")
