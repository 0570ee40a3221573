"""Calendar files, read back with a second library of another maker."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream

from services.trainings.api.calendar_file import Entry, feed, ticket
from services.trainings.domain import occasion as occasions
from shared.contracts.enrolments import Seat
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion
from tests.unit.trainings.given import EARLY, ENDS, STARTS, context, identity, registered

TITLE = (
    "Tillsammans mot illegala försändelser – grund; för ombud, terminaler \\ växlar på Ås, i Älvsbyn och Örnsköldsvik"
)
PLACE = "Länsstyrelsen, Residensgränd 7, Östersund: sal Åreskutan"


def read(content: bytes | None) -> Any:
    assert content is not None
    return IcsCalendarStream.calendar_from_ics(content.decode())


def ticket_of(occasion: Occasion, state: SeatState = SeatState.CONFIRMED) -> Any:
    seat = Seat(participant=identity("a"), state=state, arrival=1)
    return read(ticket(Entry(occasion, TITLE, "Jämtland", EARLY), seat))


def test_a_feed_gives_long_swedish_text_back_as_it_was() -> None:
    calendar = read(feed("Utbildningar i norr", [Entry(registered(place=PLACE), TITLE, "Jämtland", EARLY)]))
    (event,) = calendar.events

    assert (event.summary, event.location, event.categories) == (TITLE, PLACE, ["Jämtland"])
    assert (event.dtstart, event.dtend, event.dtstamp) == (STARTS, ENDS, EARLY)
    assert (event.uid, event.sequence, event.attendees) == (f"{identity('occasion')}@jamtland", 0, [])
    assert [zone.tz_id for zone in calendar.timezones] == ["Europe/Stockholm"]


def test_a_seats_file_is_published_and_cancelled_under_one_uid() -> None:
    published = ticket_of(registered())

    called_off = ticket_of(occasions.cancel(registered(), context()), SeatState.CANCELLED)

    assert (published.method, called_off.method) == ("PUBLISH", "CANCEL")
    before, after = published.events[0], called_off.events[0]
    assert before.uid == after.uid == f"{identity('occasion')}@jamtland"
    assert (before.sequence, after.sequence, after.status.value) == (0, 1, "CANCELLED")


@pytest.mark.parametrize(
    ("starts", "hours"),
    [
        ("2027-03-28T00:30+01:00", 2),  # the clocks go on meanwhile
        ("2027-10-31T02:30+02:00", 1),  # 02.30 for the first time, until the second
        ("2026-12-31T22:00+01:00", 4),  # across midnight, from 2026-W53 to 2027
        ("2027-06-25T23:00+02:00", 2),  # midsommarafton
    ],
)
def test_the_odd_hours_of_a_year_are_read_exactly(starts: str, hours: int) -> None:
    begin = datetime.fromisoformat(starts)
    occasion = registered().model_copy(update={"starts_at": begin, "ends_at": begin + timedelta(hours=hours)})

    (event,) = ticket_of(occasion).events

    assert event.dtstart.astimezone(UTC) == begin
    assert event.dtend.astimezone(UTC) == begin + timedelta(hours=hours)
