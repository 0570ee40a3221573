"""Own functions are told by mail of the meetings that they are invited to: each thing once, and nothing that is old."""

from datetime import timedelta
from typing import Any

import pytest

from services.meetings.handlers import JOBS
from shared.contracts.actors import Actor
from shared.contracts.meetings import Meeting
from shared.runtime import due
from shared.runtime.notices import queue
from shared.swedish import day_of, start_of
from tests.service.meetings.boards import Boards, answer, invitee, path, received
from tests.service.offices import CLOCK, Office
from tests.unit.meetings.given import BEFORE, BOARDS, DAY, HOUR, MIDDLE, NORTH, POLICE, STARTS, UMEA, invited

HOSTS = "county_coordinator@vasterbotten.example"
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


@pytest.mark.parametrize(("late", "told"), [(2 * DAY, True), (STARTS - BEFORE, False)])
async def test_who_hears_late_of_a_meeting_is_told_before_it(boards: Boards, late: timedelta, told: bool) -> None:
    """Its county was away, for two days or until the meeting had begun."""
    draft = await boards.draft()
    await boards.host.post(path(draft) + "/invite", seen=draft)
    CLOCK.now += late
    boards.host.ago = late
    await boards.settle()
    assert await mails(boards.north) == [("meeting-invited", "REQUEST")] * told


async def test_an_invitation_that_is_said_again_is_told_to_nobody(boards: Boards) -> None:
    draft = await boards.draft()
    await boards.host.post(path(draft) + "/invite", seen=draft)
    boards.host.restated = True
    await boards.settle()
    boards.host.restated = False
    await boards.north.db.execute("UPDATE identity SET epoch = $1", int(CLOCK.now.timestamp()) + 1)
    CLOCK.now += 2 * DAY
    boards.host.ago = 2 * DAY
    second = await boards.draft()
    await boards.host.post(path(second) + "/invite", seen=second)
    await boards.settle()
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


async def with_mailbox(office: Office, actor: Actor, mailbox: str | None) -> None:
    """The actor's function has another mailbox from now on, as this county has heard."""
    contact = actor.contact_functions[0].model_copy(update={"mailbox": mailbox})
    state = actor.model_copy(update={"contact_functions": (contact,)}).model_dump_json()
    await office.db.execute("UPDATE actors SET state = $1 WHERE id = $2", state, actor.id)


async def sent_to(office: Office) -> list[tuple[str | None, str]]:
    return [(each.address, each.kind) for each in await office.letters()]


async def test_what_was_postponed_and_is_cancelled_is_told(boards: Boards) -> None:
    meeting = await boards.invited()
    postponed = await boards.host.post(path(meeting) + "/postpone", seen=meeting)
    await boards.settle()
    await boards.host.post(path(postponed) + "/cancel", seen=postponed)
    await boards.settle()
    assert [kind for kind, _ in await mails(boards.north)] == [
        "meeting-invited",
        "meeting-postponed",
        "meeting-cancelled",
    ]


async def test_who_still_comes_keeps_the_meeting_in_a_shared_mailbox(boards: Boards) -> None:
    """Board and police have one mailbox: it is told once, and of both, and one of them is left out."""
    await with_mailbox(boards.host, POLICE, HOSTS)
    meeting = await boards.invited(invitees=invited(BOARDS[0], POLICE, BOARDS[1]))
    (letter,) = await boards.host.letters()
    assert letter.address == HOSTS
    assert "Kallar: Länsstyrelsen i Västerbottens län\nKallad: " in str(letter.text)
    assert str(letter.text).count("som deltagare") == 2

    left = await boards.change(meeting, invitees=invited(POLICE, BOARDS[1]))
    await boards.host.turn(start_of(day_of(STARTS) - 7 * DAY) + 8 * HOUR)
    moved = await boards.change(left, invitees=invited(POLICE, BOARDS[1]), starts_at=STARTS + HOUR)

    assert await sent_to(boards.host) == [
        (HOSTS, "meeting-invited"),
        (HOSTS, "meeting-answer-missing"),
        (HOSTS, "meeting-moved"),
    ]
    assert moved["sequence"] == 1


async def test_a_new_mailbox_is_invited_and_the_old_one_gives_it_up(boards: Boards) -> None:
    meeting = await boards.invited()
    await with_mailbox(boards.north, BOARDS[1], "ny@norrbotten.example")
    moved = await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    await boards.host.post(path(moved) + "/cancel", seen=moved)
    await boards.settle()

    old = "county_coordinator@norrbotten.example"
    assert await sent_to(boards.north) == [
        (old, "meeting-invited"),
        ("ny@norrbotten.example", "meeting-invited"),
        (old, "meeting-left-out"),
        ("ny@norrbotten.example", "meeting-cancelled"),
    ]
    for each in await boards.north.letters():
        assert f"mailto:{each.address}".encode() in (each.calendar or b"").replace(b"\r\n ", b"")


async def test_who_has_no_mailbox_is_shown_and_invited_once_it_has_one(boards: Boards) -> None:
    mailbox = BOARDS[1].contact_functions[0].mailbox
    await with_mailbox(boards.north, BOARDS[1], None)
    meeting = await boards.invited()
    assert await sent_to(boards.north) == []
    assert not invitee(await boards.north.get(path(meeting)), NORTH)["reachable"]
    assert invitee(await boards.host.get(path(meeting)), NORTH)["reachable"]  # as it has heard

    await with_mailbox(boards.north, BOARDS[1], mailbox)
    await boards.change(meeting, purpose="Annat")

    assert await sent_to(boards.north) == [(mailbox, "meeting-invited")]


async def test_a_meeting_that_is_moved_near_keeps_no_old_reminder(boards: Boards) -> None:
    meeting = await boards.invited()
    CLOCK.now = STARTS - 7 * DAY + 9 * HOUR
    near = {"starts_at": STARTS - 6 * DAY, "ends_at": STARTS - 6 * DAY + HOUR}
    await boards.change(meeting, **near)
    for _ in range(7):
        CLOCK.now += DAY
        await run_due(boards.north)
    assert [kind for kind, _ in await mails(boards.north)] == ["meeting-invited", "meeting-moved"]


async def test_a_copied_id_takes_no_reminder_from_the_true_meeting(boards: Boards) -> None:
    """Another county publishes a meeting with the ids of a host's, at another time."""
    meeting = await boards.invited()
    (true,) = [each for each in await boards.host.sent() if type(each.event).__name__ == "MeetingInvited"]
    assert isinstance(true.event, Meeting)
    changes = {"county": MIDDLE, "starts_at": STARTS + 20 * DAY, "ends_at": STARTS + 21 * DAY}
    forged = type(true.event)(**dict(true.event) | changes)
    await boards.north.receive([received(forged)])
    await answer(boards.north, meeting, "ACCEPTED")

    CLOCK.now = STARTS - 7 * DAY
    await run_due(boards.north)

    kinds = [kind for kind, _ in await mails(boards.north)]
    assert kinds == ["meeting-invited", "meeting-invited", "meeting-soon"]
