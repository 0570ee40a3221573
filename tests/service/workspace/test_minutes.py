"""Minutes on their page: what they say, and an approver who approves them or objects; who may, and each refusal."""

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.meetings.service import RIGHTS
from services.workspace.roles import ANSWERERS, MEMBERS
from shared.contracts.actors import Actor
from shared.contracts.meetings import Meeting, MeetingHeld
from shared.contracts.minutes import Minutes, MinutesApproved, MinutesCirculated, MinutesCorrected
from tests.service.workspace.test_answering import BOARD, HOME, OTHER
from tests.service.workspace.test_guidance_commands import said
from tests.service.workspace.test_reading import UNKNOWN
from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_meetings import bring, given_actor, given_item
from tests.unit.meetings.given import BOARDS, a_meeting, invited


async def minuted(house: WorkspaceHouse, *approvers: Actor, **changes: Any) -> tuple[Meeting, Minutes]:
    """A meeting that Västerbotten has held, and its minutes, which the first function of each actor approves."""
    names = [{**each.model_dump(), "id": uuid4(), "role": "APPROVER"} for each in invited(*approvers)]
    names.append({**invited(BOARDS[0])[0].model_dump(), "id": uuid4(), "role": "CHAIR"})
    meeting = MeetingHeld(**dict(a_meeting()) | {"id": uuid4(), "invitees": names, "status": "HELD"})
    minutes = MinutesCirculated.model_validate(
        {
            **{name: getattr(meeting, name) for name in ("county", "kind", "title")},
            "id": uuid4(),
            "meeting": meeting.id,
            "type": "PROTOCOL",
            "text": "# Styrgruppen\n\nMindre än < 3 timmar & fem **länder**",
            "present": [names[-1]["id"]],
            "absent": [each["id"] for each in names[:-1]],
            "decisions": [{"number": 4, "text": "En gemensam plan", "decided_on": date(2026, 12, 9), "dissent": "Nej"}],
            "approvers": [{"county": "jamtland", "invitee": each["id"]} for each in names[:-1]],
            "approve_by": date(2026, 1, 9),
            **changes,
        }
    )
    await bring(house, meeting, minutes)
    return meeting, minutes


def address(meeting: Meeting) -> str:
    return f"/moten/vasterbotten/{meeting.id}/protokoll"


def approving(meeting: Meeting, place: int = 0) -> str:
    return f"{address(meeting)}/{meeting.invitees[place].id}"


def form(answer: httpx.Response, path: str) -> dict[str, str]:
    """The form that is sent to this path, as it stands on the page; empty if it is not offered."""
    found = answer.text.partition(f'action="{path}"')[2].partition("</form>")[0]
    fields = re.findall(r'name="(key|version)" value="([^"]*)"', found)
    fields += [("verdict", code) for code in re.findall(r'value="([A-Z]+)" checked', found)]
    fields += [("reason", unescape(text)) for text in re.findall(r">([^<]*)</textarea>", found)]
    return dict(fields)


async def test_minutes_are_read_with_their_decisions_and_items(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting, _ = await minuted(jamtlands, await given_actor(jamtlands, BOARD))
    await given_item(jamtlands, uuid4(), meeting=meeting.id, text="Skriv planen")
    await visitor.log_in("READER")

    page = (await visitor.get(f"/moten/vasterbotten/{meeting.id}")).text
    text = (await visitor.get(address(meeting))).text

    assert f'<a href="{address(meeting)}">Protokoll, väntar på justering</a>' in page
    assert "<h1>Protokoll: Styrgruppsmöte</h1>" in text
    assert "<strong>§ 4</strong> En gemensam plan" in text
    assert "Beslutat 9 december 2026" in text
    assert "Avvikande mening: Nej" in text
    assert "Skriv planen" in text
    assert "<h3>Styrgruppen</h3>" in text
    assert "Mindre än &lt; 3 timmar &amp; fem <strong>länder</strong>" in text
    assert "9 januari 2026, dagen har passerat" in text
    assert "Har inte svarat än" in text
    assert text.index("Närvarande") < text.index("County_board vasterbotten") < text.index("Frånvarande")
    assert "allmän handling" in text
    assert "<form" not in text.partition("<main")[2]


async def test_an_approver_objects_and_approves_after_all(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting, _ = await minuted(jamtlands, await given_actor(jamtlands, BOARD))
    page, path = address(meeting), approving(meeting)
    await visitor.log_in("COUNTY_COORDINATOR")
    assert f'<a href="{page}"><strong>Justera protokollet: Styrgruppsmöte</strong></a>' in (await visitor.get("/")).text
    asked = form(await visitor.get(page), path)

    objected = await visitor.post(path, asked | {"verdict": "OBJECTED", "reason": "Paragraf 4 togs\r\nden 8 december"})
    first = await visitor.get(objected.headers["location"])
    approved = await visitor.post(path, form(first, path) | {"verdict": "APPROVED"})
    second = await visitor.get(approved.headers["location"])

    assert "Invändningen är sparad." in first.text
    assert "<strong>Har en invändning</strong>: Paragraf 4 togs den 8 december" in first.text
    assert "Justeringen är sparad." in second.text
    assert "<strong>Justerar</strong></p>" in second.text
    assert page not in (await visitor.get("/")).text


@pytest.mark.parametrize(
    ("verdict", "reason", "field", "sentence"),
    [
        ("", "Fel dag", "verdict", "Välj om protokollet justeras"),
        ("OBJECTED", " ", "reason", "Skriv vad som ska rättas"),
        ("OBJECTED", "§ 4 är fel", "reason", "Skriv vad som ska rättas"),
        ("OBJECTED", "Ring 070-123 45 67", "reason", "Skriv vad som ska rättas"),
    ],
)
async def test_what_is_not_whole_is_asked_for_at_its_field(
    visitor: Visitor, jamtlands: WorkspaceHouse, verdict: str, reason: str, field: str, sentence: str
) -> None:
    meeting, _ = await minuted(jamtlands, await given_actor(jamtlands, BOARD))
    path, identity = approving(meeting), f"{field}-{meeting.invitees[0].id}"
    await visitor.log_in("COUNTY_COORDINATOR")
    asked = form(await visitor.get(address(meeting)), path)

    answer = await visitor.post(path, asked | {"verdict": verdict, "reason": reason})

    assert said(answer, 422, f'<a href="#{identity}">{sentence}')
    assert f'id="{identity}-error"' in answer.text
    assert (form(answer, path).get("verdict", ""), form(answer, path)["reason"]) == (verdict, reason.strip())


async def test_a_verdict_on_an_older_text_is_asked_for_again(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting, minutes = await minuted(jamtlands, await given_actor(jamtlands, BOARD))
    path = approving(meeting)
    await visitor.log_in("COUNTY_COORDINATOR")
    asked = form(await visitor.get(address(meeting)), path) | {"verdict": "OBJECTED", "reason": "Fel dag"}
    await bring(jamtlands, MinutesCorrected(**dict(minutes) | {"text": "Rättat", "revision": 2}), version=2)

    stale = await visitor.post(path, asked)
    again = form(stale, path)
    done = await visitor.post(path, again)

    assert said(stale, 412, "Någon annan har ändrat protokollet.")
    assert "Rättat" in stale.text
    assert again == asked | {"key": again["key"], "version": "2"}
    assert done.status_code == 303


async def test_a_verdict_whose_answer_is_lost_is_sent_again(
    visitor: Visitor, jamtlands: WorkspaceHouse, lost: pytest.MonkeyPatch
) -> None:
    meeting, minutes = await minuted(jamtlands, await given_actor(jamtlands, BOARD))
    path = approving(meeting)
    await visitor.log_in("COUNTY_COORDINATOR")
    asked = form(await visitor.get(address(meeting)), path) | {"verdict": "OBJECTED", "reason": "Fel dag"}

    unsure = await visitor.post(path, asked)
    await bring(jamtlands, MinutesCorrected(**dict(minutes) | {"text": "Rättat", "revision": 2}), version=2)
    lost.undo()
    sent = await visitor.post(path, asked)

    assert said(unsure, 503, "Vi vet inte om det sparades.")
    assert form(unsure, path) == asked
    assert sent.status_code == 303


async def test_approved_minutes_are_offered_to_nobody(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting, minutes = await minuted(jamtlands, await given_actor(jamtlands, BOARD))
    await bring(jamtlands, MinutesApproved(**dict(minutes) | {"status": "APPROVED"}), version=2)
    await visitor.log_in("COUNTY_COORDINATOR")

    page = await visitor.get(address(meeting))
    refused = await visitor.post(approving(meeting), {"verdict": "APPROVED", "version": "2"})

    assert "<strong>Protokoll, justerat</strong>" in page.text
    assert form(page, approving(meeting)) == {}
    assert said(refused, 409, "Protokollet är redan justerat av alla.")


@pytest.mark.parametrize("person", ["COUNTY_COORDINATOR", "MUNICIPAL_COORDINATOR", "POLICE", "READER", "OPERATOR"])
async def test_approving_is_offered_to_those_from_whom_it_is_taken(
    visitor: Visitor, jamtlands: WorkspaceHouse, person: str
) -> None:
    local = {"type": "MUNICIPALITY", "level": "LOCAL"}
    meeting, _ = await minuted(
        jamtlands,
        await given_actor(jamtlands, BOARD),
        *[
            await given_actor(jamtlands, ["MUNICIPAL_COORDINATOR"], **local, municipality=each)
            for each in (HOME, OTHER)
        ],
        await given_actor(jamtlands, ["LPO_CHIEF"], type="POLICE", level="LOCAL"),
    )
    await visitor.log_in(person)
    page, places = await visitor.get(address(meeting)), range(4)

    offered = [place for place in places if form(page, approving(meeting, place))]
    wish = {"verdict": "OBJECTED", "version": "1", "reason": "Fel dag"}
    sent = [(await visitor.post(approving(meeting, place), wish)).status_code for place in places]

    taken = {"COUNTY_COORDINATOR": [0, 1, 2, 3], "MUNICIPAL_COORDINATOR": [1], "POLICE": [3]}
    assert offered == taken.get(person, [])
    assert sent == [303 if place in offered else 403 for place in places]
    assert page.status_code == (403 if person == "OPERATOR" else 200)


def test_the_role_table_is_that_of_the_service() -> None:
    assert {RIGHTS[name] for name in ("approve_minutes", "object_to_minutes")} == {ANSWERERS}
    assert {RIGHTS[name] for name in ("list_minutes", "get_minutes")} == {MEMBERS}


async def test_a_meeting_without_minutes_has_no_such_page(visitor: Visitor) -> None:
    await visitor.log_in("COUNTY_COORDINATOR")
    path = f"/moten/vasterbotten/{UNKNOWN}/protokoll"

    answers = [await visitor.get(path)]
    answers += [await visitor.post(f"{path}/{UUID(int=8)}", {"verdict": "APPROVED", "version": each}) for each in "1x"]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
