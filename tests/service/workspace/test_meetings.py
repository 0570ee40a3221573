"""Meetings on the pages: what is to come, who is invited, and what their answers are."""

from uuid import uuid4

import pytest

from tests.support.workspace import Visitor, WorkspaceHouse
from tests.support.workspace_meetings import given_meeting

MEMBERS = ["COUNTY_COORDINATOR", "MUNICIPAL_COORDINATOR", "POLICE", "READER"]
UNKNOWN = "018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e0f"


@pytest.mark.parametrize("person", MEMBERS)
async def test_a_meeting_of_another_county_is_listed_and_opened(
    visitor: Visitor, jamtlands: WorkspaceHouse, person: str
) -> None:
    agenda = [{"title": "Läget i länen", "minutes": 30, "presenter": "COUNTY_COORDINATOR"}]
    meeting = await given_meeting(jamtlands, uuid4(), agenda=agenda)
    path = f"/moten/vasterbotten/{meeting.id}"
    await visitor.log_in(person)

    listed, one = (await visitor.get("/moten?lan=vasterbotten")).text, (await visitor.get(path)).text

    assert f'<a href="{path}">Styrgruppsmöte</a>' in listed
    assert "Västerbotten håller i det · styrgruppsmöte, kallat" in listed
    assert "Läget i länen" in one
    assert "30 minuter" in one
    assert "County_board jamtland, samordnare för brottsförebyggande arbete" in one
    assert one.count("<strong>Väntar på svar</strong>") == 6
    assert 'href="https://mote.example/42"' in one


async def test_a_list_of_meetings_is_chosen_by_county_and_kind(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    meeting = await given_meeting(jamtlands, uuid4())
    await visitor.log_in("READER")

    found = {
        query: str(meeting.id) in (await visitor.get(f"/moten?{query}")).text
        for query in ("slag=STEERING", "slag=NETWORK", "lan=jamtland", "lan=atlantis", "slag=x", "efter=")
    }

    assert [query for query, there in found.items() if not there] == ["slag=NETWORK", "lan=jamtland"]


@pytest.mark.parametrize(("status", "sentence"), [("CANCELLED", "är inställt."), ("POSTPONED", "är uppskjutet.")])
async def test_a_meeting_that_is_off_says_so(
    visitor: Visitor, jamtlands: WorkspaceHouse, status: str, sentence: str
) -> None:
    meeting = await given_meeting(jamtlands, uuid4(), status=status)
    await visitor.log_in("COUNTY_COORDINATOR")

    one = (await visitor.get(f"/moten/vasterbotten/{meeting.id}")).text

    assert f"<strong>Mötet {sentence}</strong>" in one


async def test_markup_in_a_meeting_is_text(visitor: Visitor, jamtlands: WorkspaceHouse) -> None:
    planted = "Möte <script>alert(1)</script>"
    meeting = await given_meeting(
        jamtlands, uuid4(), title=planted, purpose=planted, place=planted, form="HYBRID", agenda=[{"title": planted}]
    )
    await visitor.log_in("READER")

    for path in ("/moten", f"/moten/vasterbotten/{meeting.id}"):
        text = (await visitor.get(path)).text
        assert "&lt;script&gt;alert" in text
        assert "<script>alert" not in text


@pytest.mark.parametrize("path", ["/moten", "/atgarder"])
@pytest.mark.parametrize("rest", [f"jamtland/{UNKNOWN}", f"atlantis/{UNKNOWN}", "jamtland/1"])
async def test_what_is_not_there_is_said(visitor: Visitor, path: str, rest: str) -> None:
    await visitor.log_in("READER")

    answer = await visitor.get(f"{path}/{rest}")

    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text


@pytest.mark.parametrize("path", ["/moten", "/atgarder", f"/moten/jamtland/{UNKNOWN}", f"/atgarder/jamtland/{UNKNOWN}"])
async def test_a_site_manager_sees_no_meetings(visitor: Visitor, path: str) -> None:
    await visitor.log_in("OPERATOR")

    assert (await visitor.get(path)).status_code == 403
