"""Meetings at odd hours, moved, cancelled, postponed and planned anew: in the calendars of those who are invited."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.service.meetings.boards import Boards, answer, path
from tests.service.meetings.test_calendar_files import feed_of, file_of, function_of, opened, read
from tests.service.offices import CLOCK, Office
from tests.unit.calendar_files.given import Shown
from tests.unit.meetings.given import BOARDS, DAY, HOST, HOUR, STARTS

FEED = function_of(BOARDS[1])
THURSDAY = datetime.fromisoformat("2026-12-31T09:00+01:00")
"""Of 2026-W53."""


async def told(office: Office) -> list[tuple[str, int, str, str]]:
    """Method, sequence, status and title of each file that the board was sent, in order."""
    board = BOARDS[1].contact_functions[0].id
    files = [read(each.calendar) for each in await office.letters() if each.recipient == board and each.calendar]
    return [(each.method, each.sequence, each.status, each.title) for each in files]


async def step(boards: Boards, meeting: dict[str, Any], what: str) -> dict[str, Any]:
    """The host takes a step, and everybody learns of it."""
    after = await boards.host.post(f"{path(meeting)}/{what}", seen=meeting)
    await boards.settle()
    return dict(after)


@pytest.mark.parametrize(
    ("starts", "ends", "when"),
    [
        ("2027-03-28T01:30+01:00", "2027-03-28T03:30+02:00", "söndag 28 mars 2027 kl. 01.30–03.30 (v. 12)"),
        (
            "2027-10-31T01:30+02:00",
            "2027-10-31T02:30+01:00",
            "söndag 31 oktober 2027 kl. 01.30–02.30 normaltid (v. 43)",
        ),
        (
            "2027-10-31T02:30+02:00",
            "2027-10-31T02:30+01:00",
            "söndag 31 oktober 2027 kl. 02.30 sommartid–02.30 normaltid (v. 43)",
        ),
        (
            "2026-12-31T22:00+01:00",
            "2027-01-01T02:00+01:00",
            "torsdag 31 december 2026 kl. 22.00 – fredag 1 januari 2027 kl. 02.00 (v. 53)",
        ),
        ("2027-01-03T09:00+01:00", "2027-01-03T10:00+01:00", "söndag 3 januari 2027 kl. 09.00–10.00 (v. 53)"),
    ],
)
async def test_a_meeting_at_an_odd_hour_is_at_that_hour(boards: Boards, starts: str, ends: str, when: str) -> None:
    meeting = await boards.invited(starts_at=starts, ends_at=ends)

    shown = read(await file_of(boards.north, meeting))

    assert (shown.starts, shown.ends) == (datetime.fromisoformat(starts), datetime.fromisoformat(ends))
    assert meeting["when"] == when


async def test_what_moves_into_another_week_is_there_alone(boards: Boards) -> None:
    address = await opened(boards.north, FEED)
    meeting = await boards.invited(starts_at=THURSDAY, ends_at=THURSDAY + HOUR)
    (before,) = await feed_of(boards.north, address)

    moved = await boards.change(meeting, starts_at=THURSDAY + 5 * DAY, ends_at=THURSDAY + 5 * DAY + HOUR)

    (after,) = await feed_of(boards.north, address)
    assert (after.uid, after.starts) == (before.uid, THURSDAY + 5 * DAY)
    assert after.age > before.age
    assert (meeting["when"].split()[-1], moved["when"].split()[-1]) == ("53)", "1)")


async def test_what_is_cancelled_before_any_answer_is_taken_out(boards: Boards) -> None:
    meeting = await boards.invited()
    off = await step(boards, meeting, "cancel")

    title = meeting["title"]
    assert await told(boards.north) == [
        ("REQUEST", 0, "TENTATIVE", title),
        ("CANCEL", 1, "CANCELLED", f"Inställt: {title}"),
    ]
    assert "PARTSTAT=NEEDS-ACTION" in (await file_of(boards.north, off)).decode().replace("\r\n ", "")


async def test_what_is_planned_anew_is_another_entry(boards: Boards) -> None:
    address = await opened(boards.north, FEED)
    first = await boards.invited()
    await step(boards, first, "cancel")
    anew = await boards.invited()

    shown = {each.uid: each.status for each in await feed_of(boards.north, address)}

    assert shown == {f"{first['id']}@{HOST}": "CANCELLED", f"{anew['id']}@{HOST}": "TENTATIVE"}


async def test_what_is_postponed_leaves_calendars_until_its_new_time(boards: Boards) -> None:
    address, title = await opened(boards.north, FEED), "Styrgruppsmöte"
    meeting = await boards.invited(answer_by="2026-12-04")
    await answer(boards.north, meeting, "ACCEPTED")
    CLOCK.now += timedelta(minutes=1)
    postponed = await step(boards, meeting, "postpone")
    taken_out = read(await file_of(boards.north, postponed))
    (in_feed,) = await feed_of(boards.north, address)
    (of_county,) = await feed_of(boards.host, await opened(boards.host))
    later = await boards.change(postponed, starts_at=STARTS + 7 * DAY, ends_at=STARTS + 7 * DAY + HOUR)
    await step(boards, later, "invite")

    for each in (taken_out, in_feed, of_county):
        assert (each.status, each.title) == ("CANCELLED", f"Uppskjutet: {title}")
        assert each.description == "Mötet är uppskjutet. En ny kallelse kommer när tiden är klar."
    (again,) = await feed_of(boards.north, address)
    assert (again.uid, again.title, again.starts) == (in_feed.uid, title, STARTS + 7 * DAY)
    assert await told(boards.north) == [
        ("REQUEST", 0, "TENTATIVE", title),
        ("CANCEL", 1, "CANCELLED", f"Uppskjutet: {title}"),
        ("REQUEST", 3, "TENTATIVE", title),
    ]
    assert ordered([in_feed, again])


def ordered(files: list[Shown]) -> bool:
    """Whether calendars take each file for newer than the one before."""
    ages = [each.age for each in files]
    return ages == sorted(ages) and len(set(ages)) == len(ages)
