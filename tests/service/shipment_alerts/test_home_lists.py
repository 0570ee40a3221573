"""Lists that each county has for itself come page by page, and no page repeats or leaves out anything."""

import pytest

from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import BJURHOLM, ROUTINE, UMEA, ok, with_sites

DRAFTS, SITES, OPERATORS = "/guidance/drafts", "/shipment-alerts/sites", "/shipment-alerts/operators"
each_list = pytest.mark.parametrize("path", [DRAFTS, SITES, OPERATORS])


async def three(api: Callers, path: str) -> list[str]:
    """Makes three of what is listed; their ids in the order of the list."""
    if path == DRAFTS:
        answers = [await api.coordinator.post("/guidance/routines/drafts", json={"details": ROUTINE}) for _ in "abc"]
        return [ok(each, 201)["id"] for each in answers]
    if path == OPERATORS:
        for slug in ("c", "a", "b"):
            ok(await api.coordinator.put(f"{OPERATORS}/{slug}", json={"name": "Bud"}))
        return ["a", "b", "c"]
    made = await with_sites(api, {UMEA: 2, BJURHOLM: 1})
    return [*made[BJURHOLM], *sorted(made[UMEA])]


@each_list
async def test_a_list_comes_page_by_page_in_its_order(api: Callers, path: str) -> None:
    made = await three(api, path)

    first = ok(await api.coordinator.get(path, params={"limit": 2}))
    second = ok(await api.coordinator.get(path, params={"limit": 2, "cursor": first["next"]}))

    pages = [[each.get("id") or each["slug"] for each in page["items"]] for page in (first, second)]
    assert pages == [made[:2], made[2:]]
    assert second["next"] is None
    assert first["counties"] == []


@each_list
async def test_of_another_county_nothing_is_listed(api: Callers, path: str) -> None:
    await three(api, path)
    found = ok(await api.coordinator.get(path, params={"county": "jamtland"}))
    assert (found["items"], found["next"]) == ([], None)


@each_list
async def test_a_cursor_of_another_list_begins_no_page(api: Callers, path: str) -> None:
    others = [each for each in (DRAFTS, SITES, OPERATORS) if each != path]
    for other in others:
        await three(api, other)
        cursor = ok(await api.coordinator.get(other, params={"limit": 2}))["next"]
        refused = await api.coordinator.get(path, params={"cursor": cursor})
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-cursor")


async def test_a_cursor_of_the_county_shows_an_operator_no_more(api: Callers) -> None:
    await three(api, SITES)
    cursor = ok(await api.coordinator.get(SITES, params={"limit": 2}))["next"]
    assert (await api.operator.get(SITES, params={"cursor": cursor})).status_code == 422
