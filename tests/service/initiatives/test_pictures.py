"""Problem pictures over HTTP: what stays in its county, and what the other one sees."""

import pytest

from tests.service.initiatives.callers import Counties, address, agreed, released, step, titles
from tests.service.offices import ok
from tests.unit.initiatives.given import PICTURE

UNKNOWN = "018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9fff"
PATH, AT_HOME = "/problem-pictures", "/problem-pictures/at-home"


async def test_nothing_of_a_picture_leaves_before_it_is_released(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    found = await agreed(home)
    assert (found["status"], found["shared"], await home.types()) == ("AGREED", False, [])
    assert await titles(home, PATH) == []

    shared = await step(home, found, "release", {})
    await counties.settle()

    assert await home.types() == ["ProblemPictureReleased"]
    assert (shared["shared"], shared["version"], await titles(home, AT_HOME)) == (True, found["version"] + 1, [])
    assert await titles(other.by("reader"), PATH) == [PICTURE["title"]]
    assert ok(await other.api.get(address(found)))["causes"] == found["causes"]


async def test_a_released_picture_is_revised_and_archived_everywhere(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    found = await released(home)
    seen = {"If-Match": f'"{found["version"]}"'}

    changed = ok(await home.api.put(address(found), json=PICTURE | {"title": "Annan titel"}, headers=seen))
    archived = await step(home.by("police"), changed, "archive")
    await counties.settle()

    assert await home.types() == [f"ProblemPicture{word}" for word in ("Released", "Revised", "Archived")]
    theirs = ok(await other.api.get(address(found)))
    assert (theirs["title"], theirs["status"], theirs["version"]) == ("Annan titel", "ARCHIVED", archived["version"])
    assert theirs["swedish"] == "droger, arkiverad"
    assert await titles(other, PATH, status="AGREED") == []


async def test_what_one_has_revised_is_read_by_another(counties: Counties) -> None:
    home = counties.jamtland
    municipality, police, neighbour = (home.by(each) for each in ("municipality", "police", "neighbour"))
    nothing: dict[str, list[str]] = {"municipality": [], "police": [], "neighbour": []}
    found = await released(home)

    async def told() -> dict[str, list[str]]:
        lists = {who: await home.by(who).get(f"{PATH}/revised") for who in nothing}
        return {who: [each["title"] for each in found["items"]] for who, found in lists.items()}

    assert await told() == nothing
    seen = {"If-Match": f'"{found["version"]}"'}
    changed = ok(await municipality.api.put(address(found), json=PICTURE | {"title": "Ny titel"}, headers=seen))
    assert await told() == {"municipality": [], "police": ["Ny titel"], "neighbour": []}
    (one,) = (await police.get(f"{PATH}/revised"))["items"]
    assert (one["picture"], one["municipality"]) == (found["id"], "2380")

    read, now = address(found) + "/revision-read", {"If-Match": f'"{changed["version"]}"'}
    assert (await municipality.api.post(read, headers=now)).status_code == 204, "who wrote it has nothing to read"
    assert await told() == {"municipality": [], "police": ["Ny titel"], "neighbour": []}
    assert (await neighbour.api.post(read, headers=now)).status_code == 404
    assert (await police.api.post(read, headers=seen)).status_code == 412, "that is an older text"
    assert (await police.api.post(read, headers=now)).status_code == 204
    assert await told() == nothing

    seen = {"If-Match": f'"{changed["version"]}"'}
    ok(await police.api.put(address(found), json=PICTURE | {"title": "Ännu en"}, headers=seen))
    assert await told() == {"municipality": ["Ännu en"], "police": [], "neighbour": []}
    await step(police, await police.get(address(found)), "archive")
    assert await told() == nothing


async def test_each_caller_sees_at_home_what_is_its_own(counties: Counties) -> None:
    home = counties.jamtland
    await home.post(PATH, PICTURE | {"title": "Ett utkast"}, status=201)
    kept = await agreed(home, title="Överenskommen", theme="VIOLENCE", policy_areas=["INTEGRATION"])

    seen = {
        caller: await titles(home.by(caller), AT_HOME) for caller in ("municipality", "police", "county", "neighbour")
    }

    both = ["Ett utkast", "Överenskommen"]
    assert seen == {"municipality": both, "police": both, "county": ["Överenskommen"], "neighbour": []}
    answers = {each: (await home.by(each).api.get(address(kept))).status_code for each in home.clients}
    assert answers == {"municipality": 200, "police": 200, "county": 200, "neighbour": 404, "reader": 404}
    police = home.by("police")
    wanted = [{"theme": "VIOLENCE"}, {"policy_area": "INTEGRATION"}, {"status": "AGREED"}, {"q": "överens"}]
    assert [await titles(police, AT_HOME, **each) for each in wanted] == [["Överenskommen"]] * 4
    assert await titles(home.by("county"), AT_HOME, status="DRAFT") == []
    assert await titles(home, AT_HOME, municipality="2305") == []
    assert await titles(home, AT_HOME, county="norrbotten") == []
    page = ok(await home.api.get(AT_HOME, params={"limit": 1}))
    assert await titles(home, AT_HOME, limit=1, cursor=page["next"]) == ["Överenskommen"]


@pytest.mark.parametrize("caller", ["neighbour", "county", "reader"])
async def test_nobody_else_writes_in_a_picture(counties: Counties, caller: str) -> None:
    home = counties.jamtland
    found = await agreed(home)

    answer = await home.by(caller).api.post(address(found) + "/archive", headers={"If-Match": f'"{found["version"]}"'})

    assert answer.status_code == (404 if caller == "neighbour" else 403)
    assert (await counties.norrbotten.api.post(address(found) + "/archive")).status_code == 403


async def test_a_step_by_an_old_version_is_refused(counties: Counties) -> None:
    found = await agreed(counties.jamtland)
    stale = {"If-Match": f'"{found["version"] - 1}"'}

    assert (await counties.jamtland.api.post(address(found) + "/archive", headers=stale)).status_code == 412


async def test_a_released_picture_is_not_at_home_again_after_a_backup(counties: Counties) -> None:
    home = counties.jamtland
    found = await released(home)
    (event,) = await home.sent()
    await home.db.execute(
        "INSERT INTO home VALUES ($1, 'picture', 6, '', '', $2)", event.event.id, event.event.model_dump_json()
    )

    await home.receive([event])

    assert await titles(home, AT_HOME) == []
    assert ok(await home.api.get(address(found)))["shared"]


async def test_pictures_of_municipality_and_police_become_one(counties: Counties) -> None:
    home = counties.jamtland
    mine, theirs = [await office.post(PATH, PICTURE, status=201) for office in (home, home.by("police"))]
    mine, theirs = await step(home, mine, "own"), await step(home, theirs, "own")
    refused = await home.by("neighbour").api.post(
        address(mine) + "/merge", json={"pictures": [theirs["id"]]}, headers={"If-Match": '"2"'}
    )
    unknown = await home.api.post(address(mine) + "/merge", json={"pictures": [UNKNOWN]}, headers={"If-Match": '"2"'})
    twice = await home.api.post(address(mine) + "/merge", json={"pictures": [mine["id"]]}, headers={"If-Match": '"2"'})
    assert [each.status_code for each in (refused, unknown, twice)] == [404, 409, 422]

    merged = await step(home, mine, "merge", {"pictures": [theirs["id"]]})

    assert (merged["status"], len(merged["causes"]), len(merged["contributors"])) == ("MERGED", 2, 2)
    assert ok(await home.api.get(address(theirs)))["status"] == "ARCHIVED"
    assert await home.types() == []
