"""Meetings in calendars: the file of an invitation, what calendars answer, and feeds."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.contracts.actors import Actor
from shared.runtime.calendar_files.serving import MEDIA_TYPE
from tests.service.meetings.boards import Boards, answer, answers, invitee, path
from tests.service.offices import CLOCK, Office, ok
from tests.unit.calendar_files.clients import CLIENTS, WORDS
from tests.unit.calendar_files.given import READERS, Shown, line, lines
from tests.unit.meetings.given import (
    BEFORE,
    BOARDS,
    CUSTOMS,
    DAY,
    HOST,
    HOUR,
    MIDDLE,
    NORTH,
    POLICE,
    STARTS,
    UMEA,
    invited,
)

CALENDAR = {"Content-Type": MEDIA_TYPE}
NOBODY = {"Authorization": ""}
MAILBOX = BOARDS[1].contact_functions[0].mailbox or ""


def place(meeting: dict[str, Any], who: str) -> str:
    return f"/invitations/{meeting['county']}/{meeting['id']}/{who}"


async def file_of(office: Office, meeting: dict[str, Any]) -> bytes:
    """The file of the county's first invitee."""
    got = await office.api.get(place(meeting, invitee(meeting, office.name)["id"]) + "/calendar")
    assert (got.status_code, got.headers["content-type"]) == (200, f"{MEDIA_TYPE}; charset=utf-8"), got.text
    return got.content


def read(content: bytes) -> Shown:
    (shown,) = READERS["vobject"](content)
    return shown


async def reply(office: Office, meeting: dict[str, Any], content: bytes, **more: Any) -> httpx.Response:
    who = more.pop("who", None) or invitee(meeting, office.name)["id"]
    headers = {"Content-Type": MEDIA_TYPE, **more.pop("headers", {})}
    return await office.api.post(place(meeting, who) + "/reply", content=content, headers=headers)


async def test_a_meeting_is_asked_moved_and_cancelled_under_one_uid(boards: Boards) -> None:
    meeting = await boards.invited(
        agenda=[{"title": "Läget", "minutes": 20}, {"title": "Övrigt"}], place="Sal Ån", answer_by="2026-12-04"
    )
    asked = await file_of(boards.north, meeting)
    await answer(boards.north, meeting, "ACCEPTED")
    accepted = await file_of(boards.north, meeting)
    moved = await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    asked_anew = await file_of(boards.north, moved)
    off = await boards.host.post(path(moved) + "/cancel", seen=moved)
    await boards.settle()
    cancelled = await file_of(boards.north, off)

    files = [read(each) for each in (asked, accepted, asked_anew, cancelled)]
    assert [(each.method, each.sequence, each.status) for each in files] == [
        ("REQUEST", 0, "TENTATIVE"),
        ("REQUEST", 0, "TENTATIVE"),
        ("REQUEST", 1, "TENTATIVE"),
        ("CANCEL", 2, "CANCELLED"),
    ]
    assert {each.uid for each in files} == {f"{meeting['id']}@{HOST}"}
    assert sorted(files, key=lambda each: each.age) == files
    assert (files[0].starts, files[2].starts) == (STARTS, STARTS + HOUR)
    assert (files[0].place, files[0].description) == (
        "Sal Ån",
        "Dagordning:\n1. Läget (20 min)\n2. Övrigt\n\nSvara senast fredag 4 december 2026.",
    )
    asking = [line(each, "ATTENDEE") for each in (asked, accepted, asked_anew)]
    states = [each.partition("PARTSTAT=")[2].partition(";")[0] for each in asking]
    assert states == ["NEEDS-ACTION", "ACCEPTED", "NEEDS-ACTION"]


async def test_a_file_names_nobody_but_its_invitee_and_its_county(boards: Boards) -> None:
    content = "\n".join(lines(await file_of(boards.north, await boards.invited())))

    assert content.count("mailto:") == 2
    assert f"mailto:{MAILBOX}" in content
    assert content.count("@norrbotten") == 2


async def test_no_function_is_asked_by_itself(boards: Boards) -> None:
    """A calendar offers no answer to the organiser of a meeting, so each function is asked by the county's sender."""
    meeting = await boards.invited(invitees=invited(*BOARDS, POLICE, CUSTOMS, UMEA))
    for office in (boards.host, boards.north, boards.middle):
        for each in [one for one in meeting["invitees"] if one["actor"]["county"] == office.name]:
            content = (await office.api.get(place(meeting, each["id"]) + "/calendar")).content
            asker, asked = (line(content, name).rpartition("mailto:")[2] for name in ("ORGANIZER", "ATTENDEE"))
            assert asker == f"samverkan@{office.name}.example" != asked
    files = [each.calendar or b"" for office in (boards.host, boards.north) for each in await office.letters()]
    assert len(files) == 5
    assert all("mailto:samverkan@" in line(each, "ORGANIZER") for each in files)


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_reply_that_came_by_mail_needs_no_id(boards: Boards, client: str) -> None:
    meeting = await boards.invited()
    content = CLIENTS[client](await file_of(boards.north, meeting), "ACCEPTED")

    (answered,) = ok(await boards.north.api.post("/invitations/reply", content=content, headers=CALENDAR))

    assert answered["invitee"]["state"] == "ACCEPTED"
    await boards.settle()
    assert answers(await boards.host.get(path(meeting)))[NORTH] == ["ACCEPTED"]


async def test_a_reply_by_mail_counts_for_what_was_asked_alone(boards: Boards) -> None:
    meeting = await boards.invited()
    content = CLIENTS["Google"](await file_of(boards.north, meeting), "ACCEPTED")
    police = CALENDAR | boards.someone(NORTH, "POLICE")
    for sent, headers, slug in (
        (content.replace(meeting["id"].encode(), str(uuid4()).encode()), CALENDAR, "another-meeting"),
        (content.replace(meeting["id"].encode(), b"another"), CALENDAR, "another-meeting"),
        (content.replace(MAILBOX.encode(), b"a@b.example"), CALENDAR, "unknown-attendee"),
        (content, police, "forbidden"),
    ):
        got = await boards.north.api.post("/invitations/reply", content=sent, headers=headers)
        assert got.json()["type"] == f"/problems/{slug}"
    await boards.settle()
    assert answers(await boards.host.get(path(meeting)))[NORTH] == ["NEEDS_ACTION"]


async def test_another_countys_invitation_is_not_given_out(boards: Boards) -> None:
    meeting = await boards.invited(invitees=invited(*BOARDS, UMEA))
    umea = next(each["id"] for each in meeting["invitees"] if each["actor_name"] == UMEA.name)
    mine = boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality="2480")
    other = boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality="2482")

    theirs = place(meeting, invitee(meeting, MIDDLE)["id"]) + "/calendar"
    assert (await boards.north.api.get(theirs)).status_code == 403
    for headers, status in ((mine, 200), (other, 403)):
        assert (await boards.host.api.get(place(meeting, umea) + "/calendar", headers=headers)).status_code == status
    draft = await boards.draft()
    assert (await boards.host.api.get(place(draft, draft["invitees"][0]["id"]) + "/calendar")).status_code == 404


@pytest.mark.parametrize("client", CLIENTS)
async def test_what_a_calendar_answers_is_seen_by_the_host(boards: Boards, client: str) -> None:
    meeting = await boards.invited()
    content = CLIENTS[client](await file_of(boards.north, meeting), "TENTATIVE")

    answered = await reply(boards.north, meeting, content)

    assert ok(answered)["invitee"]["state"] == "TENTATIVE"
    await boards.settle()
    assert answers(await boards.host.get(path(meeting)))[NORTH] == ["TENTATIVE"]
    rows = await boards.north.db.fetch("SELECT * FROM meetings, outbox, answered")
    assert WORDS not in str(rows)


async def test_a_late_reply_to_an_older_sequence_changes_nothing(boards: Boards) -> None:
    meeting = await boards.invited()
    accepted = CLIENTS["Outlook"](await file_of(boards.north, meeting), "ACCEPTED")
    await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)

    late = await reply(boards.north, meeting, accepted)

    assert (late.status_code, late.json()["type"], late.json()["sequence"]) == (409, "/problems/moved", 1)
    await boards.settle()
    assert answers(await boards.host.get(path(meeting)))[NORTH] == ["NEEDS_ACTION"]


async def test_of_two_replies_the_later_one_counts_whatever_comes_first(boards: Boards) -> None:
    meeting = await boards.invited()
    asked = await file_of(boards.north, meeting)
    first, second = (
        CLIENTS["Google"](asked, state).replace(b"DTSTAMP:20261201", b"DTSTAMP:" + day)
        for state, day in (("DECLINED", b"20261123"), ("ACCEPTED", b"20261124"))
    )

    taken = [(await reply(boards.north, meeting, content)).status_code for content in (second, first, second)]

    assert taken == [200, 409, 200]
    (shown,) = (await boards.north.get("/invitations", state="ANY"))["items"]
    assert shown["invitee"]["state"] == "ACCEPTED"


async def test_a_reply_that_lay_about_does_not_undo_what_was_said_here(boards: Boards) -> None:
    meeting = await boards.invited()
    old = CLIENTS["Google"](await file_of(boards.north, meeting), "DECLINED").replace(b":20261201", b":20261123")
    await answer(boards.north, meeting, "ACCEPTED")

    assert (await reply(boards.north, meeting, old)).json()["type"] == "/problems/older-answer"
    CLOCK.now = BEFORE + DAY
    ahead = CLIENTS["Google"](await file_of(boards.north, meeting), "TENTATIVE").replace(b":20261201", b":20991201")
    ok(await reply(boards.north, meeting, ahead))  # a clock that is ahead shuts nobody out
    CLOCK.now += HOUR
    await answer(boards.north, meeting, "DECLINED")
    CLOCK.now -= DAY  # a clock that was ahead is set right
    await answer(boards.north, meeting, "ACCEPTED")


async def test_a_reply_to_something_else_is_refused_without_its_words(boards: Boards) -> None:
    meeting = await boards.invited()
    asked = await file_of(boards.north, meeting)
    accepted = CLIENTS["Google"](asked, "ACCEPTED")
    other = await boards.invited()
    theirs = invitee(meeting, MIDDLE)["id"]

    refusals = [
        await reply(boards.north, other, accepted),
        await reply(boards.north, meeting, CLIENTS["Google"](asked, "DELEGATED")),
        await reply(boards.north, meeting, CLIENTS["Google"](asked, "NEEDS-ACTION")),
        await reply(boards.north, meeting, WORDS.encode()),
        await reply(boards.north, meeting, accepted.replace(b"SEQUENCE:0", b"SEQUENCE:999999999")),
        await reply(boards.north, meeting, accepted, who=theirs),
        await reply(boards.north, meeting, accepted, who=str(uuid4())),
        await reply(boards.north, meeting, b"{}", headers={"Content-Type": "application/json"}),
    ]

    slugs = [each.json()["type"].removeprefix("/problems/") for each in refusals]
    assert slugs == [
        *("another-meeting", "delegated", "invalid-state", "invalid-reply", "moved", "not-owner", "not-found"),
        "unsupported-media-type",
    ]
    for each in refusals:
        assert WORDS not in each.text
        assert MAILBOX not in each.text
    (shown,) = [each for each in (await boards.north.get("/invitations"))["items"] if each["id"] == meeting["id"]]
    assert shown["invitee"]["state"] == "NEEDS_ACTION"


def function_of(actor: Actor) -> str:
    """The actor's contact function, as its feed is opened."""
    return f"/meeting-calendars/{actor.county}/{actor.id}/{actor.contact_functions[0].id}"


async def opened(office: Office, feed: str = "/meeting-calendars") -> str:
    return str((await office.post(feed, status=201))["path"])


async def feed_of(office: Office, address: str) -> list[Shown]:
    got = await office.api.get(address, headers=NOBODY)
    assert got.status_code == 200, got.text
    assert "x-correlation-id" not in got.headers
    return READERS["vobject"](got.content)


async def test_a_countys_feed_shows_time_and_place_and_no_participant(boards: Boards) -> None:
    shared = await boards.invited(place="Sal Ån", purpose="Gemensam plan")
    await boards.invited(kind="COLLABORATION", title="Samverkan", place="Hemligt", form="ON_SITE")
    await boards.invited(kind="COUNCIL", title="Rådet")
    await boards.draft(title="Utkast")
    address = await opened(boards.north)
    text = (await boards.north.api.get(address, headers=NOBODY)).text

    shown = await feed_of(boards.north, address)

    assert sorted((each.title, each.place) for each in shown) == [("Samverkan", None), (shared["title"], "Sal Ån")]
    for word in ("ATTENDEE", "mote.example", "Gemensam plan", MAILBOX, invitee(shared, NORTH)["id"]):
        assert word not in text
    host = {each.title for each in await feed_of(boards.host, await opened(boards.host))}
    assert host == {shared["title"], "Samverkan"}
    spared = await boards.north.api.get(
        address, headers=NOBODY | {"If-None-Match": (await boards.north.api.get(address)).headers["ETag"]}
    )
    assert (spared.status_code, spared.content) == (304, b"")


async def test_a_replaced_address_shows_nothing(boards: Boards) -> None:
    function = function_of(BOARDS[1])
    old = [await opened(boards.north), await opened(boards.north, function)]
    new = [await opened(boards.north), await opened(boards.north, function)]

    found = [(await boards.north.api.get(each, headers=NOBODY)).status_code for each in old + new]

    assert found == [404, 404, 200, 200]
    kept = str(await boards.north.db.fetch("SELECT * FROM calendar_feeds"))
    assert not any(each.rpartition("/")[2] in kept for each in new)


async def test_a_functions_feed_follows_its_answers(boards: Boards) -> None:
    address = await opened(boards.north, function_of(BOARDS[1]))
    meeting = await boards.invited()
    await boards.invited(title="Utan oss", invitees=invited(BOARDS[0], BOARDS[2]))

    states = [[(each.title, each.status) for each in await feed_of(boards.north, address)]]
    for given in ("ACCEPTED", "TENTATIVE", "DECLINED"):
        CLOCK.now += timedelta(minutes=1)
        await answer(boards.north, meeting, given)
        states.append([(each.title, each.status) for each in await feed_of(boards.north, address)])

    title = meeting["title"]
    assert states == [[(title, "TENTATIVE")], [(title, "CONFIRMED")], [(title, "TENTATIVE")], []]


async def test_a_functions_feed_has_what_stays_in_its_county(boards: Boards) -> None:
    mine = boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality="2480")
    opening = await boards.host.api.post(function_of(UMEA), headers=mine)
    await boards.draft(kind="COUNCIL", title="Utkast", invitees=invited(UMEA))
    council = await boards.invited(kind="COUNCIL", title="Rådet", invitees=invited(UMEA))

    (shown,) = await feed_of(boards.host, ok(opening, 201)["path"])
    assert shown.title == "Rådet"
    held = place(council, council["invitees"][0]["id"]) + "/calendar"
    assert "CLASS:PRIVATE" in (calendar := (await boards.umea.api.get(held)).text)
    assert "ORGANIZER" in calendar
    assert "mailto:municipal_coordinator@vasterbotten.example" in calendar.replace("\r\n ", "")


async def test_nobody_opens_the_feed_of_anothers_function(boards: Boards) -> None:
    police = function_of(POLICE)
    strange = police.replace(police.rpartition("/")[2], function_of(CUSTOMS).rpartition("/")[2])
    other = boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality="2480")
    tries = [(boards.host, police, other, 403), (boards.host, strange, {}, 404), (boards.north, police, {}, 403)]
    for office, function, headers, status in tries:
        refused = await office.api.post(function, headers=headers)
        assert refused.status_code == status, refused.text


async def test_a_file_is_the_same_until_the_meeting_changes(boards: Boards) -> None:
    meeting = await boards.invited()
    before = await file_of(boards.north, meeting)
    for each in await boards.host.sent():
        await boards.north.receive([each])
    CLOCK.now = BEFORE + HOUR

    assert await file_of(boards.north, meeting) == before
