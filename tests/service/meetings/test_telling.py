"""Own functions are told by mail of the meetings that they are invited to: each thing once, and nothing that is old."""

from datetime import timedelta
from typing import Any

from services.meetings.handlers import JOBS
from shared.runtime import due
from shared.runtime.notices import queue
from tests.service.meetings.boards import Boards, answer, path
from tests.service.offices import CLOCK, Office
from tests.unit.meetings.given import BOARDS, DAY, HOUR, STARTS, UMEA, invited

BOARD_FUNCTIONS = {each.contact_functions[0].id for each in BOARDS}


async def mails(office: Office) -> list[tuple[str, str | None]]:
    """Kind and method of every notice to the county's board, in order."""
    found = await queue.find(office.db, settled=True)
    return [(each.kind, each.method) for each in found if each.recipient in BOARD_FUNCTIONS]


async def run_due(office: Office) -> None:
    await due.run(office.db, office.writer, JOBS)


async def test_an_invitee_is_told_of_invitation_move_and_cancellation(boards: Boards) -> None:
    meeting = await boards.invited()
    agenda = await boards.change(meeting, purpose="Annat")
    moved = await boards.change(agenda, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    await boards.host.post(path(moved) + "/cancel", seen=moved)
    await boards.settle()

    told = [("meeting-invited", "REQUEST"), ("meeting-moved", "REQUEST"), ("meeting-cancelled", "CANCEL")]

    for office in (boards.host, boards.north, boards.middle):
        assert await mails(office) == told, office.name
    for each in await boards.north.sent():
        assert "@" not in each.event.model_dump_json()


async def test_a_copy_and_a_late_version_tell_nothing(boards: Boards) -> None:
    meeting = await boards.invited()
    first = [each for each in await boards.host.sent() if type(each.event).__name__ == "MeetingInvited"]
    moved = await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    await boards.north.receive(first)
    await boards.north.db.execute("DELETE FROM reacted")
    await boards.north.receive((await boards.host.sent())[-1:])
    assert moved["sequence"] == 1
    assert [kind for kind, _ in await mails(boards.north)] == ["meeting-invited", "meeting-moved"]


async def test_an_old_invitation_is_told_to_nobody(boards: Boards) -> None:
    draft = await boards.draft()
    await boards.host.post(path(draft) + "/invite", seen=draft)
    sent = await boards.host.sent()
    CLOCK.now += timedelta(hours=25)
    await boards.north.receive(sent[:1])
    assert await mails(boards.north) == []


async def test_who_is_left_out_is_told_and_has_it_out_of_the_calendar(boards: Boards) -> None:
    meeting = await boards.invited()
    await boards.change(meeting, invitees=invited(BOARDS[0], BOARDS[2], UMEA))
    assert await mails(boards.north) == [("meeting-invited", "REQUEST"), ("meeting-left-out", "CANCEL")]
    assert await mails(boards.middle) == [("meeting-invited", "REQUEST")]


async def test_who_has_not_answered_or_comes_is_reminded_twice(boards: Boards) -> None:
    meeting = await boards.invited()
    await answer(boards.north, meeting, "ACCEPTED")
    await answer(boards.host, meeting, "DECLINED")
    kinds: dict[str, Any] = {}
    for days in (8, 7, 5, 2, 1):
        CLOCK.now = STARTS - days * DAY
        for office in (boards.host, boards.north, boards.middle):
            await run_due(office)
    for office in (boards.host, boards.north, boards.middle):
        kinds[office.name] = [kind for kind, _ in await mails(office)][1:]

    assert kinds == {
        "vasterbotten": [],
        "norrbotten": ["meeting-soon", "meeting-soon"],
        "jamtland": ["meeting-answer-missing", "meeting-answer-missing"],
    }


async def test_a_meeting_that_stays_at_home_is_told_to_own_functions(boards: Boards) -> None:
    await boards.invited(kind="COUNCIL")
    assert await mails(boards.host) == [("meeting-invited", "REQUEST")]
    assert await mails(boards.north) == []
