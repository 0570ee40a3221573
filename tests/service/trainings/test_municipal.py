"""A municipality's coordinator enrols its staff, and sees and changes no enrolment of others."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.service.houses import client
from tests.service.offices import ok
from tests.service.trainings.offices import Offices, enrolled, ids, path, persons, states
from tests.support.tokens import Tokens
from tests.unit.trainings.given import RELEASE, Y, Z

HOME, NEIGHBOUR = "2284", "2282"
Municipalities = dict[str | None, httpx.AsyncClient]


@pytest.fixture
async def municipal(offices: Offices, apps: dict[str, FastAPI], tokens: Tokens) -> AsyncIterator[Municipalities]:
    """The coordinators of two municipalities of the asking county, and one whose token names none."""
    async with AsyncExitStack() as open_ones:
        found = {}
        for code in (HOME, NEIGHBOUR, None):
            claims = {"function": "MUNICIPAL_COORDINATOR"} | ({"municipality": code} if code else {})
            headers = tokens.headers(offices.asker.name, "MUNICIPAL_COORDINATOR", sub=f"kommun {code}", **claims)
            found[code] = await open_ones.enter_async_context(client(apps[offices.asker.name], headers))
        yield found


def wish(occasion: dict[str, Any], *names: str, **changes: Any) -> dict[str, Any]:
    reference = {"county": occasion["county"], "id": occasion["id"]}
    return {"occasion": reference, "participants": persons(*names, **{"municipality": HOME, **changes})}


async def test_a_municipality_enrols_its_staff_and_accepts_an_offer(
    offices: Offices, municipal: Municipalities
) -> None:
    reserved = [{"county": name, "seats": 1} for name in ("norrbotten", "vasterbotten", Z, Y)]
    occasion = await offices.opened(reserved=reserved, release_at=RELEASE)
    await enrolled(offices.asker, occasion, "sollefteå")
    own = ok(await municipal[HOME].post("/enrolments", json=wish(occasion, "bredbyn")), 201)
    await offices.settle()
    await offices.host.turn(RELEASE)
    await offices.settle()

    offered = ok(await municipal[HOME].get(path(own)))
    assert states(offered) == ["OFFERED"]
    assert ok(await municipal[HOME].get("/enrolments", params={"state": "OFFERED"}))["items"] == [offered]
    names = ok(await municipal[HOME].get(path(own) + "/persons"))
    assert [each["name"] for each in names] == ["Ombud bredbyn"]
    seen = {"If-Match": f'"{offered["version"]}"'}
    ok(await municipal[HOME].post(path(own) + "/accept", json={}, headers=seen))
    await offices.settle()

    assert states(await offices.asker.get(path(own))) == ["CONFIRMED"]
    assert [each["municipality"] for each in own["participants"]] == [None], "it would point at the only one there"


async def test_nobody_else_s_enrolments_are_seen_or_changed(offices: Offices, municipal: Municipalities) -> None:
    occasion = await offices.opened()
    of_county = await enrolled(offices.asker, occasion, "kramfors")
    own = ok(await municipal[HOME].post("/enrolments", json=wish(occasion, "bredbyn")), 201)
    listed = {code: ok(await each.get("/enrolments"))["items"] for code, each in municipal.items()}

    assert {code: [each["id"] for each in items] for code, items in listed.items()} == {
        HOME: [own["id"]],
        NEIGHBOUR: [],
        None: [],
    }
    assert len((await offices.asker.get("/enrolments"))["items"]) == 2
    for who, request in ((NEIGHBOUR, own), (HOME, of_county), (None, own)):
        seen = {"If-Match": f'"{request["version"]}"'}
        answers = [
            await municipal[who].get(path(request)),
            await municipal[who].get(path(request) + "/persons"),
            await municipal[who].post(path(request) + "/cancel", json={}, headers=seen),
            await municipal[who].post(path(request) + "/accept", json={}, headers=seen),
        ]
        assert [each.status_code for each in answers] == [404] * 4
    cancelled = await offices.asker.post(path(own) + "/cancel", {"participants": ids(own)}, seen=own)
    assert [each["wish"] for each in cancelled["participants"]] == ["CANCELLED"]


@pytest.mark.parametrize(
    ("who", "changes"),
    [(HOME, {"municipality": NEIGHBOUR}), (HOME, {"municipality": None}), (NEIGHBOUR, {}), (None, {})],
)
async def test_staff_of_others_is_not_enrolled(
    offices: Offices, municipal: Municipalities, who: str | None, changes: dict[str, Any]
) -> None:
    occasion = await offices.opened()

    refused = await municipal[who].post("/enrolments", json=wish(occasion, "bredbyn", **changes))

    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    assert (await offices.asker.get("/enrolments"))["items"] == []


async def test_who_is_enrolled_by_others_is_not_told_of(offices: Offices, municipal: Municipalities) -> None:
    occasion = await offices.opened()
    await enrolled(offices.asker, occasion, "bredbyn")
    own = ok(await municipal[HOME].post("/enrolments", json=wish(occasion, "husum")), 201)

    refused = await municipal[HOME].post("/enrolments", json=wish(occasion, "bredbyn"))
    again = await municipal[HOME].post("/enrolments", json=wish(occasion, "husum"))

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-enrolled")
    assert ok(again)["id"] == own["id"]


async def test_a_reader_who_coordinates_too_writes_for_the_own_staff(
    offices: Offices, apps: dict[str, FastAPI], tokens: Tokens
) -> None:
    occasion = await offices.opened()
    of_county = await enrolled(offices.asker, occasion, "kramfors")
    headers = tokens.headers(offices.asker.name, "READER", "MUNICIPAL_COORDINATOR", municipality=HOME)
    seen = {"If-Match": f'"{of_county["version"]}"'}
    async with client(apps[offices.asker.name], headers) as both:
        elsewhere = await both.post("/enrolments", json=wish(occasion, "bredbyn", municipality=NEIGHBOUR))
        named = await both.get(path(of_county) + "/persons")
        cancelled = await both.post(path(of_county) + "/cancel", json={}, headers=seen)
        read = await both.get(path(of_county))

    assert [each.status_code for each in (elsewhere, named, cancelled, read)] == [403, 404, 404, 200]
