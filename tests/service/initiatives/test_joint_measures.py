"""Joint measures over HTTP: municipalities of two counties, and two of one county."""

from typing import Any

from tests.service.initiatives.callers import Counties, address, released, step
from tests.service.offices import Office, ok
from tests.unit.initiatives.given_measures import MEASURE, SEEN

PATH = "joint-measures"
JOINED = {"verdict": "JOINED", "revision": 1}


async def proposed(counties: Counties, **changes: Any) -> Any:
    picture = await released(counties.jamtland)
    body = MEASURE | {"picture": picture["id"], "municipalities": ["2380", "2305", "2580"]} | changes
    found = await counties.jamtland.post(f"/{PATH}", body, status=201)
    await counties.settle()
    return found


async def given(office: Office, found: dict[str, Any], **changes: Any) -> Any:
    return await office.post(address(found, PATH) + "/answer", JOINED | changes)


async def test_municipalities_of_two_counties_join_by_their_own_answers(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    found = await proposed(counties)
    assert (await given(other, found))["joined"] == ["2380"], "nothing is shown as given before the lead has heard it"
    await counties.settle()
    assert (await given(home.by("neighbour"), found))["joined"] == ["2305", "2380", "2580"]

    found = await home.get(address(found, PATH))
    started = await step(home, found, "start", path=PATH)
    await step(home, started, "follow-up", SEEN, PATH)
    await counties.settle()

    theirs = ok(await other.by("reader").api.get(address(found, PATH)))
    assert (theirs["joined"], theirs["status"], theirs["follow_up"]) == (["2305", "2380", "2580"], "STARTED", SEEN)
    assert [(each["municipality"], each["county"]) for each in theirs["answers"]] == [
        ("2305", "jamtland"),
        ("2580", "norrbotten"),
    ]
    unanswered = await proposed(counties, title="Ännu en åtgärd")
    listed = {each["id"]: each for each in ok(await other.by("reader").api.get(f"/{PATH}"))["items"]}
    assert listed == {found["id"]: theirs, unanswered["id"]: unanswered | {"answers": []}}
    told = [each for each in await home.types() if each.startswith("Joint")]
    assert told == [
        "JointMeasureProposed",
        "JointMembersChanged",
        "JointAnswerGiven",
        "JointMembersChanged",
        "JointMeasureStarted",
        "JointMeasureFollowedUp",
        "JointMeasureProposed",
    ]
    assert await other.types() == ["JointAnswerGiven"]


async def test_an_answer_to_an_older_plan_comes_too_late(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    found = await proposed(counties)
    await given(other, found)
    body = MEASURE | {"picture": found["picture"], "municipalities": found["municipalities"], "title": "Annan plan"}
    seen = {"If-Match": f'"{found["version"]}"'}
    changed = ok(await home.api.put(address(found, PATH), json=body, headers=seen))
    await counties.settle()

    assert (await home.get(address(found, PATH)))["joined"] == ["2380"]
    stale = await other.api.post(address(found, PATH) + "/answer", json=JOINED)
    assert stale.json()["type"] == "/problems/older-revision"
    await given(other, found, revision=changed["revision"])
    await counties.settle()
    assert (await home.get(address(found, PATH)))["joined"] == ["2380", "2580"]


async def test_nobody_but_the_lead_changes_a_joint_measure(counties: Counties) -> None:
    found = await proposed(counties)
    seen = {"If-Match": f'"{found["version"]}"'}
    callers = [counties.jamtland.by("neighbour"), counties.jamtland.by("county"), counties.norrbotten]

    statuses = [(await each.api.post(address(found, PATH) + "/stop", headers=seen)).status_code for each in callers]

    assert statuses == [403, 403, 403]
    strangers = [counties.norrbotten.by("neighbour"), counties.jamtland]
    refused = [await each.api.post(address(found, PATH) + "/answer", json=JOINED) for each in strangers]
    assert [each.json()["type"] for each in refused] == ["/problems/not-asked"] * 2
    listed = await counties.norrbotten.get(f"/{PATH}", municipality="2580", theme="DRUGS", status="PROPOSED")
    assert [each["title"] for each in listed["items"]] == [MEASURE["title"]]
