"""Rows about invitees are deleted some time after their meeting."""

from datetime import datetime, timedelta
from uuid import UUID

from services.meetings.commands.upkeep import TIDY
from shared.runtime import due
from tests.service.meetings.boards import Boards, answer, path
from tests.service.offices import Office
from tests.unit.meetings.given import BOARDS, DAY, HOUR, STARTS, invited

LONG = timedelta(days=91)


async def kept(office: Office) -> tuple[int, int]:
    """How many invitees the county knows to be told, and to have answered."""
    counts = [await office.db.fetchval(f"SELECT count(*) FROM {table}") for table in ("told_invitees", "answered")]
    return counts[0], counts[1]


async def tidied(office: Office, at: datetime) -> tuple[int, int]:
    await due.plan(office.db, TIDY, UUID(int=0), at)
    await office.turn(at)
    return await kept(office)


async def test_what_invitees_were_told_is_forgotten_after_90_days(boards: Boards) -> None:
    for kind, starts in (("STEERING", STARTS), ("COUNCIL", STARTS), ("STEERING", STARTS + 2 * DAY)):
        meeting = await boards.invited(kind=kind, starts_at=starts, ends_at=starts + HOUR)
        await answer(boards.host, meeting, "ACCEPTED")
    mine = len([each for each in meeting["invitees"] if each["actor"]["county"] == boards.host.name])
    assert await kept(boards.host) == (3 * mine, 3)

    assert await tidied(boards.host, STARTS + LONG - 2 * DAY) == (3 * mine, 3)
    assert await tidied(boards.host, STARTS + LONG) == (mine, 1)
    assert await tidied(boards.host, STARTS + LONG + 2 * DAY) == (0, 0)
    again = await boards.host.db.fetchval("SELECT at FROM due WHERE kind = $1", TIDY)
    assert again == STARTS + LONG + 3 * DAY


async def test_what_is_forgotten_of_a_meeting_to_come_is_that_of_no_invitee(boards: Boards) -> None:
    meeting = await boards.invited()
    await answer(boards.north, meeting, "ACCEPTED")
    await boards.change(meeting, invitees=invited(BOARDS[0], BOARDS[2]))
    told = len(await boards.north.letters())

    assert await tidied(boards.north, STARTS - DAY) == (0, 0)
    await boards.host.post(path(meeting) + "/cancel", seen={"version": 3})
    await boards.settle()

    assert len(await boards.north.letters()) == told
