"""Action items: given in one county, done in another, overdue in both by their own clocks."""

from datetime import datetime
from typing import Any

import pytest

from shared.runtime import csv_files
from shared.swedish import TIME_ZONE
from tests.service.meetings.boards import Boards
from tests.service.meetings.minuted import COORDINATOR, DECISION, approved, assigned, held, place, reported
from tests.service.offices import CLOCK, Office, ok
from tests.unit.meetings.given import HOST, MIDDLE, NORTH, UMEA

NIGHT = datetime(2027, 1, 8, tzinfo=TIME_ZONE)
"""The first moment after Thursday 7 January."""


async def shown(office: Office, item: dict[str, Any]) -> dict[str, Any]:
    return dict(await office.get(place(item, "action-items")))


async def texts(office: Office, **query: Any) -> list[str]:
    return [each["text"] for each in (await office.get("/action-items", **query))["items"]]


async def test_given_an_item_when_done_in_its_county_then_it_is_done_in_all(boards: Boards) -> None:
    minutes = await approved(boards)
    decision = {"county": HOST, "minutes": minutes["id"], "number": 4}
    item = await assigned(boards, {"id": minutes["meeting"]}, NORTH, decision=decision)
    assert (item["asked_due"], item["due"]) == ("2027-01-06", "2027-01-07")
    for office in (boards.host, boards.north, boards.middle):
        seen = await shown(office, item)
        assert (seen["due_swedish"], seen["progress"], seen["swedish"], seen["received"]) == (
            "torsdag 7 januari 2027 (6/1 är helgdag)",
            "OPEN",
            "öppen",
            True,
        )
    assert await texts(boards.north, mine=True) == ["Ta fram en utbildningsplan"]
    assert await texts(boards.host, mine=True) == await texts(boards.middle, mine=True) == []

    await reported(boards.north, item, "ONGOING")
    done = await reported(boards.north, item, "DONE")
    await boards.settle()

    assert (done["progress"], done["swedish"]) == ("DONE", "klar")
    for office in (boards.host, boards.middle):
        assert (await shown(office, item))["swedish"] == "klar"
        assert await texts(office) == []
        assert await texts(office, progress="DONE", owner=NORTH) == ["Ta fram en utbildningsplan"]
    types = await boards.north.types()
    assert types[-3:] == ["ActionItemSeen", "ActionItemStarted", "ActionItemDone"]


async def test_an_item_is_overdue_at_local_midnight_in_each_county_alone(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    sent = [len(await office.sent()) for office in (boards.host, boards.north)]
    CLOCK.now = NIGHT.replace(hour=0, minute=0)
    before = NIGHT.timestamp() - 1
    for office in (boards.host, boards.north, boards.middle):  # nothing is carried between them from here on
        CLOCK.now = datetime.fromtimestamp(before, tz=TIME_ZONE)
        assert (await shown(office, item))["progress"] == "OPEN"
        CLOCK.now = NIGHT
        seen = await shown(office, item)
        assert (seen["progress"], seen["swedish"]) == ("OVERDUE", "försenad")
        assert await texts(office, progress="OVERDUE") == [item["text"]]
    assert [len(await office.sent()) for office in (boards.host, boards.north)] == sent

    await reported(boards.north, item, "DONE")
    assert (await shown(boards.north, item))["progress"] == "DONE"
    assert (await shown(boards.host, item))["progress"] == "OVERDUE"
    await boards.settle()
    assert (await shown(boards.host, item))["progress"] == "DONE"


async def test_the_host_sees_whether_the_owner_has_the_newest_version(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    body = {"text": "Ta fram två planer", "owner": item["owner"], "asked_due": "2027-01-09"}
    headers = {"If-Match": f'"{item["version"]}"'}

    changed = ok(await boards.host.api.put(place(item, "action-items"), json=body, headers=headers))

    assert (changed["due"], changed["due_swedish"]) == ("2027-01-11", "måndag 11 januari 2027 (9/1 är lördag)")
    assert not changed["received"]
    await boards.settle()
    assert (await shown(boards.host, item))["received"]
    stale = await reported(boards.north, item, "DONE", 412)
    assert stale["type"] == "/problems/precondition-failed"


async def test_the_host_s_own_items_need_no_event_of_another(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), HOST)

    done = await reported(boards.host, item, "DONE")

    assert (item["received"], done["progress"]) == (True, "DONE")


async def test_a_done_or_cancelled_item_stays_so(boards: Boards) -> None:
    meeting = await held(boards)
    done, cancelled = await assigned(boards, meeting, NORTH), await assigned(boards, meeting, NORTH, text="Annat")
    await reported(boards.north, done, "DONE")
    await boards.settle()

    refused = await boards.host.post(place(done, "action-items") + "/cancel", seen=done, status=409)
    after = await boards.host.post(place(cancelled, "action-items") + "/cancel", seen=cancelled)
    await boards.settle()

    assert (refused["type"], after["progress"]) == ("/problems/done", "CANCELLED")
    late = await reported(boards.north, after, "DONE", 409)
    assert late["type"] == "/problems/cancelled"
    assert (await shown(boards.middle, cancelled))["swedish"] == "avskriven"


async def test_a_late_first_version_brings_no_cancelled_item_back(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    first = next(each for each in await boards.host.sent() if type(each.event).__name__ == "ActionItemAssigned")
    await boards.host.post(place(item, "action-items") + "/cancel", seen=item)
    await boards.settle()

    for office in (boards.north, boards.middle):
        await office.receive([first])

    assert (await shown(boards.north, item))["progress"] == "CANCELLED"
    assert await texts(boards.middle) == []


@pytest.mark.parametrize(
    ("county", "claims", "status"),
    [
        (HOST, ("MUNICIPAL_COORDINATOR", {"municipality": "2480"}), 200),
        (HOST, ("MUNICIPAL_COORDINATOR", {"municipality": "2482"}), 403),
        (HOST, ("POLICE", {}), 403),
        (HOST, ("READER", {}), 403),
        (NORTH, ("COUNTY_COORDINATOR", {}), 403),
    ],
)
async def test_only_who_speaks_for_the_owner_reports(
    boards: Boards, county: str, claims: tuple[str, dict[str, str]], status: int
) -> None:
    owner = {"county": HOST, "function": "MUNICIPAL_COORDINATOR", "actor": str(UMEA.id)}
    item = await assigned(boards, await held(boards), HOST, owner=owner)
    office = boards.host if county == HOST else boards.north
    who = boards.someone(county, claims[0], function="MUNICIPAL_COORDINATOR", **claims[1])

    answer = await office.api.post(
        place(item, "action-items") + "/report", json={"work": "DONE"}, headers={"If-Match": '"1"', **who}
    )

    assert answer.status_code == status, answer.text
    mine = await office.api.get("/action-items", params={"mine": True, "progress": "ANY"}, headers=who)
    if status == 200:
        assert [each["id"] for each in mine.json()["items"]] == [item["id"]]
    elif claims[1].get("municipality"):
        assert mine.json()["items"] == []


async def test_items_are_listed_by_day_county_function_and_words(boards: Boards) -> None:
    meeting = await held(boards)
    for number, (county, day) in enumerate([(NORTH, "2027-03-02"), (MIDDLE, "2027-02-01"), (NORTH, "2027-01-12")]):
        await assigned(boards, meeting, county, text=f"Åtgärd {number}", asked_due=day)

    assert await texts(boards.middle) == ["Åtgärd 2", "Åtgärd 1", "Åtgärd 0"]
    assert await texts(boards.middle, owner=NORTH, function=COORDINATOR) == ["Åtgärd 2", "Åtgärd 0"]
    assert await texts(boards.middle, **{"from": "2027-02-01", "to": "2027-02-28"}) == ["Åtgärd 1"]
    assert await texts(boards.middle, q="åtgärd 0") == ["Åtgärd 0"]
    assert await texts(boards.middle, q="atgard") == await texts(boards.middle, county=NORTH) == []
    assert await texts(boards.middle, meeting=meeting["id"], limit=1) == ["Åtgärd 2"]
    page = await boards.middle.get("/action-items", limit=2)
    rest = await boards.middle.get("/action-items", limit=2, cursor=page["next"])
    assert ([each["text"] for each in rest["items"]], rest["next"]) == (["Åtgärd 0"], None)
    assert {each["county"] for each in page["counties"]} == {HOST, NORTH, "vasternorrland"}
    wrong = await boards.middle.api.get("/action-items", params={"owner": "skane"})
    assert wrong.status_code == 422


async def test_an_export_holds_no_formula_of_another_county(boards: Boards) -> None:
    meeting = await held(boards)
    item = await assigned(boards, meeting, NORTH, text="Ring; svara")
    for kind, column in (("action-item", "text"), ("minutes", "title")):
        await boards.middle.db.execute(
            "UPDATE follow_ups SET state = state || jsonb_build_object($2::text, '=1+1'::text) WHERE kind = $1",
            kind,
            column,
        )

    file = (await boards.north.api.get("/action-items/export")).text
    forged = (await boards.middle.api.get("/action-items/export")).text

    assert file.splitlines()[0] == (
        "\ufeffcounty;due;asked_due;progress;text;owner_county;owner_function;owner_actor;decision;meeting_id;id"
    )
    assert file.splitlines()[1] == (
        f'vasterbotten;2027-01-07;2027-01-06;OPEN;"Ring; svara";norrbotten;{COORDINATOR};;;{meeting["id"]};{item["id"]}'
    )
    assert ";'=1+1;" in forged


async def test_an_export_that_would_not_be_whole_is_refused(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = await approved(boards)
    await assigned(boards, {"id": minutes["meeting"]}, NORTH)
    for path in ("/action-items", "/decisions"):
        rows = len((await boards.host.get(path))["items"])
        monkeypatch.setattr(csv_files, "MOST_EXPORTED", rows)
        assert (await boards.host.api.get(f"{path}/export")).status_code == 200

        monkeypatch.setattr(csv_files, "MOST_EXPORTED", rows - 1)

        answer = await boards.host.api.get(f"{path}/export")
        assert (rows > 0, answer.status_code, answer.json()["type"]) == (True, 409, "/problems/too-many")
        assert f"pages of {path}." in answer.json()["detail"]


async def test_an_item_is_linked_to_a_known_decision_alone(boards: Boards) -> None:
    minutes = await approved(boards)
    owner = {"county": NORTH, "function": COORDINATOR}
    item = {"meeting": minutes["meeting"], "text": "Gör", "owner": owner, "asked_due": "2027-01-07"}
    unknown = {"county": HOST, "minutes": minutes["id"], "number": DECISION["number"] + 1}

    refused = await boards.host.post("/action-items", item | {"decision": unknown}, status=422)

    assert refused["type"] == "/problems/invalid-decision"


async def test_an_owner_that_was_restored_answers_again(boards: Boards) -> None:
    item = await assigned(boards, await held(boards), NORTH)
    await boards.north.db.execute("DELETE FROM follow_ups WHERE kind = 'report'")
    await boards.north.db.execute("DELETE FROM reacted WHERE reaction = 'take-on'")
    boards.host.restated = True
    restated = [each for each in await boards.host.sent() if type(each.event).__name__ == "ActionItemAssigned"]

    await boards.north.receive(restated)
    await boards.settle()

    assert (await shown(boards.north, item))["received"]
