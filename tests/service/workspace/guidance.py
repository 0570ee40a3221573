"""Guidance and sites of Jämtland to begin with."""

from typing import Any

import httpx

from infra.cli.county import local_token
from tests.service.shipment_alerts.given import ROUTINE, ok
from tests.support.workspace import WorkspaceHouse

ADVICE = ROUTINE | {"hazard_class": "H2", "steps": ["CALL_112", "WASH_HANDS"], "calls": ["EMERGENCY"]}
SITE = {"type": "AGENT", "operator": "postnord", "municipality": "2380"}


def second(house: WorkspaceHouse) -> httpx.AsyncClient:
    """A client of another person of the county."""
    function = "COUNTY_ANDT_COORDINATOR"
    token = local_token(house.settings.data, "jamtland", ["COUNTY_COORDINATOR"], function=function, sub="another")
    return house.client_with(token)


async def drafted(house: WorkspaceHouse, kind: str = "routines", **changes: Any) -> dict[str, Any]:
    """A draft of somebody who logs in nowhere: of a routine, or of a safety advice."""
    details = (ROUTINE if kind == "routines" else ADVICE) | changes
    async with house.client("COUNTY_COORDINATOR") as county:
        return dict(ok(await county.post(f"/guidance/{kind}/drafts", json={"details": details}), 201))


async def published(house: WorkspaceHouse, kind: str = "routines", **changes: Any) -> dict[str, Any]:
    """A routine or a safety advice, in force from today."""
    draft = await drafted(house, kind, **changes)
    async with second(house) as county:
        return dict(ok(await county.post(f"/guidance/drafts/{draft['id']}/approve"), 201))


async def given_sites(house: WorkspaceHouse, count: int = 1, **changes: Any) -> list[str]:
    """The ids of so many new sites of an operator."""
    async with house.client("COUNTY_COORDINATOR") as county:
        for slug in ("postnord", str(changes.get("operator", "postnord"))):
            ok(await county.put(f"/shipment-alerts/operators/{slug}", json={"name": f"Post <b>{slug}</b>"}))
        found = [await county.post("/shipment-alerts/sites", json=SITE | changes) for _ in range(count)]
    return [str(ok(answer, 201)["id"]) for answer in found]
