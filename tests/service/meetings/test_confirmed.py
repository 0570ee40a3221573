"""A meeting that is confirmed is told to whoever may come, and calendars show it as certain."""

from typing import Any

import pytest

from tests.service.meetings.boards import Boards, answer, path, with_function
from tests.service.offices import Office
from tests.unit.calendar_files.given import READERS, Shown, line
from tests.unit.meetings.given import BEFORE, BOARDS, DAY, HOUR, NORTH, STARTS, invited

NEW = ["meeting-invited", "meeting-confirmed"]


async def confirm(boards: Boards, meeting: dict[str, Any]) -> dict[str, Any]:
    after = await boards.host.post(path(meeting) + "/confirm", seen=meeting)
    await boards.settle()
    return dict(after)


async def kinds(office: Office) -> list[str]:
    return [each.kind for each in await office.letters()]


async def files(office: Office) -> list[Shown]:
    return [READERS["vobject"](each.calendar or b"")[0] for each in await office.letters() if each.calendar]


async def test_a_confirmed_meeting_is_certain_in_calendars(boards: Boards) -> None:
    """The same request once more, newer than the first: who has answered is not asked anew."""
    meeting = await boards.invited(invitees=invited(*BOARDS))
    await answer(boards.north, meeting, "ACCEPTED")
    await boards.north.db.execute("UPDATE meetings SET changed_at = $1", BEFORE)
    await confirm(boards, meeting)

    shown = await files(boards.north)
    assert [(each.method, each.sequence, each.status) for each in shown] == [
        ("REQUEST", 0, "TENTATIVE"),
        ("REQUEST", 0, "CONFIRMED"),
    ]
    assert len({each.uid for each in shown}) == 1
    assert shown[0].age <= shown[1].age
    letter = (await boards.north.letters())[-1]
    assert "PARTSTAT=ACCEPTED" in line(letter.calendar or b"", "ATTENDEE")
    assert letter.subject == "Mötet blir av: Styrgruppsmöte, onsdag 9 december 2026 kl. 13.00–15.00 (v. 50)"
    assert str(letter.text).startswith("Det är klart att mötet Styrgruppsmöte blir av.\n\nTid: ")
    assert str(letter.text).endswith("\n\nDu behöver inte göra något.")
    waits = (await boards.middle.letters())[-1]
    assert str(waits.text).endswith("\n\nSvara i kalendern eller i Norrsam.")
    for office in (boards.host, boards.north, boards.middle):
        assert await kinds(office) == NEW


@pytest.mark.parametrize("state", ["DECLINED", "DELEGATED"])
async def test_who_does_not_come_hears_it_once_that_changes(boards: Boards, state: str) -> None:
    meeting = await boards.invited()
    await with_function(boards.north, BOARDS[1], "REGISTRAR", None)
    named = {"delegated_to": "REGISTRAR"} if state == "DELEGATED" else {}
    await answer(boards.north, meeting, state, **named)  # type: ignore[arg-type]
    confirmed = await confirm(boards, meeting)
    assert await kinds(boards.north) == NEW[:1]

    for given in ("ACCEPTED", "TENTATIVE"):
        await answer(boards.north, confirmed, given)

    assert await kinds(boards.north) == NEW


async def test_a_confirmed_meeting_that_moves_is_asked_and_confirmed_anew(boards: Boards) -> None:
    meeting = await confirm(boards, await boards.invited())
    agenda = await boards.change(meeting, purpose="Annat")
    moved = await boards.change(agenda, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    await boards.host.post(path(await confirm(boards, moved)) + "/cancel", seen=await boards.host.get(path(moved)))
    await boards.settle()

    assert await kinds(boards.north) == [*NEW, "meeting-moved", "meeting-confirmed", "meeting-cancelled"]
    assert [(each.sequence, each.status) for each in (await files(boards.north))[1:]] == [
        (0, "CONFIRMED"),
        (1, "TENTATIVE"),
        (1, "CONFIRMED"),
        (2, "CANCELLED"),
    ]


async def test_a_county_that_missed_the_move_is_told_of_that(boards: Boards) -> None:
    meeting = await boards.invited()
    moved = await boards.change(meeting, starts_at=STARTS + DAY, ends_at=STARTS + DAY + HOUR)
    await boards.host.post(path(moved) + "/confirm", seen=moved)
    await boards.north.db.execute("UPDATE told_invitees SET standing = 'ASKED 0'")
    await boards.north.db.execute("TRUNCATE notices")
    confirmed = [each for each in await boards.host.sent() if type(each.event).__name__ == "MeetingConfirmed"]
    await boards.north.receive(confirmed)
    (shown,) = await files(boards.north)
    assert await kinds(boards.north) == ["meeting-moved"]
    assert (shown.sequence, shown.status) == (1, "CONFIRMED")


async def test_a_confirmation_that_is_said_again_is_told_to_nobody(boards: Boards) -> None:
    meeting = await boards.invited()
    boards.host.restated = True
    confirmed = await confirm(boards, meeting)
    assert (confirmed["status"], await kinds(boards.north)) == ("CONFIRMED", NEW[:1])


async def test_who_comes_instead_hears_that_it_takes_place(boards: Boards) -> None:
    await with_function(boards.north, BOARDS[1], "REGISTRAR", "registrator@norrbotten.example")
    meeting = await boards.invited()
    await answer(boards.north, meeting, "DELEGATED", delegated_to="REGISTRAR")
    await confirm(boards, meeting)

    told = [(str(each.address).partition("@")[0], each.kind) for each in await boards.north.letters()]
    assert told == [
        ("county_coordinator", "meeting-invited"),
        ("registrator", "meeting-handed-on"),
        ("registrator", "meeting-confirmed"),
    ]
    assert NORTH in {each["actor"]["county"] for each in meeting["invitees"]}
