"""Whoever comes to a meeting instead of an invitee is told of it by mail, and sees it in its feed."""

from typing import Any
from uuid import UUID

from shared.contracts.actors import Actor
from tests.service.meetings.boards import Boards, answer, path, with_function
from tests.service.offices import CLOCK, Office
from tests.unit.calendar_files.given import READERS, line
from tests.unit.meetings.given import BEFORE, BOARDS, DAY, HOST, HOUR, POLICE, STARTS, UMEA, invited

OTHER = "COUNTY_ANDT_COORDINATOR"
ASKED, INSTEAD = "county_coordinator@norrbotten.example", "andt@norrbotten.example"


async def with_another(office: Office, actor: Actor, mailbox: str = INSTEAD) -> UUID:
    return await with_function(office, actor, OTHER, mailbox)


async def hand_on(office: Office, meeting: dict[str, Any], **more: Any) -> None:
    await answer(office, meeting, "DELEGATED", delegated_to=OTHER, **more)


async def told(office: Office) -> list[tuple[str | None, str, str | None]]:
    return [(each.address, each.kind, each.method) for each in await office.letters()]


async def test_who_comes_instead_is_told_once_by_its_own_county(boards: Boards) -> None:
    for office in (boards.host, boards.north, boards.middle):
        await with_another(office, BOARDS[1])
    meeting = await boards.invited()
    await hand_on(boards.north, meeting)
    await hand_on(boards.north, meeting)
    await boards.settle()
    news = [(ASKED, "meeting-invited", "REQUEST"), (INSTEAD, "meeting-handed-on", "REQUEST")]
    assert await told(boards.north) == news

    await boards.change(meeting, purpose="Annat")

    assert await told(boards.north) == news
    for office in (boards.host, boards.middle):
        assert {kind for _, kind, _ in await told(office)} == {"meeting-invited"}


async def test_who_comes_instead_learns_for_whom_and_what_to_do(boards: Boards) -> None:
    await with_another(boards.north, BOARDS[1])
    await hand_on(boards.north, await boards.invited())
    letter = (await boards.north.letters())[-1]
    (shown,) = READERS["icalendar"](letter.calendar or b"")

    when = "onsdag 9 december 2026 kl. 13.00–15.00 (v. 50)"
    assert letter.subject == f"Du ersätter någon: Styrgruppsmöte, {when}"
    assert letter.text == (
        "Du ska komma till Styrgruppsmöte i stället för den som är kallad.\n\n"
        f"Tid: {when}\nLänk: https://mote.example/42\nKallar: Länsstyrelsen i Västerbottens län\n"
        "I stället för: County_board norrbotten, samordnare för brottsförebyggande arbete (länsstyrelsen); som "
        "deltagare\n\nKan du inte komma? Säg det i dag till den som du ersätter."
    )
    assert (shown.method, shown.sequence, shown.asked) == ("REQUEST", 0, (f"mailto:{INSTEAD}",))
    asked = line(letter.calendar or b"", "ATTENDEE")
    assert "PARTSTAT=ACCEPTED" in asked
    assert "RSVP=FALSE" in asked


async def test_who_comes_no_longer_has_it_out_of_the_calendar(boards: Boards) -> None:
    """The invitee comes after all; then another hands on, and each time that is told again."""
    await with_another(boards.north, BOARDS[1])
    meeting = await boards.invited()
    await boards.north.db.execute("UPDATE meetings SET changed_at = $1", BEFORE)  # by the clock of the test
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("DELEGATED", {"delegated_to": OTHER}),
        ("ACCEPTED", {}),
        ("DELEGATED", {"delegated_to": OTHER}),
    )
    for state, more in steps:
        CLOCK.now += HOUR
        await answer(boards.north, meeting, state, **more)

    assert (await told(boards.north))[1:] == [
        (INSTEAD, "meeting-handed-on", "REQUEST"),
        (INSTEAD, "meeting-handed-back", "CANCEL"),
        (INSTEAD, "meeting-handed-on", "REQUEST"),
    ]
    files = [READERS["vobject"](each.calendar or b"")[0] for each in (await boards.north.letters())[1:]]
    assert sorted(files, key=lambda each: each.age) == files
    assert len({each.age for each in files}) == 3


async def test_a_move_asks_the_invitee_and_a_cancellation_tells_both(boards: Boards) -> None:
    await with_another(boards.north, BOARDS[1])
    meeting = await boards.invited()
    await hand_on(boards.north, meeting)
    moved = await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    assert (await told(boards.north))[2:] == [
        (ASKED, "meeting-moved", "REQUEST"),
        (INSTEAD, "meeting-handed-back", "CANCEL"),
    ]

    await hand_on(boards.north, moved)
    await boards.host.post(path(moved) + "/cancel", seen=moved)
    await boards.settle()

    assert (await told(boards.north))[4:] == [
        (INSTEAD, "meeting-handed-on", "REQUEST"),
        (ASKED, "meeting-cancelled", "CANCEL"),
        (INSTEAD, "meeting-cancelled", "CANCEL"),
    ]


async def test_who_comes_instead_waits_for_no_invitation(boards: Boards) -> None:
    """Postponed, the meeting asks its invitee once more, and nobody else."""
    await with_another(boards.north, BOARDS[1])
    meeting = await boards.invited()
    await hand_on(boards.north, meeting)
    await boards.host.post(path(meeting) + "/postpone", seen=meeting)
    await boards.settle()

    assert (await told(boards.north))[2:] == [
        (ASKED, "meeting-postponed", "CANCEL"),
        (INSTEAD, "meeting-handed-back", "CANCEL"),
    ]


async def test_what_is_said_again_takes_nothing_back_until_there_are_news(boards: Boards) -> None:
    """A host that was recovered asks everybody anew, which is told to nobody: so the stand-in is told with the next."""
    await with_another(boards.north, BOARDS[1])
    meeting = await boards.invited()
    await hand_on(boards.north, meeting)
    said = [each for each in await boards.host.sent() if type(each.event).__name__ == "MeetingInvited"]
    boards.host.restated, boards.host.epoch = True, 2
    await boards.north.receive([each for each in await boards.host.sent() if each.event == said[-1].event])
    assert (await told(boards.north))[2:] == []

    again = await boards.north.get(path(meeting))
    await answer(boards.north, again, "ACCEPTED")

    assert (await told(boards.north))[2:] == [(INSTEAD, "meeting-handed-back", "CANCEL")]


async def test_who_comes_instead_is_reminded_and_the_invitee_is_not(boards: Boards) -> None:
    await with_another(boards.north, BOARDS[1])
    await hand_on(boards.north, await boards.invited())
    await boards.north.turn(STARTS - 7 * DAY)

    letter = (await boards.north.letters())[-1]
    assert (await told(boards.north))[2:] == [(INSTEAD, "meeting-soon", None)]
    assert str(letter.text).endswith("Säg det i dag till den som du ersätter.")


async def test_a_mailbox_that_has_the_meeting_is_told_nothing_more(boards: Boards) -> None:
    await with_another(boards.north, BOARDS[1], ASKED)
    meeting = await boards.invited()
    await hand_on(boards.north, meeting)
    await answer(boards.north, meeting, "ACCEPTED")
    assert await told(boards.north) == [(ASKED, "meeting-invited", "REQUEST")]


async def test_a_stand_in_that_is_invited_itself_is_asked_to_answer(boards: Boards) -> None:
    for office in (boards.host, boards.north):
        function = await with_another(office, BOARDS[1])
    meeting = await boards.invited()
    await hand_on(boards.north, meeting)
    other = invited(BOARDS[1])[0].model_copy(update={"contact_function": function})
    await boards.change(meeting, invitees=[*invited(*BOARDS), other])
    assert (await told(boards.north))[2:] == [(INSTEAD, "meeting-invited", "REQUEST")]


async def test_who_is_of_another_actor_comes_instead_of_nobody(boards: Boards) -> None:
    """An answer names a function and no actor: the police do not come instead of a municipality."""
    await with_another(boards.host, POLICE, "polisen@vasterbotten.example")
    meeting = await boards.invited(kind="COUNCIL", invitees=invited(UMEA))
    await hand_on(boards.umea, meeting, status=409)
    assert [kind for _, kind, _ in await told(boards.host)] == ["meeting-invited"]


async def test_a_stand_in_at_home_is_told(boards: Boards) -> None:
    await with_another(boards.host, UMEA, "andt@umea.example")
    await hand_on(boards.umea, await boards.invited(kind="COUNCIL", invitees=invited(UMEA)))
    assert (await told(boards.host))[1:] == [("andt@umea.example", "meeting-handed-on", "REQUEST")]


async def test_the_feed_of_who_comes_instead_shows_the_meeting(boards: Boards) -> None:
    """And that of the same function of another actor does not."""
    addresses = []
    for actor in (BOARDS[0], POLICE):
        feed = f"/meeting-calendars/{HOST}/{actor.id}/{await with_another(boards.host, actor)}"
        addresses.append((await boards.host.post(feed, status=201))["path"])

    async def shown() -> list[list[tuple[str, str]]]:
        got = [(await boards.host.api.get(address)).content for address in addresses]
        return [[(each.title, each.status) for each in READERS["vobject"](content)] for content in got]

    meeting = await boards.invited(invitees=invited(*BOARDS))
    states = [await shown()]
    await hand_on(boards.host, meeting)
    states.append(await shown())
    await answer(boards.host, meeting, "DECLINED")
    states.append(await shown())

    assert states == [[[], []], [[("Styrgruppsmöte", "CONFIRMED")], []], [[], []]]
