from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from infra.demo.partner import mentions
from services.shipment_alerts.store.guidance import GUIDANCE
from tests.service.given import outbox
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import (
    BJURHOLM,
    ROUTINE,
    TODAY,
    UMEA,
    ok,
    path,
    published,
    received,
    seen,
    with_sites,
)

ADVICE = ROUTINE | {"hazard_class": "H2", "steps": ["DO_NOT_TOUCH", "LEAVE_ROOM"], "calls": ["EMERGENCY"]}


async def in_force(api: httpx.AsyncClient, audience: str = "AGENT", **query: str) -> list[dict[str, Any]]:
    items = ok(await api.get("/guidance", params={"audience": audience, **query}))["items"]
    return [dict(item) for item in items]


async def test_an_approved_draft_reaches_all_counties_without_a_name(api: Callers, db: asyncpg.Connection) -> None:
    waiting = ok(await api.coordinator.post("/guidance/routines/drafts", json={"details": ROUTINE}), 201)

    assert waiting["written_by"] == "COUNTY_COORDINATOR"
    assert ok(await api.police.get("/guidance/drafts"))["items"] == [waiting]
    assert await outbox(db) == []

    approve = f"/guidance/drafts/{waiting['id']}/approve"
    same = await api.coordinator.post(approve)
    assert (same.status_code, same.json()["type"]) == (409, "/problems/second-person")

    answer = await api.second.post(approve)
    routine = ok(answer, 201)
    assert ok(await api.reader.get(answer.headers["Location"])) == routine
    assert [version["approved_by"] for version in routine["versions"]] == ["COUNTY_ANDT_COORDINATOR"]
    ((name, version, data),) = await outbox(db)
    assert (name, version, data | {"version": 1}) == ("RoutinePublished", 1, routine)
    assert "first" not in str(data)
    assert ok(await api.police.get("/guidance/drafts"))["items"] == []
    assert (await api.second.post(approve)).status_code == 404


async def test_a_next_version_is_shown_from_its_day_to_its_audience(api: Callers) -> None:
    first = await published(api)

    (shown,) = await in_force(api.operator)

    assert (shown["number"], shown["id"]) == (1, first["id"])
    assert shown["swedish"] == ["Öppna inte försändelsen.", "Lägg undan den.", "Prata med din chef."]
    assert shown["english"][0] == "Do not open the shipment."
    assert shown["calls"] == {"Polisen": "114 14"}
    assert await in_force(api.operator, "TERMINAL") == []

    later = {"valid_from": (TODAY + timedelta(days=9)).isoformat(), "steps": ["DO_NOT_OPEN"]}
    draft = {"details": ROUTINE | later, "routine": first["id"]}
    waiting = ok(await api.coordinator.post("/guidance/routines/drafts", json=draft), 201)
    second = ok(await api.second.post(f"/guidance/drafts/{waiting['id']}/approve"))
    assert (second["id"], second["version"], [each["number"] for each in second["versions"]]) == (
        first["id"],
        2,
        [1, 2],
    )
    assert (await in_force(api.operator))[0]["number"] == 1


async def test_safety_advice_needs_a_coordinator_and_is_shown_first(api: Callers, db: asyncpg.Connection) -> None:
    await published(api)
    waiting = ok(await api.police.post("/guidance/safety-advice/drafts", json={"details": ADVICE}), 201)
    advice = ok(await api.coordinator.post(f"/guidance/drafts/{waiting['id']}/approve"), 201)

    shown = await in_force(api.operator)

    assert [(each["kind"], each["hazard_class"]) for each in shown] == [("safety-advice", "H2"), ("routine", None)]

    withdraw = path(advice, "guidance/safety-advice") + "/withdraw"
    assert ok(await api.police.post(withdraw, headers=seen(advice)))["status"] == "RETIRED"
    assert [each["kind"] for each in await in_force(api.operator)] == ["routine"]
    assert ok(await api.reader.get("/guidance/safety-advice"))["items"] == []
    assert [name for name, _, _ in await outbox(db)][-2:] == ["SafetyAdvicePublished", "SafetyAdviceWithdrawn"]


async def test_a_discarded_draft_cannot_be_approved(api: Callers, db: asyncpg.Connection) -> None:
    waiting = ok(await api.coordinator.post("/guidance/routines/drafts", json={"details": ROUTINE}), 201)

    assert (await api.second.delete(f"/guidance/drafts/{waiting['id']}")).status_code == 204
    assert (await api.second.post(f"/guidance/drafts/{waiting['id']}/approve")).status_code == 404
    assert (await api.second.delete(f"/guidance/drafts/{waiting['id']}")).status_code == 404
    assert await outbox(db) == []


async def test_a_token_without_a_function_neither_drafts_nor_approves(api: Callers, db: asyncpg.Connection) -> None:
    unnamed = httpx.Headers(api.reader.headers)

    draft = await api.coordinator.post("/guidance/routines/drafts", json={"details": ROUTINE})
    api.second.headers["Authorization"] = unnamed["Authorization"]

    assert (await api.second.post(f"/guidance/drafts/{draft.json()['id']}/approve")).status_code == 403


async def test_a_neighbours_amber_routine_is_not_shown_outside(api: Callers, db: asyncpg.Connection) -> None:
    version = ROUTINE | {"number": 1, "approved_by": "LPO_CHIEF", "tlp": "AMBER"}
    data = {"id": str(uuid4()), "county": "jamtland", "versions": [version], "status": "ACTIVE"}

    await GUIDANCE.project(db, [received("RoutinePublished", 1, data)])

    assert await in_force(api.operator) == []

    (shown,) = await in_force(api.coordinator, county="jamtland")
    assert shown["county"] == "jamtland"
    assert await in_force(api.coordinator, county="norrbotten") == []


async def test_acknowledgements_are_counted_and_told_from_three_on(api: Callers, db: asyncpg.Connection) -> None:
    sites = await with_sites(api, {UMEA: 3, BJURHOLM: 1})
    routine = await published(api)
    place = path(routine, "guidance/routines") + "/acknowledgements"

    async def acknowledge(site: str) -> httpx.Response:
        return await api.operator.post(place, json={"site": site, "number": 1})

    for site in (sites[BJURHOLM][0], sites[UMEA][0], sites[UMEA][0]):
        assert ok(await acknowledge(site)) == {"number": 1, "audience": "AGENT"}
    assert ok(await api.reader.get(place))["items"] == []
    assert [name for name, _, _ in await outbox(db)] == ["RoutinePublished"]

    for site in sites[UMEA][1:]:
        ok(await acknowledge(site))
    (counted,) = ok(await api.reader.get(place))["items"]
    assert (counted["acknowledged"], counted["audience"]) == (4, "AGENT")
    told = [(name, data["acknowledged"]) for name, _, data in await outbox(db) if name == "RoutineAcknowledged"]
    assert told == [("RoutineAcknowledged", 3), ("RoutineAcknowledged", 4)]
    assert not [site for each in sites.values() for site in each if site in str(await outbox(db))]


async def test_a_site_that_may_not_acknowledge_is_refused(api: Callers) -> None:
    sites = await with_sites(api, {UMEA: 1})
    ok(await api.coordinator.put("/shipment-alerts/operators/citymail", json={"name": "CityMail"}))
    other = {"type": "AGENT", "operator": "citymail", "municipality": UMEA}
    others = ok(await api.coordinator.post("/shipment-alerts/sites", json=other), 201)["id"]
    routine = await published(api)
    place = path(routine, "guidance/routines") + "/acknowledgements"

    for site, number, slug in (
        (others, 1, "not-found"),
        (str(uuid4()), 1, "not-found"),
        (sites[UMEA][0], 2, "not-in-force"),
    ):
        answer = await api.operator.post(place, json={"site": site, "number": number})
        assert answer.json()["type"] == f"/problems/{slug}"

    ok(await api.coordinator.post(f"/shipment-alerts/sites/{sites[UMEA][0]}/close", headers={"If-Match": '"1"'}))
    closed = await api.operator.post(place, json={"site": sites[UMEA][0], "number": 1})
    assert closed.json()["type"] == "/problems/not-addressed"


async def test_a_method_is_found_by_its_old_name_too(api: Callers, db: asyncpg.Connection) -> None:
    old = {"code": "TOGETHER_AGAINST_NET_DRUGS", "valid_from": "2016-01-01"}
    new = {"code": "TOGETHER_AGAINST_ILLEGAL_SHIPMENTS", "valid_from": "2023-01-02"}
    first = ok(await api.coordinator.post("/guidance/methods", json=old), 201)
    place = path(first, "guidance/methods")
    second = ok(await api.coordinator.post(place + "/names", json=new, headers=seen(first)))
    handbook = {"valid_from": "2023-04-01"}

    third = ok(await api.coordinator.post(place + "/versions", json=handbook, headers=seen(second)))

    assert (third["name"], third["versions"]) == (
        "Tillsammans mot illegala försändelser",
        [{"number": 1, "valid_from": "2023-04-01"}],
    )
    for words, found in (("nätdroger", [third]), ("illegala", [third]), ("cykelstöld", [])):
        assert ok(await api.municipality.get("/guidance/methods", params={"q": words}))["items"] == found
    assert [name for name, _, _ in await outbox(db)] == ["MethodRegistered", "MethodRenamed", "MethodVersionPublished"]


async def test_a_name_to_come_is_not_shown_before_its_day(api: Callers) -> None:
    old = {"code": "TOGETHER_AGAINST_NET_DRUGS", "valid_from": "2016-01-01"}
    first = ok(await api.coordinator.post("/guidance/methods", json=old), 201)
    place, new = path(first, "guidance/methods"), {"code": "TOGETHER_AGAINST_ILLEGAL_SHIPMENTS"}
    body = new | {"valid_from": "2099-01-01"}
    renamed = ok(await api.coordinator.post(place + "/names", json=body, headers=seen(first)))

    found = ok(await api.municipality.get(place))
    listed = ok(await api.municipality.get("/guidance/methods", params={"q": "illegala"}))["items"]
    assert found == renamed == listed[0]
    assert (found["name"], len(found["names"])) == ("Tillsammans mot nätdroger", 2)


async def test_one_aggregate_tells_how_far_a_municipality_has_come(api: Callers, db: asyncpg.Connection) -> None:
    planned = {"municipality": UMEA, "status": "PLANNED"}
    first = ok(await api.coordinator.put("/guidance/implementations", json=planned), 201)

    started = planned | {
        "status": "STARTED",
        "activities": [{"component": "KNOWLEDGE", "code": "STAFF_TRAINING", "year": TODAY.year}],
    }

    assert (await api.coordinator.put("/guidance/implementations", json=started)).status_code == 428

    second = ok(await api.coordinator.put("/guidance/implementations", json=started, headers=seen(first)))
    assert (second["id"], second["version"], second["status"]) == (first["id"], 2, "STARTED")

    again = await api.coordinator.put("/guidance/implementations", json=planned, headers=seen(second))
    assert again.json()["type"] == "/problems/invalid-status"

    other = ok(await api.coordinator.put("/guidance/implementations", json={**planned, "municipality": BJURHOLM}), 201)
    listed = ok(await api.municipality.get("/guidance/implementations"))["items"]
    assert [item["id"] for item in listed] == [other["id"], second["id"]]  # Bjurholm before Umeå

    only = ok(await api.reader.get("/guidance/implementations", params={"municipality": UMEA}))["items"]
    assert only == [second]

    foreign = await api.coordinator.put("/guidance/implementations", json=planned | {"municipality": "2584"})
    assert (foreign.status_code, mentions(foreign.text, "2584")) == (422, False)


async def test_a_municipality_says_how_far_it_is_itself(api: Callers) -> None:
    path, planned = "/guidance/implementations", {"municipality": UMEA, "status": "PLANNED"}

    first = ok(await api.municipality.put(path, json=planned), 201)

    assert (first["municipality"], first["county"]) == (UMEA, "vasterbotten")
    for who, code in ((api.municipality, BJURHOLM), (api.reader, UMEA)):
        assert (await who.put(path, json={**planned, "municipality": code})).status_code == 403, code
    assert [each["id"] for each in ok(await api.reader.get(path))["items"]] == [first["id"]]


@pytest.mark.parametrize("wrong", [{"steps": ["RUN_IN_CIRCLES"]}, {"steps": []}, {"valid_from": "2020-01-01"}])
async def test_guidance_of_unknown_codes_does_not_become_a_version(
    api: Callers, db: asyncpg.Connection, wrong: dict[str, Any]
) -> None:
    draft = await api.coordinator.post("/guidance/routines/drafts", json={"details": ROUTINE | wrong})

    if draft.status_code == 201:
        draft = await api.second.post(f"/guidance/drafts/{draft.json()['id']}/approve")

    assert draft.status_code == 422
    assert "RUN_IN_CIRCLES" not in draft.text
    assert await outbox(db) == []


async def test_a_version_with_an_unknown_label_hides_older_ones_too(api: Callers, db: asyncpg.Connection) -> None:
    known, strange = ROUTINE | {"valid_from": "2026-01-01"}, ROUTINE | {"tlp": "VIOLET", "steps": ["EVACUATE"]}
    numbered = [{"number": 1, **known}, {"number": 2, **strange}]
    versions = [{**version, "approved_by": "COUNTY_COORDINATOR"} for version in numbered]
    data = {"id": str(uuid4()), "county": "jamtland", "versions": versions, "status": "ACTIVE"}
    await GUIDANCE.project(db, [received("RoutinePublished", 2, data)])
    one = ok(await api.police.get(path(data, "guidance/routines")))

    (listed,) = ok(await api.police.get("/guidance/routines"))["items"]

    assert one == listed
    assert [version["number"] for version in one["versions"]] == [1]
    assert await in_force(api.police) == []
