"""Municipal readiness over HTTP: the municipality says it, the county proposes, the neighbours see sums."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service.initiatives.offices import BRACKE, KROKOM, LULEA, MunicipalOffice, Offices
from tests.service.offices import CLOCK

PATH = f"/readiness/{KROKOM}"
PICTURE = {"kind": "DOCUMENT", "title": "Kommunens egen lägesbild", "dated": "2024-06-10"}
R1 = {"status": "IN_PLACE", "parts": ["MAPPING", "OTHER_INFORMATION", "ANALYSIS"], "evidence": [PICTURE]}
MEETING = {"kind": "MEETING", "title": "Möte om samverkan", "dated": "2026-05-20"}
LATE = datetime(2026, 6, 11, 6, tzinfo=UTC)
OTHERS = ("2303", BRACKE, "2313")


def stands(readiness: dict[str, Any], requirement: str) -> tuple[str, str, str | None]:
    """Status, colour and due day of a requirement."""
    found = next(each for each in readiness["requirements"] if each["requirement"] == requirement)
    return found["status"], found["colour"], found["due"]


async def sums(office: MunicipalOffice, county: str) -> dict[str, tuple[int, int]]:
    """The sums of a county, as they are seen in the office."""
    (found,) = [each for each in (await office.get("/readiness/sums"))["items"] if each["county"] == county]
    return {each["requirement"]: (each["at_least"], each["at_most"]) for each in found["requirements"]}


async def adopted(home: MunicipalOffice, *codes: str) -> None:
    """These municipalities have a situation picture of 10 June 2024."""
    for code in codes:
        await home.done("PUT", f"/readiness/{code}/R1", R1, by=code)


async def test_a_picture_turns_red_the_day_after_and_green_again(offices: Offices) -> None:
    home = offices.home
    await adopted(home, KROKOM)
    trying = await home.done("POST", f"{PATH}/R7/evidence", MEETING, seen=1)
    assert stands(trying, "R3") == ("IN_PLACE", "GREEN", "2026-06-10")

    await home.turn(LATE - timedelta(hours=9))
    assert stands(await home.get(PATH), "R3")[0] == "IN_PLACE"
    await home.turn(LATE)
    county = await home.get(PATH)
    assert stands(county, "R3") == ("OVERDUE", "RED", "2026-06-10")
    assert stands(county, "R7") == ("IN_PROGRESS", "AMBER", None)
    assert county["version"] == 3

    decision = {"kind": "DECISION", "title": "Uppdaterad bild", "dated": "2026-06-11", "diary_number": "KS 2026/118"}
    await home.done("POST", f"{PATH}/R3/evidence", decision, seen=3)
    assert stands(await home.get(PATH), "R3") == ("IN_PLACE", "GREEN", "2028-06-12")


async def test_a_due_day_passes_once_however_often_one_looks(offices: Offices) -> None:
    home = offices.home
    await adopted(home, KROKOM)
    await home.done("PUT", PATH, {"share_details": True}, seen=1)
    for days in range(3):
        await home.turn(LATE + timedelta(days=days))
    assert (await home.types()).count("ReadinessRequirementOverdue") == 1
    assert await home.db.fetch("SELECT FROM due WHERE kind = 'readiness'") == []


async def test_neighbours_see_sums_and_no_row_that_is_not_shared(offices: Offices) -> None:
    home, other = offices.home, offices.other
    await adopted(home, KROKOM, *OTHERS[:2])
    await offices.settle()
    assert (await sums(other, "jamtland"))["R3"] == (3, 3)
    assert (await sums(other, "jamtland"))["R2"] == (0, 2)
    assert (await other.get("/readiness"))["items"] == []
    assert (await other.asks("GET", PATH, by="COUNTY_COORDINATOR")).status_code == 404
    assert (await home.asks("GET", PATH, by=BRACKE)).status_code == 404
    published = [bytes(row["payload"]).decode() for row in await home.db.fetch("SELECT payload FROM outbox")]
    assert not [text for text in published if KROKOM in text or "lägesbild" in text]
    assert set(await home.types()) == {"ReadinessSummed"}

    await home.turn(LATE)
    await offices.settle()
    assert (await sums(other, "jamtland"))["R3"] == (0, 2)


async def test_a_readiness_is_shared_and_taken_back(offices: Offices) -> None:
    home, other = offices.home, offices.other
    await adopted(home, KROKOM)
    shared = await home.done("PUT", PATH, {"share_details": True}, seen=1)
    await offices.settle()
    seen = await other.get(PATH)
    assert (seen["name"], stands(seen, "R3")) == ("Krokom", ("IN_PLACE", "GREEN", "2026-06-10"))
    assert [each["municipality"] for each in (await other.get("/readiness"))["items"]] == [KROKOM]
    assert (await sums(other, "jamtland"))["R1"] == (1, 3)
    CLOCK.now = LATE
    assert stands(await other.get(PATH), "R3")[:2] == ("OVERDUE", "RED")  # by the neighbour's own clock

    await home.done("PUT", PATH, {"share_details": False}, seen=shared["version"])
    await offices.settle()
    assert (await other.asks("GET", PATH, by="COUNTY_COORDINATOR")).status_code == 404
    assert (await other.get("/readiness"))["items"] == []
    (row,) = await other.db.fetch("SELECT state FROM local_work WHERE kind = 'readiness'")
    assert json.loads(row["state"])["requirements"] == []


async def test_the_county_proposes_and_never_sets(offices: Offices) -> None:
    home = offices.home
    await adopted(home, KROKOM)
    said = {"status": "IN_PROGRESS", "text": "Planen väntar på beslut"}
    for method, path, body in (("PUT", "/R2", {"status": "IN_PROGRESS"}), ("PUT", "", {}), ("POST", "/R2/dismiss", {})):
        assert (await home.asks(method, PATH + path, body, by="COUNTY_COORDINATOR", seen=1)).status_code == 403
    proposed = await home.done("POST", f"{PATH}/R2/propose", said, by="COUNTY_COORDINATOR", seen=1)
    assert stands(proposed, "R2") == ("NOT_STARTED", "RED", None)
    assert proposed["requirements"][1]["proposal"]["text"] == said["text"]

    dismissed = await home.done("POST", f"{PATH}/R2/dismiss", seen=2)
    assert dismissed["requirements"][1]["proposal"] is None
    await home.done("POST", f"{PATH}/R2/propose", said, by="COUNTY_COORDINATOR", seen=3)
    accepted = await home.done("PUT", f"{PATH}/R2", {"status": "IN_PROGRESS"}, seen=4)
    assert stands(accepted, "R2")[0] == "IN_PROGRESS"
    assert accepted["requirements"][1]["proposal"] is None
    assert (await home.asks("POST", f"{PATH}/R2/propose", said, seen=5)).status_code == 403


@pytest.mark.parametrize("by", [BRACKE, LULEA, "POLICE", "READER", "OPERATOR"])
async def test_nobody_else_says_what_a_municipality_has(offices: Offices, by: str) -> None:
    answer = await offices.home.asks("PUT", f"{PATH}/R1", R1, by=by)
    assert answer.status_code == 403
    assert await offices.home.types() == []


async def test_who_sees_what_at_home(offices: Offices) -> None:
    home = offices.home
    await adopted(home, KROKOM, BRACKE)
    seen = {}
    for by in ("COUNTY_COORDINATOR", "READER", KROKOM, "2313"):
        found = await home.done("GET", "/readiness/at-home", by=by)
        seen[by] = [each["municipality"] for each in found["items"]]
    both = [BRACKE, KROKOM]
    assert seen == {"COUNTY_COORDINATOR": both, "READER": both, KROKOM: [KROKOM], "2313": []}
    assert (await home.asks("GET", "/readiness/at-home", by="POLICE")).status_code == 403
    nothing = await home.done("GET", "/readiness/2313", by="2313")
    assert (nothing["version"], {each["status"] for each in nothing["requirements"]}) == (0, {"NOT_STARTED"})


async def test_versions_are_seen_before_they_change(offices: Offices) -> None:
    home = offices.home
    await adopted(home, KROKOM)
    statuses = [
        (await home.asks("PUT", f"{PATH}/R7", {"status": "IN_PROGRESS"}, seen=seen)).status_code
        for seen in (None, 7, 1, 1)
    ]
    assert statuses == [428, 412, 200, 412]
    refused = await home.asks("PUT", f"{PATH}/R2", {"status": "IN_PLACE"}, seen=2)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-evidence")
    assert (await home.asks("PUT", "/readiness/2309/R12", {"status": "IN_PLACE"}, seen=2)).status_code == 422
    assert (await home.asks("GET", "/readiness/2399")).status_code == 404
