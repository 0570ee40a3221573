"""Calendar entries of an occasion, and a participant's file of it. Any file: tests/unit/calendar_files."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import vobject

from services.trainings.commands.tickets import entry_of, ticket_file
from services.trainings.domain import occasion as occasions
from services.trainings.domain.ids import door_code
from services.trainings.store.catalogue import Taught
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.enrolments import Seat
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion
from shared.runtime.calendar_files.entries import CalendarEntry, CalendarMethod, CalendarUser
from shared.runtime.calendar_files.writing import CalendarFile, write
from tests.unit.trainings.given import EARLY, ENDS, HOUR, OPEN_DAY, STARTS, context, details, identity, registered

TITLE = "Tillsammans mot illegala försändelser – grund; för ombud, terminaler"
PLACE = "Länsstyrelsen, Residensgränd 7, Östersund: sal Åreskutan, våningen över växeln; följ skyltarna"
URL = "https://www.lansstyrelsen.se/jamtland"


def entry(occasion: Occasion, title: str | None = TITLE, revision: int = 1) -> CalendarEntry:
    return entry_of(Taught(occasion, title, revision, EARLY), parse(DEFAULT))


def seat(state: SeatState = SeatState.CONFIRMED) -> Seat:
    return Seat(participant=identity("a"), state=state, arrival=1)


def read(file: CalendarFile | None) -> Any:
    assert file is not None
    return vobject.readOne(file.content.decode())


def file_of(occasion: Occasion, state: SeatState = SeatState.CONFIRMED, *asked: Any, **more: Any) -> Any:
    return read(ticket_file(entry(occasion), seat(state), None, *asked, **more))


def feed(*entries: CalendarEntry) -> CalendarFile:
    return write(CalendarMethod.PUBLISH, entries, "Utbildningar")


def test_a_seats_file_says_title_place_and_swedish_time() -> None:
    calendar = read(ticket_file(entry(registered(place=PLACE)), seat(), URL))
    event = calendar.vevent
    assert (calendar.method.value, calendar.version.value) == ("PUBLISH", "2.0")
    assert (event.summary.value, event.location.value) == (TITLE, PLACE)
    assert (event.dtstart.value, event.dtend.value) == (STARTS, ENDS)
    assert event.dtstart.value.tzname() == "CEST"
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Stockholm"]
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", "0")
    assert event.dtstamp.value == EARLY
    organiser = event.organizer
    assert (organiser.value, organiser.params["CN"]) == ("mailto:no-reply@jamtland.invalid", ["Jämtlands län"])
    assert event.description.value == f"Din kod vid dörren: {door_code(identity('a'))}"
    assert event.url.value == URL


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


def test_a_file_for_a_mail_asks_nothing_and_can_be_cancelled() -> None:
    to = CalendarUser("a@ombud.example", "Ombud A")
    entered = file_of(registered(), SeatState.CONFIRMED, to=to)
    cancelled = file_of(registered(), SeatState.CANCELLED, to=to)

    assert (entered.method.value, cancelled.method.value) == ("REQUEST", "CANCEL")
    for event in (entered.vevent, cancelled.vevent):
        assert event.attendee.value == "mailto:a@ombud.example"
        assert (event.attendee.params["PARTSTAT"], event.attendee.params["RSVP"]) == (["ACCEPTED"], ["FALSE"])


def test_a_new_title_raises_the_sequence() -> None:
    old, new = (
        read(ticket_file(entry(registered(), title, 1 + number), seat())).vevent
        for number, title in enumerate((TITLE, "Ny"))
    )
    assert (old.sequence.value, new.sequence.value, new.summary.value) == ("0", "1", "Ny")


def test_another_room_raises_the_sequence() -> None:
    after = occasions.change(details(place="Sal 2"), registered(place="Sal 1"), 0, context())
    assert after is not None
    assert file_of(after).vevent.sequence.value == "1"


def test_what_the_clock_brings_changes_no_file() -> None:
    before = registered()
    assert before.status is not (after := occasions.advanced(before, OPEN_DAY)).status
    assert feed(entry(before)) == feed(entry(after))
    assert ticket_file(entry(before), seat()) == ticket_file(entry(after), seat())


def test_a_ticket_and_a_feed_show_one_entry() -> None:
    assert file_of(registered()).vevent.uid.value == read(feed(entry(registered()))).vevent.uid.value


def test_each_participant_has_a_code_of_its_own() -> None:
    codes = {door_code(uuid4()) for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


@pytest.mark.parametrize("state", [SeatState.WAITING, SeatState.OFFERED, SeatState.LAPSED, SeatState.REFUSED])
def test_without_a_seat_there_is_no_file(state: SeatState) -> None:
    assert ticket_file(entry(registered()), seat(state)) is None


def test_a_feed_tells_title_time_place_and_county_and_no_more() -> None:
    called_off = occasions.cancel(registered(place=PLACE, url="https://www.lansstyrelsen.se/"), context())
    calendar = read(feed(entry(registered()), entry(called_off), entry(registered(), None)))
    assert [event.status.value for event in calendar.vevent_list] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [event.sequence.value for event in calendar.vevent_list] == ["0", "1", "0"]
    assert [event.summary.value for event in calendar.vevent_list] == [TITLE, f"Inställt: {TITLE}", "Utbildning"]
    assert {event.uid.value for event in calendar.vevent_list} == {f"{identity('occasion')}@jamtland"}
    names = {name for event in calendar.vevent_list for name in event.contents}
    assert names == {
        *("uid", "sequence", "dtstamp", "last-modified", "dtstart", "dtend", "status"),
        *("summary", "location", "categories", "organizer"),
    }
    assert [event.categories.value for event in calendar.vevent_list] == [["Jämtlands län"]] * 3
