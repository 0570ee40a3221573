"""Replies in the shapes of three calendars: written from RFC 5546 and from what users of such calendars report.

Outlook leaves out ORGANIZER, repeats the invitation with a time zone of its own, and puts a BOM before all. Google says
times in UTC, and puts a person's words beside the answer. Apple leaves out SEQUENCE 0, names an account instead of an
address, ends lines with LF alone, and has an alarm with a UID of its own in the entry.
"""

from collections.abc import Callable

from tests.unit.calendar_files.given import line

WORDS = "Sjuk hela veckan"
"""The person's words beside the answer: nobody here may repeat them."""

_OUTLOOK = """\
\ufeffBEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={answer};CN="Samordnare; Länsstyrelsen, Norrbotten: BD":MAIL
 TO:{address}
COMMENT;LANGUAGE=sv-SE:{words}\\n
UID:{uid}
SUMMARY;LANGUAGE=sv-SE:Accepterat: Styrgruppsmöte
DTSTART;TZID=W. Europe Standard Time:20261209T130000
DTEND;TZID=W. Europe Standard Time:20261209T150000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20261201T081500Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
LOCATION;LANGUAGE=sv-SE:
X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-ALT-DESC;FMTTYPE=text/html:<p>UID:nobody\\, SEQUENCE:99</p>
END:VEVENT
END:VCALENDAR
"""
_GOOGLE = """\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261209T120000Z
DTEND:20261209T140000Z
DTSTAMP:20261201T081500Z
{organiser}
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};CN=brott
 sforebyggande;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="{words}":mailto:{address}
CREATED:20261130T081500Z
DESCRIPTION:
LAST-MODIFIED:20261201T081459Z
LOCATION:
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Styrgruppsmöte
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
_APPLE = """\
BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.5//EN
VERSION:2.0
X-CALENDARSERVER-ACCESS:PUBLIC
BEGIN:VEVENT
ATTENDEE;CN="Samordnare ^'BD^'";CUTYPE=INDIVIDUAL;EMAIL="{address}";PARTST
 AT={answer};ROLE=REQ-PARTICIPANT:/aMjEyNTIzMjEyNTIz/principal/
COMMENT:{words}
DTEND;TZID=Europe/Stockholm:20261209T150000
DTSTAMP:20261201T081500Z
DTSTART;TZID=Europe/Stockholm:20261209T130000
{organiser}
REQUEST-STATUS:2.0;Success
{sequence_line}SUMMARY:Styrgruppsmöte
UID:{uid}
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
UID:6F0E6A1B-0000-0000-0000-000000000000
ATTENDEE;PARTSTAT=DECLINED:mailto:nobody@example.org
X-WR-ALARMUID:6F0E6A1B-0000-0000-0000-000000000000
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def _reply(shape: str, asked: bytes, answer: str, end: str) -> bytes:
    """The answer to the request in ``asked``, as its calendar has read it."""
    sequence = line(asked, "SEQUENCE").partition(":")[2]
    text = shape.format(
        answer=answer,
        words=WORDS,
        address=line(asked, "ATTENDEE").rpartition("mailto:")[2],
        organiser=line(asked, "ORGANIZER"),
        sequence=sequence,
        sequence_line=f"SEQUENCE:{sequence}\n" if int(sequence) else "",
        uid=line(asked, "UID").partition(":")[2],
    )
    return text.replace("\n", end).encode()


CLIENTS: dict[str, Callable[[bytes, str], bytes]] = {
    "Outlook": lambda asked, answer: _reply(_OUTLOOK, asked, answer, "\r\n"),
    "Google": lambda asked, answer: _reply(_GOOGLE, asked, answer, "\r\n"),
    "Apple": lambda asked, answer: _reply(_APPLE, asked, answer, "\n"),
}
"""The reply of each calendar to a request's file, with an answer such as ACCEPTED."""
