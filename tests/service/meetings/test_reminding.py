"""Functions are told by e-mail what waits for them, once each, and reminded while it still does."""

from datetime import datetime, timedelta

from shared.runtime.notices.queue import Notice
from shared.swedish import TIME_ZONE
from tests.service.meetings.boards import Boards
from tests.service.meetings.minuted import assigned, circulated, corrected, held, place, reported
from tests.service.offices import CLOCK, Office
from tests.unit.meetings.given import DAY, HOST, NORTH


def morning(year: int, month: int, day: int) -> datetime:
    """When reminders are written on that day."""
    return datetime(year, month, day, 8, tzinfo=TIME_ZONE)


async def letters(office: Office) -> list[Notice]:
    """What the county's people were told of minutes and action items; `test_telling` is about the meetings' mails."""
    return [each for each in await office.letters() if not each.kind.startswith("meeting-")]


async def told(office: Office) -> list[str]:
    """The kinds of these letters."""
    return [each.kind for each in await letters(office)]


async def test_an_approver_is_told_of_each_revision_and_reminded_once(boards: Boards) -> None:
    minutes = await circulated(boards)
    (letter,) = await letters(boards.middle)
    assert (letter.kind, letter.address) == ("minutes-to-approve", "county_coordinator@jamtland.example")
    assert letter.subject == "Justera senast onsdag 23 december 2026: Styrgruppsmöte"
    await corrected(boards, minutes, text="Rättad")
    await boards.settle()
    assert await told(boards.middle) == ["minutes-to-approve"] * 2
    await boards.middle.turn(morning(2026, 12, 24) - timedelta(minutes=1))
    assert len(await told(boards.middle)) == 2

    for _ in range(2):
        await boards.middle.turn(morning(2026, 12, 24))

    assert await told(boards.middle) == ["minutes-to-approve"] * 2 + ["approval-late"]
    assert await told(boards.host) == await told(boards.north) == []


async def test_who_has_approved_is_not_reminded(boards: Boards) -> None:
    minutes = await circulated(boards)
    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()

    await boards.middle.turn(morning(2026, 12, 24))

    assert await told(boards.middle) == ["minutes-to-approve"]


async def test_an_owner_is_told_given_due_soon_and_overdue(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    (given,) = await letters(boards.north)
    assert (given.kind, given.subject) == (
        "item-given",
        "Ny åtgärd, klar senast torsdag 7 januari 2027 (6/1 är helgdag)",
    )
    assert item["text"] in str(given.text)

    for at, kinds in (
        (morning(2026, 12, 31) - timedelta(minutes=1), []),
        (morning(2026, 12, 31), ["item-due-soon"]),
        (morning(2027, 1, 7), ["item-due-soon"]),
        (morning(2027, 1, 8), ["item-due-soon", "item-overdue"]),
        (morning(2027, 1, 20), ["item-due-soon", "item-overdue"]),
    ):
        await boards.north.turn(at)
        assert await told(boards.north) == ["item-given", *kinds]
    assert await told(boards.host) == await told(boards.middle) == []


async def test_a_done_item_reminds_nobody_and_a_cancelled_one_is_told(boards: Boards) -> None:
    meeting = await held(boards)
    done, cancelled = await assigned(boards, meeting, NORTH), await assigned(boards, meeting, NORTH)
    await reported(boards.north, done, "DONE")
    await boards.host.post(place(cancelled, "action-items") + "/cancel", seen=cancelled)
    await boards.settle()

    await boards.north.turn(morning(2027, 1, 8))

    assert await told(boards.north) == ["item-given", "item-given", "item-cancelled"]


async def test_what_is_old_or_restated_tells_nobody(boards: Boards) -> None:
    meeting = await held(boards)
    boards.host.ago = 2 * DAY
    await assigned(boards, meeting, NORTH)
    boards.host.ago = timedelta()
    boards.host.restated = True
    await assigned(boards, meeting, NORTH, text="Annat")

    assert await told(boards.north) == []


async def test_the_host_s_own_owner_is_told_at_once(boards: Boards) -> None:
    await assigned(boards, await held(boards), HOST, asked_due="2026-12-14")

    assert await told(boards.host) == ["item-given"]
    await boards.host.turn(morning(2026, 12, 15))  # less than a week is left: it is not said twice
    assert await told(boards.host) == ["item-given", "item-overdue"]
    assert CLOCK.now == morning(2026, 12, 15)
