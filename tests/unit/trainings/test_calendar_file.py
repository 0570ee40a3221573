"""Calendar files, read back with a library other than the one that writes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import vobject
from icalendar import Calendar, Timezone

from services.trainings.api.calendar_file import Entry, feed, ticket
from services.trainings.domain import occasion as occasions
from services.trainings.domain.ids import door_code
from shared.calendar import ZONE
from shared.contracts.enrolments import Seat
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion
from tests.unit.trainings.given import EARLY, ENDS, HOUR, OPEN_DAY, STARTS, context, details, identity, registered

TITLE = "Tillsammans mot illegala försändelser – grund; för ombud, terminaler"
PLACE = "Länsstyrelsen, Residensgränd 7, Östersund: sal Åreskutan, våningen över växeln; följ skyltarna"


def entry(occasion: Occasion, changed_at: datetime = EARLY) -> Entry:
    return Entry(occasion, TITLE, "Jämtland", changed_at)


def seat(state: SeatState = SeatState.CONFIRMED) -> Seat:
    return Seat(participant=identity("a"), state=state, arrival=1)


def read(content: bytes | None) -> Any:
    assert content is not None
    return vobject.readOne(content.decode())


def file_of(occasion: Occasion, state: SeatState = SeatState.CONFIRMED, *asked: Any) -> Any:
    return read(ticket(entry(occasion), seat(state), *asked))


def test_a_seats_file_says_title_place_and_swedish_time() -> None:
    calendar = file_of(registered(place=PLACE, url="https://www.lansstyrelsen.se/jamtland"))
    event = calendar.vevent
    assert (calendar.method.value, calendar.version.value) == ("PUBLISH", "2.0")
    assert (event.summary.value, event.location.value) == (TITLE, PLACE)
    assert (event.dtstart.value, event.dtend.value) == (STARTS, ENDS)
    assert event.dtstart.value.tzname() == "CEST"
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Stockholm"]
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", "0")
    assert event.dtstamp.value == EARLY
    assert (event.organizer.value, event.organizer.params["CN"]) == ("mailto:no-reply@jamtland.invalid", ["Jämtland"])
    assert event.description.value == f"Din kod vid dörren: {door_code(identity('a'))}"
    assert event.url.value == "https://www.lansstyrelsen.se/jamtland"


def test_a_moved_occasion_keeps_its_uid_and_raises_its_sequence() -> None:
    moved = details(starts_at=STARTS + HOUR, ends_at=ENDS + HOUR)
    after = occasions.change(moved, registered(), 0, context())
    assert after is not None
    old, new = file_of(registered()).vevent, file_of(after).vevent
    assert old.uid.value == new.uid.value
    assert (old.sequence.value, new.sequence.value) == ("0", "1")
    assert new.dtstart.value == STARTS + HOUR


def age(event: Any) -> tuple[int, datetime]:
    return int(event.sequence.value), event.dtstamp.value


def test_no_older_file_overtakes_a_cancellation() -> None:
    published = file_of(registered(), SeatState.CONFIRMED, OPEN_DAY).vevent
    called_off = occasions.cancel(registered(), context())
    off = file_of(called_off, SeatState.CANCELLED, OPEN_DAY)
    alone = file_of(registered(), SeatState.CANCELLED, OPEN_DAY)
    for cancelled in (off, alone):
        assert cancelled.method.value == "CANCEL"
        assert cancelled.vevent.status.value == "CANCELLED"
        assert cancelled.vevent.uid.value == published.uid.value
        assert age(cancelled.vevent) > age(published)
        assert cancelled.vevent.sequence.value == "1"
    assert (off.vevent.summary.value, alone.vevent.summary.value) == (f"Inställt: {TITLE}", TITLE)


def test_a_participant_who_comes_back_gets_a_newer_file() -> None:
    before = file_of(registered(), SeatState.CONFIRMED, OPEN_DAY).vevent
    turned_away = file_of(registered(), SeatState.CANCELLED, OPEN_DAY).vevent
    cancelled = file_of(registered(), SeatState.CANCELLED, OPEN_DAY + HOUR).vevent
    again = file_of(registered(), SeatState.CONFIRMED, OPEN_DAY + 2 * HOUR, 1).vevent
    files = [before, turned_away, cancelled, again]
    assert len({each.uid.value for each in files}) == 1
    assert sorted(files, key=age) == files
    assert len(set(map(age, files))) == len(files)


def test_a_new_title_raises_the_sequence() -> None:
    entries = [Entry(registered(), title, "Jämtland", EARLY, number) for number, title in enumerate((TITLE, "Ny"))]
    old, new = (read(ticket(each, seat())).vevent for each in entries)
    assert (old.sequence.value, new.sequence.value, new.summary.value) == ("0", "1", "Ny")


def test_another_room_raises_the_sequence() -> None:
    after = occasions.change(details(place="Sal 2"), registered(place="Sal 1"), 0, context())
    assert after is not None
    assert file_of(after).vevent.sequence.value == "1"


def test_what_the_clock_brings_changes_no_file() -> None:
    before = registered()
    assert before.status is not (after := occasions.advanced(before, OPEN_DAY)).status
    assert feed("Utbildningar", [entry(before)]) == feed("Utbildningar", [entry(after)])
    assert ticket(entry(before), seat()) == ticket(entry(after), seat())


def test_a_ticket_and_a_feed_show_one_entry() -> None:
    assert file_of(registered()).vevent.uid.value == read(feed("U", [entry(registered())])).vevent.uid.value


def test_each_participant_has_a_code_of_its_own() -> None:
    codes = {door_code(uuid4()) for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


@pytest.mark.parametrize("state", [SeatState.WAITING, SeatState.OFFERED, SeatState.LAPSED, SeatState.REFUSED])
def test_without_a_seat_there_is_no_file(state: SeatState) -> None:
    assert ticket(entry(registered()), seat(state)) is None


def test_a_feed_tells_title_time_place_and_county_and_no_more() -> None:
    called_off = occasions.cancel(registered(place=PLACE, url="https://www.lansstyrelsen.se/"), context())
    content = feed("Utbildningar i norr", [entry(registered()), entry(called_off)])
    calendar = read(content)
    assert (calendar.method.value, calendar.x_wr_calname.value) == ("PUBLISH", "Utbildningar i norr")
    assert [event.status.value for event in calendar.vevent_list] == ["CONFIRMED", "CANCELLED"]
    assert [event.sequence.value for event in calendar.vevent_list] == ["0", "1"]
    assert [event.summary.value for event in calendar.vevent_list] == [TITLE, f"Inställt: {TITLE}"]
    assert calendar.refresh_interval.value == "PT1H"
    assert calendar.refresh_interval.params["VALUE"] == ["DURATION"]
    assert calendar.x_published_ttl.value == "PT1H"
    assert {event.uid.value for event in calendar.vevent_list} == {f"{identity('occasion')}@jamtland"}
    names = {name for event in calendar.vevent_list for name in event.contents}
    assert names == {
        *("uid", "sequence", "dtstamp", "dtstart", "dtend", "status"),
        *("summary", "location", "categories", "organizer"),
    }
    assert [event.categories.value for event in calendar.vevent_list] == [["Jämtland"]] * 2


def test_an_empty_feed_is_a_calendar() -> None:
    assert read(feed("Utbildningar", [])).method.value == "PUBLISH"


def test_long_swedish_lines_are_folded_by_octets_and_escaped() -> None:
    content = feed("Utbildningar", [entry(registered(place=PLACE))])
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")
    unfolded = re.sub(rb"\r\n[ \t]", b"", content).decode()
    assert "försändelser – grund\\; för ombud\\, terminaler" in unfolded
    for line in lines:
        line.decode()  # no letter is cut in two


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("2027-03-28T00:30+01:00", "2027-03-28T03:30+02:00"),  # the clocks go on meanwhile
        ("2027-10-31T01:30+02:00", "2027-10-31T02:30+02:00"),  # 02.30 for the first time
        ("2027-10-31T02:30+02:00", "2027-10-31T02:30+01:00"),  # … and for the second
        ("2027-10-31T02:59:59+01:00", "2027-10-31T03:00+01:00"),
        ("2026-12-31T22:00+01:00", "2027-01-01T02:00+01:00"),  # across midnight, and the year
        ("2027-06-25T23:00+02:00", "2027-06-26T01:00+02:00"),
    ],
)
def test_the_odd_hours_of_a_year_are_written_exactly(starts: str, ends: str) -> None:
    times = {"starts_at": datetime.fromisoformat(starts), "ends_at": datetime.fromisoformat(ends)}
    event = file_of(registered().model_copy(update=times)).vevent
    assert event.dtstart.value.astimezone(UTC) == times["starts_at"]
    assert event.dtend.value.astimezone(UTC) == times["ends_at"]


def test_only_an_hour_that_comes_twice_is_written_in_utc() -> None:
    for hour, form in ((0, "TZID"), (1, "Z"), (2, "Z"), (3, "TZID")):
        starts = datetime(2027, 10, 30, 23, 30, tzinfo=UTC) + hour * HOUR
        occasion = registered().model_copy(update={"starts_at": starts, "ends_at": starts + 9 * HOUR})
        content = (ticket(entry(occasion), seat()) or b"").decode()
        (line,) = (line for line in content.splitlines() if line.startswith("DTSTART") and ":2027" in line)
        assert (form == "TZID") == ("TZID=Europe/Stockholm" in line)
        assert (form == "Z") == line.endswith("Z")


def test_the_time_zone_of_the_file_is_swedens_for_twenty_years() -> None:
    content = feed("Utbildningar", [])
    (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    parsed = read(content).vtimezone.tzinfo
    written = zone.to_tz()
    day = datetime(2026, 1, 1, 4, 30, tzinfo=UTC)
    while day.year < 2046:
        wall = day.astimezone(ZONE).replace(tzinfo=None)
        assert wall.replace(tzinfo=parsed).utcoffset() == day.astimezone(ZONE).utcoffset(), day
        assert wall.replace(tzinfo=written).utcoffset() == day.astimezone(ZONE).utcoffset(), day
        day += timedelta(days=1)
