"""Minutes are drafted at home, circulated, approved in another county, and then never changed."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.minutes_codes import Verdict
from shared.protocol.service_streams import ServiceStreams
from shared.recovery.restating import purge_log
from tests.service.meetings.boards import Boards, path
from tests.service.meetings.minuted import (
    DECISION,
    HELD,
    approved,
    circulated,
    content,
    corrected,
    drafted,
    held,
    kept,
    place,
)
from tests.service.offices import CLOCK, Office, ok
from tests.unit.meetings.given import BOARDS, DAY, HOST, MIDDLE, NORTH, invited

QUERIES: dict[str, list[int]] = {
    "utbildningsplan": [4],
    "ånge": [5],
    "ange": [],
    "CAFE": [5],
    "§ 4": [4],
    "Styrgrupp": [4, 5],
}


def said(minutes: dict[str, Any]) -> dict[str, tuple[bool, str | None]]:
    """By county: whether its approver is waited for, and what it says."""
    return {each["county"]: (each["waits"], each["verdict"]) for each in minutes["approvals"]}


async def test_a_draft_approved_elsewhere_is_the_same_in_all_counties(boards: Boards) -> None:
    draft = await drafted(boards, await held(boards))
    assert (draft["doubts"], "allmän handling" in draft["notice"]) == ([], True)
    before = len(await boards.host.sent())
    assert [name for name in await boards.host.types() if name.startswith("Minutes")] == []
    minutes = await boards.host.post(f"/minutes/drafts/{draft['id']}/circulate", {}, seen=draft, status=201)
    assert ("2 kap. 9–10 §§ tryckfrihetsförordningen" in minutes["notice"], len(await boards.host.sent())) == (
        True,
        before + 1,
    )
    assert (minutes["id"], minutes["revision"], minutes["approve_by"]) == (draft["id"], 1, "2026-12-23")
    await boards.settle()
    assert [each["id"] for each in (await boards.middle.get("/minutes", waiting=True))["items"]] == [minutes["id"]]
    assert (await boards.north.get("/minutes", waiting=True))["items"] == []

    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()

    for office in (boards.host, boards.north, boards.middle):
        shown = await office.get(place(minutes))
        assert (shown["status"], shown["swedish"]) == ("APPROVED", "protokoll, justerat")
        assert said(shown) == {MIDDLE: (False, Verdict.APPROVED)}
        assert (await office.get("/minutes", waiting=True))["items"] == []
    assert await boards.middle.types() == ["InvitationReceived"] * 2 + ["ApprovalGiven"]
    assert (await boards.host.get("/minutes/drafts"))["items"] == []


async def test_given_approved_minutes_then_nothing_changes_them(boards: Boards) -> None:
    minutes = await approved(boards)
    sent = len(await boards.host.sent())

    refused = await corrected(boards, minutes, 409, decisions=[DECISION | {"text": "Ingen plan"}])
    late = await boards.middle.api.post(
        place(minutes) + "/object", json={"reason": "Fel datum"}, headers={"If-Match": f'"{minutes["version"]}"'}
    )

    assert (refused["type"], late.status_code, late.json()["type"]) == ("/problems/approved", 409, "/problems/approved")
    assert (await boards.host.get(place(minutes)))["decisions"][0]["text"] == DECISION["text"]
    assert len(await boards.host.sent()) == sent


async def test_an_approver_may_be_named_at_the_meeting(boards: Boards) -> None:
    meeting = await boards.invited(invitees=[each.model_dump(mode="json") for each in invited(BOARDS[0])])
    CLOCK.now = HELD
    came = [each.model_dump(mode="json") | {"role": "APPROVER"} for each in invited(BOARDS[2])]
    held = await boards.host.post(path(meeting) + "/attendance", {"came": came}, seen=meeting)
    draft = await drafted(boards, held)
    sent = await boards.host.post(f"/minutes/drafts/{draft['id']}/circulate", {}, seen=draft, status=201)
    await boards.settle()

    await boards.middle.post(place(sent) + "/approve", {}, seen=sent)
    await boards.settle()

    assert (await boards.host.get(place(sent)))["status"] == "APPROVED"
    assert held["attendance"] == [{"invitee": held["invitees"][1]["id"], "presence": "ATTENDED"}]


async def test_an_approval_of_an_older_revision_never_counts(boards: Boards) -> None:
    minutes = await circulated(boards)
    newer = await corrected(boards, minutes, text="Rättad text")
    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)  # it has not heard of the correction
    await boards.settle()

    for office in (boards.host, boards.middle):
        shown = await office.get(place(minutes))
        assert (shown["status"], shown["revision"], said(shown)) == ("CIRCULATED", 2, {MIDDLE: (True, None)})
    refused = await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes, status=412)
    assert refused["type"] == "/problems/precondition-failed"
    await boards.middle.post(place(minutes) + "/approve", {}, seen=newer)
    await boards.settle()
    assert (await boards.north.get(place(minutes)))["status"] == "APPROVED"


async def test_what_a_restored_host_had_approved_itself_counts_nowhere(boards: Boards) -> None:
    minutes = await circulated(boards, HOST, MIDDLE)
    await boards.host.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()
    assert said(await boards.north.get(place(minutes)))[HOST] == (False, Verdict.APPROVED)

    boards.host.epoch = 2
    again = await boards.host.sent()
    await boards.north.receive([each for each in again if each.event.id == UUID(minutes["id"])])

    assert said(await boards.north.get(place(minutes)))[HOST] == (True, None)
    await boards.north.receive(again)
    assert said(await boards.north.get(place(minutes)))[HOST] == (False, Verdict.APPROVED)


async def test_an_objection_is_told_and_a_correction_asks_anew(boards: Boards) -> None:
    minutes = await circulated(boards)
    await boards.middle.post(place(minutes) + "/object", {"reason": "=4 saknar år"}, seen=minutes, status=422)
    await boards.middle.post(place(minutes) + "/object", {"reason": "Paragraf 4 saknar år"}, seen=minutes)
    await boards.settle()
    (shown,) = (await boards.host.get(place(minutes)))["approvals"]
    assert (shown["verdict"], shown["reason"], shown["waits"]) == ("OBJECTED", "Paragraf 4 saknar år", False)

    await corrected(boards, minutes, text="Med år")
    await boards.settle()

    assert said(await boards.host.get(place(minutes))) == {MIDDLE: (True, None)}
    assert len((await boards.middle.get("/minutes", waiting=True))["items"]) == 1


async def test_the_host_may_approve_its_own_part_and_waits_for_the_other(boards: Boards) -> None:
    minutes = await circulated(boards, HOST, MIDDLE)
    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)
    await boards.settle()
    assert said(await boards.host.get(place(minutes))) == {HOST: (True, None), MIDDLE: (False, "APPROVED")}

    after = await boards.host.post(place(minutes) + "/approve", {}, seen=minutes)

    assert (after["status"], after["version"]) == ("APPROVED", 2)


async def test_a_county_does_not_approve_for_another_one_s_approver(boards: Boards) -> None:
    minutes = await circulated(boards, NORTH, MIDDLE)
    await boards.north.post(place(minutes) + "/approve", {}, seen=minutes)
    (forged,) = [each for each in await boards.north.sent() if type(each.event).__name__ == "ApprovalGiven"]
    (other,) = [each["invitee"] for each in minutes["approvals"] if each["county"] == MIDDLE]
    approval = forged.event.model_copy(update={"approver": UUID(other)})

    await boards.host.receive([replace(forged, event=approval)])

    assert said(await boards.host.get(place(minutes))) == {NORTH: (False, "APPROVED"), MIDDLE: (True, None)}


async def test_only_who_speaks_for_the_approver_approves(boards: Boards) -> None:
    minutes = await circulated(boards)
    headers = {"If-Match": f'"{minutes["version"]}"'}
    police = {**headers, **boards.someone(MIDDLE, "POLICE", function="LPO_CHIEF")}
    reader = {**headers, **boards.someone(MIDDLE, "READER")}

    for office, who, status in (
        (boards.middle, police, 403),
        (boards.middle, reader, 403),
        (boards.north, headers, 409),
    ):
        answer = await office.api.post(place(minutes) + "/approve", json={}, headers=who)
        assert answer.status_code == status, answer.text
    assert (await boards.middle.api.get("/minutes?waiting=true", headers=police)).json()["items"] == []
    stranger = {"approver": minutes["present"][0]}
    assert (await boards.north.post(place(minutes) + "/approve", stranger, seen=minutes, status=409))["type"] == (
        "/problems/not-approver"
    )


@pytest.mark.parametrize(
    ("text", "place_named"),
    [
        (
            "Hej\n\nGäller 121212-1212",
            "text: leave out what is of a person or a shipment: line 3, column 8: a personnummer",
        ),
        ("Ring 070-123 45 67", "line 1, column 6: a telephone number"),
        ("Skriv till anna.berg@umea.example", "line 1, column 12: a person's mail address"),
        ("Brevet RR123456785SE", "line 1, column 8: a tracking number"),
    ],
)
async def test_a_text_about_a_person_is_stopped_before_it_is_kept(boards: Boards, text: str, place_named: str) -> None:
    meeting = await held(boards)
    body = {**content(meeting, text=text), "meeting": meeting["id"]}

    refused = await boards.host.post("/minutes/drafts", body, status=422)

    assert place_named in refused["detail"]
    assert not any(word in json.dumps(refused) for word in ("1212-", "070", "anna", "RR1"))
    assert (await boards.host.get("/minutes/drafts"))["items"] == []
    assert text.splitlines()[-1] not in await kept(boards.host)


async def test_a_suspicion_beside_a_name_is_confirmed_in_a_second_call(boards: Boards) -> None:
    draft = await drafted(boards, await held(boards), text="Den misstänkte Kalle Karlsson nämndes.")
    assert draft["doubts"] == [{"field": "text", "line": 1, "column": 5, "what": "a word of suspicion beside a name"}]
    where = f"/minutes/drafts/{draft['id']}/circulate"

    refused = await boards.host.post(where, {}, seen=draft, status=409)

    assert (refused["type"], refused["doubts"]) == ("/problems/unconfirmed", draft["doubts"])
    assert "Karlsson" not in json.dumps(refused)
    await boards.host.post(where, {"confirmed": True}, seen=draft, status=201)


@pytest.mark.parametrize("kind", ["COLLABORATION", "WORKING"])
async def test_minutes_of_a_meeting_that_stays_home_stay_with_it(boards: Boards, kind: str) -> None:
    meeting = await held(boards, kind=kind)
    draft = await drafted(boards, meeting)

    refused = await boards.host.post(f"/minutes/drafts/{draft['id']}/circulate", {}, seen=draft, status=409)

    assert refused["type"] == "/problems/stays-home"
    item = {"meeting": meeting["id"], "text": "Gör", "owner": {"county": HOST, "function": "REGISTRAR"}}
    answer = await boards.host.post("/action-items", item | {"asked_due": "2027-01-07"}, status=409)
    assert answer["type"] == "/problems/stays-home"
    assert [name for name in await boards.host.types() if name.startswith(("Minutes", "Action"))] == []


async def test_a_draft_is_changed_in_its_version_and_discarded(boards: Boards) -> None:
    meeting = await held(boards)
    draft = await drafted(boards, meeting)
    where = f"/minutes/drafts/{draft['id']}"
    twice = await boards.host.post("/minutes/drafts", {**content(meeting), "meeting": meeting["id"]}, status=409)
    assert twice["type"] == "/problems/already-drafted"

    seen = {"If-Match": f'"{draft["version"]}"'}
    changed = ok(await boards.host.api.put(where, json=content(meeting, text="Andra"), headers=seen))

    assert (changed["version"], changed["text"]) == (2, "Andra")
    assert (await boards.host.api.put(where, json=content(meeting), headers=seen)).status_code == 412
    assert (await boards.host.api.delete(where, headers={"If-Match": '"2"'})).status_code == 204
    assert (await boards.host.api.get(where)).status_code == 404


async def test_the_register_finds_in_swedish_and_shows_the_newest_first(boards: Boards) -> None:
    decisions = [
        DECISION,
        DECISION | {"number": 5, "text": "Åtgärder i Ånge café", "decided_on": "2026-12-08"},
    ]
    minutes = await approved(boards, decisions=decisions)

    for office in (boards.host, boards.north):
        page = await office.get("/decisions")
        assert [each["number"] for each in page["items"]] == [4, 5]
        assert {each["county"] for each in page["counties"]} == {*(b.county for b in BOARDS)} - {office.name}
        found = {q: [each["number"] for each in (await office.get("/decisions", q=q))["items"]] for q in QUERIES}
        assert found == QUERIES
    first = await boards.host.get("/decisions", limit=1)
    second = await boards.host.get("/decisions", limit=1, cursor=first["next"])
    assert ([each["number"] for each in second["items"]], second["next"]) == ([5], None)
    for query in ({"to": "2026-12-08"}, {"county": NORTH}, {"meeting": minutes["meeting"], "from": "2026-12-09"}):
        expected = {"to": [5], "county": [], "meeting": [4]}[next(iter(query))]
        assert [each["number"] for each in (await boards.north.get("/decisions", **query))["items"]] == expected
    wrong = await boards.host.api.get("/decisions", params={"q": "plan", "cursor": first["next"]})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-cursor")


async def test_decisions_of_unapproved_minutes_are_not_registered(boards: Boards) -> None:
    await circulated(boards)

    assert (await boards.host.get("/decisions"))["items"] == []


async def test_a_later_decision_replaces_an_earlier_one_everywhere(boards: Boards) -> None:
    first = await approved(boards)
    earlier = {"county": HOST, "minutes": first["id"], "number": 4}
    later = DECISION | {"number": 9, "text": "En ny plan", "decided_on": "2026-12-10", "replaces": earlier}
    CLOCK.now = CLOCK.now - 20 * DAY
    second = await approved(boards, decisions=[later])

    for office in (boards.host, boards.north):
        page = (await office.get("/decisions"))["items"]
        assert [(each["number"], each["replaced_by"] and each["replaced_by"]["number"]) for each in page] == [
            (9, None),
            (4, 9),
        ]
        assert page[1]["replaced_by"]["minutes"] == second["id"]
        assert [each["number"] for each in (await office.get("/decisions", in_force=True))["items"]] == [9]
        assert [each["number"] for each in (await office.get("/decisions", in_force=False))["items"]] == [4]
    file = (await boards.north.api.get("/decisions/export")).text
    assert file.startswith("\ufeffcounty;meeting;number;decided_on;text;")
    assert "vasterbotten;Styrgruppsmöte;§ 9;2026-12-10;En ny plan;;;" in file


@pytest.mark.parametrize(
    "named",
    [
        {"decided_by": {"county": "svensson", "function": "DPO"}},
        {"replaces": {"county": "svensson", "minutes": str(UUID(int=1)), "number": 2}},
    ],
)
async def test_minutes_name_no_county_that_is_none(boards: Boards, named: dict[str, Any]) -> None:
    meeting = await held(boards)
    strange = content(meeting, decisions=[DECISION | named])
    api, seen = boards.host.api, {"If-Match": '"1"'}
    first = await api.post("/minutes/drafts", json=strange | {"meeting": meeting["id"]})
    draft = await drafted(boards, meeting)
    changed = await api.put(f"/minutes/drafts/{draft['id']}", json=strange, headers=seen)
    minutes = await boards.host.post(f"/minutes/drafts/{draft['id']}/circulate", {}, seen=draft, status=201)

    corrected = await api.put(place(minutes), json=strange, headers=seen)

    for answer in (first, changed, corrected):
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-decisions")
        assert "svensson" not in answer.text
    assert "svensson" not in await kept(boards.host)


async def test_a_corrected_text_is_gone_from_every_log_after_the_retention(boards: Boards) -> None:
    minutes = await circulated(boards, text="Felaktig uppgift om Tomtebo")
    await corrected(boards, minutes, text="Rätt uppgift")
    await boards.settle()
    assert "Tomtebo" in await kept(boards.host)

    await boards.host.db.execute(
        "UPDATE outbox SET written_at = now() - interval '91 days', number = position, epoch = 1"
    )
    await boards.host.db.execute(
        "INSERT INTO streams (topic, epoch, numbered, acknowledged) VALUES ($1, 1, 100, 100)"
        " ON CONFLICT (topic) DO UPDATE SET epoch = 1, numbered = 100, acknowledged = 100",
        f"{HOST}.shared.meetings.v1",
    )
    streams = ServiceStreams(HOST, "meetings", [f"{HOST}.shared.meetings.v1"], [])
    await purge_log(boards.host.db, boards.host.writer, streams)

    for office in (boards.host, boards.middle, boards.north):
        assert "Tomtebo" not in await kept(office)
    assert (await _again(boards.host))["MinutesCorrected"] == 1


async def _again(office: Office) -> dict[str, int]:
    """How often each type is in the log."""
    types = await office.types()
    return {name: types.count(name) for name in types}


async def test_an_unread_meeting_lets_nobody_approve_but_the_coordinator(boards: Boards) -> None:
    minutes = await circulated(boards)
    await boards.middle.db.execute("DELETE FROM meetings WHERE kind = 'meeting'")

    await boards.middle.post(place(minutes) + "/approve", {}, seen=minutes)

    assert said(await boards.middle.get(place(minutes))) == {MIDDLE: (False, "APPROVED")}
    assert path(minutes).startswith("/meetings/")
    assert len(invited(*BOARDS)) == 4
