from uuid import uuid4

import asyncpg
import pytest

from tests.service.given import outbox
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import BJURHOLM, SITES, UMEA, ok, with_sites

SITE = {"type": "AGENT", "operator": "postnord", "municipality": UMEA}


async def test_the_police_see_a_number_of_sites_and_no_event_tells_it(api: Callers, db: asyncpg.Connection) -> None:
    sites = await with_sites(api)

    counted = {row["municipality"]: row["sites"] for row in ok(await api.police.get("/shipment-alerts/site-counts"))}

    assert counted == SITES
    (bjurholm,) = sites[BJURHOLM]
    close = f"/shipment-alerts/sites/{bjurholm}/close"
    assert ok(await api.coordinator.post(close, headers={"If-Match": '"1"'}))["active"] is False

    rows = ok(await api.police.get("/shipment-alerts/site-counts"))
    assert BJURHOLM not in {row["municipality"] for row in rows}
    assert len(ok(await api.coordinator.get("/shipment-alerts/sites"))["items"]) == sum(SITES.values())
    assert await outbox(db) == []


async def test_a_site_can_change_but_not_open_again(api: Callers) -> None:
    (site,) = (await with_sites(api, {UMEA: 1}))[UMEA]
    place = f"/shipment-alerts/sites/{site}"

    changed = await api.coordinator.put(place, json=SITE | {"type": "TERMINAL"}, headers={"If-Match": '"1"'})
    assert (ok(changed)["type"], changed.headers["ETag"]) == ("TERMINAL", '"2"')

    closed = await api.coordinator.post(place + "/close", headers={"If-Match": changed.headers["ETag"]})
    again = await api.coordinator.put(place, json=SITE, headers={"If-Match": closed.headers["ETag"]})
    assert (ok(closed)["active"], again.json()["type"]) == (False, "/problems/closed")
    unknown = await api.coordinator.put(f"/shipment-alerts/sites/{uuid4()}", json=SITE, headers={"If-Match": '"1"'})
    assert unknown.status_code == 404


async def test_a_site_that_another_has_changed_is_left_as_it_is(api: Callers) -> None:
    (site,) = (await with_sites(api, {UMEA: 1}))[UMEA]
    place, seen = f"/shipment-alerts/sites/{site}", {"If-Match": '"1"'}
    ok(await api.coordinator.put(place, json=SITE | {"type": "TERMINAL"}, headers=seen))

    late = await api.coordinator.put(place, json=SITE, headers=seen)
    closing = await api.coordinator.post(place + "/close", headers=seen)

    assert [each.json()["type"] for each in (late, closing)] == ["/problems/precondition-failed"] * 2
    assert (await api.coordinator.put(place, json=SITE)).status_code == 428
    (listed,) = ok(await api.coordinator.get("/shipment-alerts/sites"))["items"]
    assert (listed["type"], listed["active"], listed["version"]) == ("TERMINAL", True, 2)


async def test_an_operator_sees_its_own_sites_alone(api: Callers) -> None:
    sites = await with_sites(api, {UMEA: 2})
    ok(await api.coordinator.put("/shipment-alerts/operators/citymail", json={"name": "CityMail"}))

    ok(await api.coordinator.post("/shipment-alerts/sites", json=SITE | {"operator": "citymail"}), 201)

    assert {site["id"] for site in ok(await api.operator.get("/shipment-alerts/sites"))["items"]} == set(sites[UMEA])

    names = [each["slug"] for each in ok(await api.coordinator.get("/shipment-alerts/operators"))["items"]]
    assert names == ["citymail", "postnord"]


@pytest.mark.parametrize("wrong", [{"operator": "ica-bjurholm"}, {"municipality": "2584"}, {"municipality": "9999"}])
async def test_an_impossible_site_is_refused_and_not_repeated(api: Callers, wrong: dict[str, str]) -> None:
    await with_sites(api, {UMEA: 1})

    answer = await api.coordinator.post("/shipment-alerts/sites", json=SITE | wrong)

    assert answer.status_code in (409, 422)
    assert not [value for value in wrong.values() if value in answer.text]
