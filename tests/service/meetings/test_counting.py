"""A meeting that stays in its county is told to the others as a number, by whoever held or cancelled it."""

import asyncio
from typing import Any

from shared.contracts.meeting_counts import MeetingsCounted
from tests.service.meetings.boards import Boards, path
from tests.service.meetings.minuted import HELD
from tests.service.offices import CLOCK
from tests.unit.meetings.given import BOARDS, POLICE, UMEA, invited


async def told(boards: Boards) -> dict[str, tuple[int, int, int, int]]:
    """The numbers that were told last, by kind."""
    counts = [each.event for each in await boards.host.sent() if isinstance(each.event, MeetingsCounted)]
    return {each.kind: (each.held, each.cancelled, each.invited, each.attended) for each in counts[-1].kinds}


async def hold(boards: Boards, meeting: dict[str, Any], came: int) -> dict[str, Any]:
    """It is recorded that the first ``came`` of the invitees came."""
    presence = ["ATTENDED"] * came + ["ABSENT"] * (len(meeting["invitees"]) - came)
    marks = [{"invitee": each["id"], "presence": was} for each, was in zip(meeting["invitees"], presence, strict=True)]
    by = boards.host_of(meeting["kind"])
    return dict(await by.post(path(meeting) + "/attendance", {"attendance": marks}, seen=meeting))


async def test_what_was_held_and_cancelled_is_told_and_told_anew(boards: Boards) -> None:
    council = await boards.invited(kind="COUNCIL", invitees=invited(UMEA, POLICE))
    working = await boards.invited(kind="WORKING", invitees=invited(*BOARDS))
    await boards.host.post(path(working) + "/cancel", seen=working)
    CLOCK.now = HELD

    council = await hold(boards, council, came=2)
    assert await told(boards) == {"COUNCIL": (1, 0, 2, 2), "WORKING": (0, 1, 0, 0)}
    council = await hold(boards, council, came=1)
    assert await told(boards) == {"COUNCIL": (1, 0, 2, 1), "WORKING": (0, 1, 0, 0)}
    await boards.umea.post(path(council) + "/close", seen=council)

    assert await boards.host.types() == ["MeetingsCounted"] * 3
    await boards.settle()
    assert [each["kind"] for each in (await boards.north.get("/meetings"))["items"]] == []


async def test_two_that_are_cancelled_at_once_are_both_counted(boards: Boards) -> None:
    meetings = [await boards.invited(kind="WORKING", invitees=invited(*BOARDS)) for _ in range(4)]

    await asyncio.gather(*(boards.host.post(path(each) + "/cancel", seen=each) for each in meetings))

    assert await told(boards) == {"WORKING": (0, 4, 0, 0)}
