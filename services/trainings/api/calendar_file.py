"""Calendar files (iCalendar, RFC 5545): an occasion for one participant, and a feed of a county's occasions.

A file says of times what a wall clock in Sweden shows, and defines that time zone. An occasion has one UID for ever, in
tickets and in feeds. Whatever is newer has a higher SEQUENCE (another time, place or title; called off; a seat that is
lost), or the same with a later DTSTAMP, so that no calendar shows what holds no more. DTSTAMP is the moment of the last
change: a file that is read twice is the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
from icalendar.prop import vRecur

from services.trainings.domain.ids import door_code
from shared.calendar import ZONE
from shared.contracts.enrolments import Seat
from shared.contracts.training_codes import OccasionStatus, SeatState
from shared.contracts.trainings import Occasion

CALLED_OFF = "Inställt: "
REFRESH = timedelta(hours=1)
"""So often a calendar that subscribes to a feed should ask for it."""

_PRODUCT = "-//Norrsam//Trainings//SV"
_SEATED = (SeatState.CONFIRMED, SeatState.ATTENDED, SeatState.ABSENT)
_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Entry:
    """An occasion in a calendar.

    title       its training's; ``retitled`` says how often that may have changed
    county      its host, as people call it
    changed_at  when the occasion or its training was last changed
    """

    occasion: Occasion
    title: str
    county: str
    changed_at: datetime
    retitled: int = 0

    @property
    def status(self) -> str:
        """Whether it is held."""
        return "CANCELLED" if self.occasion.status is OccasionStatus.CANCELLED else "CONFIRMED"

    @property
    def summary(self) -> str:
        """The title that calendars show."""
        return CALLED_OFF + self.title if self.status == "CANCELLED" else self.title

    @property
    def sequence(self) -> int:
        """How often it has become another one, by its time, its place or its title."""
        return self.occasion.sequence + self.retitled


def ticket(entry: Entry, seat: Seat, asked_at: datetime | None = None, earlier: int = 0) -> bytes | None:
    """The file for a participant: to be entered, or taken out again; None for who has never had a seat.

    ``asked_at`` is when its county last asked, accepted or cancelled: the last change, unless the occasion's is later.
    ``earlier`` says how often somebody at the same mailbox had asked for a seat before: one calendar has one entry.
    """
    changed_at = max(entry.changed_at, asked_at or entry.changed_at)
    if seat.state in _SEATED:
        event = _event(entry, "CONFIRMED", changed_at, earlier)
        event.add("description", f"Din kod vid dörren: {door_code(seat.participant)}")
        if entry.occasion.url:
            event.add("url", entry.occasion.url)
        return _file("PUBLISH", [event])
    if seat.state is SeatState.CANCELLED:
        alone = entry.status != "CANCELLED"  # others meet still: the occasion's own sequence has not gone up
        return _file("CANCEL", [_event(entry, "CANCELLED", changed_at, earlier + alone)])
    return None


def feed(name: str, entries: Iterable[Entry]) -> bytes:
    """The file that calendars subscribe to: every occasion with its title, time, place and county, and no more."""
    events = [
        _event(
            entry, "CANCELLED" if entry.occasion.status is OccasionStatus.CANCELLED else "CONFIRMED", entry.changed_at
        )
        for entry in entries
    ]
    return _file("PUBLISH", events, name)


def _file(method: str, events: Iterable[Event], name: str | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name is not None:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)  # what most calendars read instead
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")  # what Outlook reads instead
    for component in (_zone(), *events):
        calendar.add_component(component)
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, status: str, changed_at: datetime, raised: int = 0) -> Event:
    event = Event()
    event.add("uid", f"{entry.occasion.id}@{entry.occasion.county}")
    event.add("sequence", entry.sequence + raised)
    event.add("dtstamp", changed_at)
    event.add("dtstart", _wall_clock(entry.occasion.starts_at))
    event.add("dtend", _wall_clock(entry.occasion.ends_at))
    event.add("organizer", _organiser(entry))
    event.add("summary", entry.summary)
    if entry.occasion.place:
        event.add("location", entry.occasion.place)
    event.add("categories", [entry.county])
    event.add("status", status)
    return event


def _organiser(entry: Entry) -> vCalAddress:
    """The host county, which RFC 5546 asks for. Nobody answers a calendar file: the domain is none (RFC 2606)."""
    address = vCalAddress(f"mailto:no-reply@{entry.occasion.county}.invalid")
    address.params["CN"] = entry.county
    return address


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
