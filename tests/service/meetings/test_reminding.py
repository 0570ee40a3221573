"""Functions are told by e-mail what waits for them, once each, and reminded while it still does."""

from datetime import datetime, timedelta

from shared.swedish import TIME_ZONE
from tests.service.meetings.boards import Boards
from tests.service.meetings.minuted import assigned, circulated, corrected, held, place, reported
from tests.service.offices import CLOCK
from tests.unit.meetings.given import DAY, HOST, NORTH


def morning(year: int, month: int, day: int) -> datetime:
    """When reminders are written on that day."""
    return datetime(year, month, day, 8, tzinfo=TIME_ZONE)


async def test_an_approver_is_told_of_each_revision_and_reminded_once(boards: Boards) -> None:
    minutes = await circulated(boards)
    (letter,) = await boards.middle.letters()
    assert (letter.kind, letter.address) == ("minutes-to-approve", "county_coordinator@jamtland.example")
    assert letter.subject == "Justera senast onsdag 23 december 2026: Styrgruppsmöte"
    await corrected(boards, minutes, text="Rättad")
    await boards.settle()
    assert await boards.middle.told() == ["minutes-to-approve"] * 2
    await boards.middle.turn(morning(2026, 12, 24) - timedelta(minutes=1))
    assert len(await boards.middle.told()) == 2

    for _ in range(2):
        await boards.middle.turn(morning(2026, 12, 24))

    assert await boards.middle.told() == ["minutes-to-approve"] * 2 + ["approval-late"]
    assert await boards.host.told() == await boards.north.told() == []


async def test_who_has_approved_is_not_reminded(boards: Boards) -> None:
    minutes = await circulated(boards)
    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()

    await boards.middle.turn(morning(2026, 12, 24))

    assert await boards.middle.told() == ["minutes-to-approve"]


async def test_an_owner_is_told_given_due_soon_and_overdue(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    (given,) = await boards.north.letters()
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
        assert await boards.north.told() == ["item-given", *kinds]
    assert await boards.host.told() == await boards.middle.told() == []


async def test_a_done_item_reminds_nobody_and_a_cancelled_one_is_told(boards: Boards) -> None:
    meeting = await held(boards)
    done, cancelled = await assigned(boards, meeting, NORTH), await assigned(boards, meeting, NORTH)
    await reported(boards.north, done, "DONE")
    await boards.host.post(place(cancelled, "action-items") + "/cancel", seen=cancelled)
    await boards.settle()

    await boards.north.turn(morning(2027, 1, 8))

    assert await boards.north.told() == ["item-given", "item-given", "item-cancelled"]


async def test_what_is_old_or_restated_tells_nobody(boards: Boards) -> None:
    meeting = await held(boards)
    boards.host.ago = 2 * DAY
    await assigned(boards, meeting, NORTH)
    boards.host.ago = timedelta()
    boards.host.restated = True
    await assigned(boards, meeting, NORTH, text="Annat")

    assert await boards.north.told() == []


async def test_the_host_s_own_owner_is_told_at_once(boards: Boards) -> None:
    await assigned(boards, await held(boards), HOST, asked_due="2026-12-14")

    assert await boards.host.told() == ["item-given"]
    await boards.host.turn(morning(2026, 12, 15))  # less than a week is left: it is not said twice
    assert await boards.host.told() == ["item-given", "item-overdue"]
    assert CLOCK.now == morning(2026, 12, 15)
