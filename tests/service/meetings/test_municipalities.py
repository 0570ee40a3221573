"""Councils, weekly EST meetings and dialogues are a municipality's: its coordinator alone hosts them."""

from typing import Any

import pytest

from tests.service.meetings.boards import Boards, body, invitee, path
from tests.service.meetings.minuted import HELD, content
from tests.service.offices import CLOCK, Office, ok
from tests.unit.meetings.given import BOARDS, HOST, POLICE, UMEA, invited

KINDS = ["COUNCIL", "EST_WEEKLY", "DIALOGUE"]
OTHERS = ["NETWORK", "STEERING", "COLLABORATION", "WORKING"]


def of_skelleftea(boards: Boards) -> dict[str, str]:
    """The header of the coordinator of another municipality of the county."""
    return boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality="2482")


async def titles(office: Office, headers: Any = None) -> list[str]:
    """The titles that its list of meetings shows."""
    return [each["title"] for each in ok(await office.api.get("/meetings", headers=headers))["items"]]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_municipal_coordinator_hosts_it_from_plan_to_close(boards: Boards, kind: str) -> None:
    umea, whom = boards.umea, invited(UMEA, POLICE)
    meeting = await boards.invited(kind=kind, invitees=whom)
    after: Any = await boards.change(meeting, invitees=whom, agenda=[{"title": "Lägesbild"}])
    after = await umea.post(path(meeting) + "/confirm", seen=after)
    CLOCK.now = HELD
    marks = [{"invitee": each["id"], "presence": "ATTENDED"} for each in after["invitees"]]
    after = await umea.post(path(meeting) + "/attendance", {"attendance": marks}, seen=after)

    closed = await umea.post(path(meeting) + "/close", seen=after)

    assert closed["status"] == "CLOSED"
    assert await boards.host.types() == ["MeetingsCounted"]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_county_plans_no_meeting_of_a_municipality(boards: Boards, kind: str) -> None:
    refused = await boards.host.post("/meetings", body(kind=kind), status=403)

    assert refused["type"] == "/problems/forbidden"


@pytest.mark.parametrize("kind", OTHERS)
async def test_a_municipality_plans_no_meeting_of_the_county(boards: Boards, kind: str) -> None:
    refused = await boards.umea.post("/meetings", body(kind=kind), status=403)

    assert refused["type"] == "/problems/forbidden"


@pytest.mark.parametrize("municipality", [None, "2582", "9999", "vasterbotten"])
async def test_a_token_without_a_municipality_of_the_county_plans_none(
    boards: Boards, municipality: str | None
) -> None:
    claims = {"municipality": municipality} if municipality else {}
    headers = boards.someone(HOST, "MUNICIPAL_COORDINATOR", **claims)

    refused = await boards.host.api.post("/meetings", json=body(kind="COUNCIL"), headers=headers)

    assert refused.status_code == 403, refused.text


async def test_only_its_municipality_sees_and_changes_it(boards: Boards) -> None:
    meeting = await boards.invited(kind="COUNCIL", title="Rådet", invitees=invited(UMEA))
    seen = {"If-Match": f'"{meeting["version"]}"'}

    assert await titles(boards.umea) == ["Rådet"]
    for headers in ({}, of_skelleftea(boards), boards.someone(HOST, "READER"), boards.someone(HOST, "POLICE")):
        assert await titles(boards.host, headers or None) == []
        assert (await boards.host.api.get(path(meeting), headers=headers)).status_code == 404
    for headers in ({}, of_skelleftea(boards)):
        refused = await boards.host.api.post(path(meeting) + "/cancel", headers=headers | seen)
        assert refused.status_code == 404
    CLOCK.now = HELD
    draft = {**content(meeting), "meeting": meeting["id"], "present": []}
    assert (await boards.host.api.post("/minutes/drafts", json=draft)).status_code == 404


async def test_a_municipality_sees_and_changes_no_meeting_of_the_county(boards: Boards) -> None:
    shared, draft = await boards.invited(title="Delat"), await boards.draft(title="Utkast")
    working = await boards.invited(kind="WORKING", title="Arbetsgrupp")

    assert await titles(boards.umea) == ["Delat"]
    for meeting in (draft, working):
        assert (await boards.umea.api.get(path(meeting))).status_code == 404
    for meeting in (shared, draft, working):
        refused = await boards.umea.api.post(path(meeting) + "/cancel", headers={"If-Match": f'"{meeting["version"]}"'})
        assert refused.status_code == 404


async def test_who_is_invited_to_it_answers_and_its_host_notes_the_rest(boards: Boards) -> None:
    meeting = await boards.invited(kind="EST_WEEKLY", invitees=invited(UMEA, POLICE, BOARDS[1]))
    given = {"state": "ACCEPTED", "sequence": 0}

    def place(county: str, number: int = 0) -> str:
        whom = [each["id"] for each in meeting["invitees"] if each["actor"]["county"] == county][number]
        return f"/invitations/{HOST}/{meeting['id']}/{whom}/answer"

    police, other = boards.someone(HOST, "POLICE"), of_skelleftea(boards)
    assert (await boards.host.api.post(place(HOST, 1), json=given, headers=police)).status_code == 200
    assert (await boards.umea.api.post(place("norrbotten"), json=given)).status_code == 200
    assert (await boards.host.api.post(place("norrbotten"), json=given)).status_code == 403  # it is not the host
    assert (await boards.host.api.post(place(HOST, 1), json=given, headers=other)).status_code == 403
    shown = await boards.umea.get(path(meeting))
    assert invitee(shown, "norrbotten")["state"] == "ACCEPTED"


async def test_a_draft_of_a_municipality_never_becomes_the_county_s(boards: Boards) -> None:
    draft = await boards.draft(kind="COUNCIL")
    seen = {"If-Match": f'"{draft["version"]}"'}

    refused = await boards.umea.api.put(path(draft), json=body(kind="STEERING"), headers=seen)

    assert refused.json()["type"] == "/problems/invalid-kind"
    assert ok(await boards.umea.api.put(path(draft), json=body(kind="DIALOGUE"), headers=seen))["kind"] == "DIALOGUE"
