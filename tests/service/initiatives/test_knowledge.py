"""Resources over HTTP: a county's coordinator recommends them, and every county finds them."""

from tests.service.initiatives.callers import Counties
from tests.service.offices import ok

HANDBOOK = {
    "kind": "HANDBOOK",
    "title": "Samverkan i lokalt brottsförebyggande arbete",
    "publishers": ["Brå", "Polismyndigheten", "Sveriges Kommuner och Regioner"],
    "url": "https://example.se/samverkan",
    "checked_on": "2027-03-01",
    "themes": ["DRUGS"],
    "policy_areas": ["ANDT"],
}
LAW = {"kind": "LEGAL_SOURCE", "title": "Kommuner mot brott", "designation": "SOU 2021:49", "section": "avsnitt 5"}


async def test_a_resource_is_found_by_words_kind_theme_and_area(counties: Counties) -> None:
    board = counties.norrbotten.by("county")
    handbook = await board.post("/resources", HANDBOOK, status=201)
    await board.post("/resources", LAW, status=201)
    await counties.settle()
    reader = counties.jamtland.by("reader")

    async def titles(**query: str) -> list[str]:
        return [each["title"] for each in (await reader.get("/resources", **query))["items"]]

    assert await titles() == [LAW["title"], HANDBOOK["title"]]
    for query in ({"q": "polismyndigheten"}, {"kind": "HANDBOOK"}, {"theme": "DRUGS"}, {"policy_area": "ANDT"}):
        assert await titles(**query) == [HANDBOOK["title"]]
    assert await titles(q="2021:49") == [LAW["title"]]
    assert (await reader.get(f"/resources/norrbotten/{handbook['id']}"))["swedish"] == "handbok"


async def test_who_is_no_coordinator_of_the_county_changes_none(counties: Counties) -> None:
    listed = await counties.norrbotten.by("county").post("/resources", HANDBOOK, status=201)
    await counties.settle()
    path, seen = f"/resources/norrbotten/{listed['id']}", {"If-Match": '"1"'}

    for caller in ("municipality", "police", "reader"):
        api = counties.norrbotten.by(caller).api
        assert (await api.post("/resources", json=LAW)).status_code == 403
        assert (await api.put(path, json=LAW, headers=seen)).status_code == 403
    elsewhere = await counties.jamtland.by("county").api.put(path, json=LAW, headers=seen)

    assert elsewhere.status_code == 403, elsewhere.text


async def test_a_withdrawn_resource_is_listed_no_more_and_stays_readable(counties: Counties) -> None:
    board = counties.norrbotten.by("county")
    listed = await board.post("/resources", HANDBOOK, status=201)
    path = f"/resources/norrbotten/{listed['id']}"
    checked = {**HANDBOOK, "checked_on": "2027-03-02"}
    changed = ok(await board.api.put(path, json=checked, headers={"If-Match": '"1"'}))
    await board.post(path + "/withdraw", seen=changed)
    await counties.settle()

    there = counties.jamtland.by("reader")

    assert (await there.get("/resources"))["items"] == []
    assert [each["status"] for each in (await there.get("/resources", status="ANY"))["items"]] == ["RETIRED"]
    assert (await there.get(path))["checked_on"] == "2027-03-02"
