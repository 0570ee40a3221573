"""Answering an invitation on the page of its meeting: each way, each refusal in words, and who may."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.meetings.service import RIGHTS
from services.workspace.roles import ANSWERERS
from shared.contracts.actors import Actor
from shared.contracts.meetings import Meeting, MeetingCancelled, MeetingMoved
from shared.contracts.reference import MUNICIPALITIES
from tests.service.workspace.test_guidance_commands import said
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_meetings import bring, given_actor, given_meeting
from tests.unit.meetings.given import BOARDS, invited

BOARD = ["COUNTY_COORDINATOR", "COUNTY_ANDT_COORDINATOR"]
HOME, OTHER = [each.code for each in MUNICIPALITIES.values() if each.county == "23"][:2]


async def invitation(house: WorkspaceHouse, *actors: Actor, **changes: Any) -> Meeting:
    """A meeting to which Västerbotten has invited the first function of each actor, and its own board."""
    names = [{**each.model_dump(), "id": uuid4(), "role": "PARTICIPANT"} for each in invited(*actors, BOARDS[0])]
    return await given_meeting(house, uuid4(), invitees=names, **changes)


def address(meeting: Meeting) -> str:
    return f"/moten/vasterbotten/{meeting.id}"


def answered(meeting: Meeting, place: int = 0) -> str:
    return f"{address(meeting)}/svar/{meeting.invitees[place].id}"


def form(text: str, path: str) -> dict[str, str]:
    """The form that is sent to this path, as it stands on the page; empty if it is not offered."""
    found = text.partition(f'action="{path}"')[2].partition("</form>")[0]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(key|sequence)" value="([^"]*)"', found)}
    chosen = re.findall(r'<option value="([^"]*)" selected', found)
    return fields | {"answer": chosen[0] if chosen else ""} if found else {}


async def moved(house: WorkspaceHouse, meeting: Meeting) -> None:
    """The host has moved the meeting by an hour."""
    starts, ends = (at + timedelta(hours=1) for at in (meeting.starts_at, meeting.ends_at))
    changes: dict[str, Any] = {"starts_at": starts, "ends_at": ends, "sequence": 1}
    await bring(house, MeetingMoved(**dict(meeting) | changes), version=2)


async def test_an_invitation_is_answered_and_answered_otherwise(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting = await invitation(jamtlands, await given_actor(jamtlands, BOARD))
    path = answered(meeting)
    await visitor.log_in("COUNTY_COORDINATOR")
    asked = form((await visitor.get(address(meeting))).text, path)

    for code, words in (("TENTATIVE", "Kommer kanske"), ("ACCEPTED", "Kommer"), ("DECLINED", "Kommer inte")):
        done = await visitor.post(path, asked | {"answer": code})
        shown = (await visitor.get(done.headers["location"])).text
        asked = form(shown, path)
        assert "Svaret är sparat." in shown
        assert "<p>samordnare för brottsförebyggande arbete (länsstyrelsen)</p>" in shown  # who is logged in
        assert f"<strong>{words}</strong>" in shown
        assert asked["answer"] == code


async def test_another_function_of_the_actor_comes_instead(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting = await invitation(jamtlands, await given_actor(jamtlands, BOARD))
    path = answered(meeting)
    await visitor.log_in("COUNTY_COORDINATOR")
    text = (await visitor.get(address(meeting))).text
    choices = re.findall(r'<option value="(DELEGATED[^"]*)"', text)
    asked = form(text, path)

    unknown = await visitor.post(path, asked | {"answer": "DELEGATED/DPO"})
    done = await visitor.post(path, asked | {"answer": choices[0], "key": ""})

    assert choices == ["DELEGATED/COUNTY_ANDT_COORDINATOR"]
    assert said(unknown, 409, f'<a href="#answer-{meeting.invitees[0].id}">Aktören har ingen sådan funktion')
    assert "Har lämnat över</strong> till ANDT-samordnare" in (await visitor.get(done.headers["location"])).text


async def test_who_comes_instead_is_kept_while_it_cannot_be_looked_up(
    visitor: Visitor, jamtlands: WorkspaceHouse
) -> None:
    meeting = await given_meeting(jamtlands, uuid4())  # the actors of this one are not in the register here
    place = next(number for number, each in enumerate(meeting.invitees) if each.actor.county == "jamtland")
    await visitor.log_in("COUNTY_COORDINATOR")

    text = (await visitor.get(address(meeting))).text

    assert re.findall(r'<option value="(\w+)"', text.partition("/svar/")[2]) == ["ACCEPTED", "TENTATIVE", "DECLINED"]
    assert "Vilka som kan komma i stället kan inte visas just nu." in text
    done = await visitor.post(answered(meeting, place), form(text, answered(meeting, place)) | {"answer": "ACCEPTED"})
    assert done.status_code == 303


async def test_an_answer_without_a_choice_is_not_sent(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting = await invitation(jamtlands, await given_actor(jamtlands, BOARD))
    await visitor.log_in("COUNTY_COORDINATOR")
    asked = form((await visitor.get(address(meeting))).text, answered(meeting))

    answer = await visitor.post(answered(meeting), asked)

    assert said(answer, 422, f'<a href="#answer-{meeting.invitees[0].id}">Välj ett svar</a>')
    assert f'<p class="error" id="answer-{meeting.invitees[0].id}-error">Välj ett svar</p>' in answer.text


async def test_an_answer_to_what_was_moved_is_asked_for_again(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting = await invitation(jamtlands, await given_actor(jamtlands, BOARD))
    path = answered(meeting)
    await visitor.log_in("COUNTY_COORDINATOR")
    asked = form((await visitor.get(address(meeting))).text, path)
    assert (await visitor.post(path, asked | {"answer": "ACCEPTED"})).status_code == 303
    await moved(jamtlands, meeting)

    page = (await visitor.get(address(meeting))).text
    refused = await visitor.post(path, asked | {"answer": "TENTATIVE", "key": ""})
    again = form(refused.text, path)
    done = await visitor.post(path, again)

    assert "Svar från före ändringen gäller inte längre." in page
    assert form(page, path)["answer"] == ""
    assert said(refused, 409, "Tid eller plats har ändrats sedan du läste.")
    assert again == {"key": again["key"], "sequence": "1", "answer": "TENTATIVE"}
    text = (await visitor.get(done.headers["location"])).text
    assert "<strong>Kommer kanske</strong>" in text
    assert "Svar från före ändringen" not in text


async def test_an_answer_whose_reply_is_lost_is_sent_again(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    meeting = await given_meeting(jamtlands, uuid4())
    place = next(number for number, each in enumerate(meeting.invitees) if each.actor.county == "jamtland")
    path = answered(meeting, place)
    await visitor.log_in("COUNTY_COORDINATOR")
    asked = form((await visitor.get(address(meeting))).text, path) | {"answer": "DECLINED"}

    unsure = await visitor.post(path, asked)
    await moved(jamtlands, meeting)
    lost.undo()
    sent = await visitor.post(path, asked)

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert form(unsure.text, path) == asked
    assert sent.status_code == 303


@pytest.mark.parametrize("off", ["cancelled", "begun"])
async def test_nobody_is_asked_to_come_to_what_is_over(visitor: Visitor, jamtlands: WorkspaceHouse, off: str) -> None:
    soon = {"starts_at": datetime.now(UTC), "ends_at": datetime.now(UTC) + timedelta(hours=1)} if off == "begun" else {}
    meeting = await invitation(jamtlands, await given_actor(jamtlands, BOARD), **soon)
    if off == "cancelled":
        await bring(jamtlands, MeetingCancelled(**dict(meeting) | {"status": "CANCELLED"}), version=2)
    await visitor.log_in("COUNTY_COORDINATOR")

    text = (await visitor.get(address(meeting))).text
    refused = await visitor.post(answered(meeting), {"answer": "ACCEPTED", "sequence": "0"})

    assert form(text, answered(meeting)) == {}
    assert said(refused, 409, "Mötet har börjat." if off == "begun" else "Mötet är inte öppet för svar längre.")


@pytest.mark.parametrize("person", ["COUNTY_COORDINATOR", "MUNICIPAL_COORDINATOR", "POLICE", "READER", "OPERATOR"])
async def test_an_answer_is_offered_to_those_from_whom_it_is_taken(
    visitor: Visitor, jamtlands: WorkspaceHouse, person: str
) -> None:
    local = {"type": "MUNICIPALITY", "level": "LOCAL"}
    meeting = await invitation(
        jamtlands,
        await given_actor(jamtlands, BOARD),
        *[
            await given_actor(jamtlands, ["MUNICIPAL_COORDINATOR"], **local, municipality=each)
            for each in (HOME, OTHER)
        ],
        await given_actor(jamtlands, ["LPO_CHIEF"], type="POLICE", level="LOCAL"),
    )
    await visitor.log_in(person)
    text = (await visitor.get(address(meeting))).text
    places = range(len(meeting.invitees))

    offered = [place for place in places if form(text, answered(meeting, place))]
    sent = [await visitor.post(answered(meeting, place), {"answer": "ACCEPTED", "sequence": "0"}) for place in places]

    taken = {"COUNTY_COORDINATOR": [0, 1, 2, 3], "MUNICIPAL_COORDINATOR": [1], "POLICE": [3]}
    assert offered == taken.get(person, [])
    assert [place for place in places if sent[place].status_code == 303] == offered
    assert {answer.status_code for place, answer in enumerate(sent) if place not in offered} <= {403}


def test_the_role_table_is_that_of_the_service() -> None:
    assert {RIGHTS[name] for name in ("list_invitations", "answer_invitation")} == {ANSWERERS}


async def test_what_waits_for_an_answer_is_on_the_start_page(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    police = await given_actor(jamtlands, ["LPO_CHIEF"], type="POLICE", level="LOCAL")
    starts = datetime.now(UTC) + timedelta(days=2)
    when: dict[str, Any] = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    first = await invitation(jamtlands, police, **when, title="Först <b>", answer_by=starts.date())
    for number in range(6):
        await invitation(jamtlands, police, title=f"Nummer {number}")
    await visitor.log_in("POLICE")

    text = (await visitor.get("/")).text
    await visitor.post(answered(first), {"answer": "ACCEPTED", "sequence": "0"})
    after = (await visitor.get("/")).text

    assert f'<a href="{address(first)}"><strong>Svara på kallelsen: Först &lt;b&gt;</strong></a>' in text
    assert "Svara senast" in text
    assert text.count("Svara på kallelsen") == after.count("Svara på kallelsen") == 5  # other tests have meetings too
    assert left(text) == left(after) + 1 > 1
    assert address(first) not in after


def left(text: str) -> int:
    """How many more meetings wait for an answer than the start page has room for."""
    (words,) = re.findall(r"(\d+) möten till väntar på svar", text.replace("Ett möte till", "1 möten till"))
    return int(words)


@pytest.mark.parametrize("path", [f"/moten/jamtland/{UUID(int=7)}/svar/{UUID(int=8)}", "/moten/jamtland/1/svar/2"])
@pytest.mark.parametrize("sequence", ["0", "x", "9" * 20])
async def test_an_answer_to_nothing_is_said_to_be(visitor: Visitor, path: str, sequence: str) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")

    answer = await visitor.post(path, {"answer": "ACCEPTED", "sequence": sequence})

    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text
