"""A county that reads again what it had received does not answer a version that is over."""

from typing import Any

from shared.protocol.received import Received
from tests.service.meetings.boards import Boards, answer, answers, path
from tests.service.meetings.minuted import assigned, circulated, corrected, held, place, reported
from tests.service.offices import Office
from tests.unit.meetings.given import HOST, HOUR, MIDDLE, NORTH, STARTS


async def forget(office: Office, first: list[Received]) -> None:
    """The county knows nothing of the host's any more, and has read the first events again."""
    for table in ("meetings", "follow_ups", "decisions"):
        await office.db.execute(f"DELETE FROM {table} WHERE county = $1", HOST)
    await office.db.execute("DELETE FROM reacted")
    await office.receive(first)


async def test_an_answer_to_what_was_over_is_not_one_to_what_came_later(boards: Boards) -> None:
    meeting = await boards.invited()
    moved = await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    sent = await boards.host.sent()
    await forget(boards.north, sent[:1])

    refused = await answer(boards.north, meeting, "ACCEPTED", 409)

    assert refused["type"] == "/problems/read-again"
    await boards.north.receive(sent)
    await boards.settle()
    assert answers(await boards.host.get(path(moved)))[NORTH] == ["NEEDS_ACTION"]
    await answer(boards.north, moved, "DECLINED")


async def test_a_report_on_what_was_over_is_none_on_what_came_later(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    first = await boards.host.sent()
    changed = {name: item[name] for name in ("owner", "asked_due")} | {"text": "Något annat"}
    await boards.host.api.put(place(item, "action-items"), json=changed, headers={"If-Match": '"1"'})
    await boards.settle()
    await forget(boards.north, first)

    refused = await reported(boards.north, item, "DONE", 409)

    assert refused["type"] == "/problems/read-again"
    await boards.north.receive((await boards.host.sent())[-1:])
    await reported(boards.north, {**item, "version": 2}, "DONE")


async def test_approving_an_older_text_replaces_no_newer_approval(boards: Boards) -> None:
    minutes = await circulated(boards, MIDDLE, NORTH)
    first = await boards.host.sent()
    newer = await corrected(boards, minutes, text="# Rättad")
    await boards.settle()
    await approve(boards.north, newer)
    await forget(boards.north, first)

    refused = await approve(boards.north, minutes, 409)

    assert refused["type"] == "/problems/read-again"
    await boards.settle()
    await approve(boards.middle, newer)
    await boards.settle()
    assert (await boards.host.get(place(minutes)))["status"] == "APPROVED"


async def approve(office: Office, minutes: dict[str, Any], status: int = 200) -> dict[str, Any]:
    return dict(await office.post(place(minutes) + "/approve", {}, seen=minutes, status=status))
