"""Measures over HTTP: with their pictures, and with models that another county has released."""

from typing import Any

from tests.service.initiatives.callers import Counties, CountyOffice, address, agreed, released, step, titles
from tests.service.offices import ok
from tests.unit.initiatives.given_measures import MEASURE, SEEN

PATH, NEWS = "/measures", "/measures/model-news"


async def proposed(county: CountyOffice, picture: dict[str, Any], **changes: Any) -> Any:
    body = MEASURE | {"picture": picture["id"], "municipalities": picture["municipalities"]} | changes
    return await county.post(PATH, body, status=201)


async def ongoing(county: CountyOffice, picture: dict[str, Any], **changes: Any) -> Any:
    found = await proposed(county, picture, **changes)
    for name in ("decide", "start"):
        found = await step(county, found, name, path="measures")
    return found


async def shared(county: CountyOffice) -> Any:
    """A measure under way that all counties see."""
    return await step(county, await ongoing(county, await released(county)), "release", {}, "measures")


async def test_a_measure_leaves_after_its_picture_and_goes_on(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    picture = await agreed(home)
    found = await ongoing(home, picture)
    refused = await home.api.post(address(found, "measures") + "/release", json={}, headers={"If-Match": '"3"'})
    assert (refused.json()["type"], await home.types()) == ("/problems/not-released", [])
    assert await titles(home, PATH + "/at-home", picture=picture["id"]) == [MEASURE["title"]]
    assert await titles(home.by("neighbour"), PATH + "/at-home") == []

    await step(home, picture, "release", {})
    found = await step(home, found, "release", {}, "measures")
    found = await step(home.by("police"), found, "follow-up", SEEN, "measures")
    found = await step(home, found, "finish", path="measures")
    await counties.settle()

    told = [each for each in await home.types() if each.startswith("Measure")]
    assert told == ["MeasureReleased", "MeasureFollowedUp", "MeasureDone"]
    theirs = ok(await other.by("reader").api.get(address(found, "measures")))
    assert (theirs["swedish"], theirs["follow_up"], theirs["version"]) == ("genomförd, grön", SEEN, found["version"])
    assert await titles(other, PATH, theme="DRUGS", status="DONE") == [MEASURE["title"]]


async def test_whoever_follows_a_model_is_told_when_it_goes_otherwise(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    model = await shared(home)
    await counties.settle()
    reference = {"county": model["county"], "id": model["id"]}
    borrowed = await ongoing(other, await agreed(other), model=reference)
    assert (borrowed["model"], (await other.get(NEWS))["items"]) == (reference, [])

    model = await step(home, model, "follow-up", SEEN, "measures")
    await counties.settle()

    (news,) = (await other.by("county").get(NEWS))["items"]
    assert (news["measure"], news["model"], news["follow_up"]) == (borrowed["id"], reference, SEEN)
    assert (await other.by("neighbour").get(NEWS))["items"] == []
    see = address(borrowed, "measures") + "/model-seen"
    assert (await other.by("neighbour").api.post(see)).status_code == 404
    assert (await other.api.post(see)).status_code == 204
    assert (await other.get(NEWS))["items"] == []

    await step(home, model, "finish", path="measures")
    await counties.settle()
    assert (await other.get(NEWS))["items"] == [], "it goes as before"
    assert (await home.get(NEWS))["items"] == []


async def test_a_restated_model_tells_what_its_borrower_has_missed(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    model = await shared(home)
    await counties.settle()
    await ongoing(other, await agreed(other), model={"county": model["county"], "id": model["id"]})

    await step(home, model, "follow-up", SEEN | {"colour": "RED"}, "measures")
    home.restated = True
    await counties.settle()

    assert [each["follow_up"]["colour"] for each in (await other.get(NEWS))["items"]] == ["RED"]


async def test_a_measure_that_follows_no_model_any_more_has_no_news(counties: Counties) -> None:
    home, other = counties.jamtland, counties.norrbotten
    model = await shared(home)
    await counties.settle()
    picture = await agreed(other)
    found = await proposed(other, picture, model={"county": model["county"], "id": model["id"]})
    body = MEASURE | {"picture": picture["id"], "municipalities": picture["municipalities"]}
    seen = {"If-Match": f'"{found["version"]}"'}
    assert (await other.api.put(address(found, "measures"), json=body, headers=seen)).json()["model"] is None

    await step(home, model, "follow-up", SEEN, "measures")
    await counties.settle()

    assert (await other.get(NEWS))["items"] == []


async def test_an_unknown_model_or_picture_is_refused(counties: Counties) -> None:
    picture = await agreed(counties.jamtland)
    stranger = {"county": "norrbotten", "id": picture["id"]}
    body = MEASURE | {"picture": picture["id"]}

    no_model = await counties.jamtland.api.post(PATH, json=body | {"model": stranger})
    no_picture = await counties.norrbotten.api.post(PATH, json=body | {"municipalities": ["2580"]})

    assert (no_model.json()["type"], no_picture.json()["type"]) == (
        "/problems/unknown-model",
        "/problems/unknown-picture",
    )


async def test_the_county_sees_a_measure_once_it_is_decided_on(counties: Counties) -> None:
    home = counties.jamtland
    picture = await agreed(home)
    found = await proposed(home, picture)
    at = address(found, "measures")

    before = {each: (await home.by(each).api.get(at)).status_code for each in home.clients}
    await step(home, found, "decide", path="measures")
    after = {each: (await home.by(each).api.get(at)).status_code for each in home.clients}

    assert before == {"municipality": 200, "neighbour": 404, "police": 200, "county": 404, "reader": 404}
    assert after == before | {"county": 200}
    assert await titles(home.by("county"), PATH + "/at-home") == [MEASURE["title"]]
