"""Signals for the pages of Västerbotten, where Bjurholm is too small to be named, and of its neighbour."""

import re
from html import unescape
from typing import Any

from services.shipment_alerts.store.signals import SHIPMENT_SIGNALS
from shared.contracts.counties import DEFAULT, parse
from tests.service.shipment_alerts.given import BJURHOLM, SITES, WEEK, YEAR, neighbours, ok, received
from tests.support.databases import connector
from tests.support.workspace import WorkspaceHouse

VASTERBOTTEN = next(county for county in parse(DEFAULT) if county.name == "vasterbotten")
FORM: dict[str, Any] = {
    "place": BJURHOLM,
    "site_type": "AGENT",
    "week": f"{YEAR}-W{WEEK:02}",
    "kind": "LETTER",
    "origin": "DOMESTIC",
    "category": "NARCOTICS",
    "hazard_class": "H1",
    "indicator_groups": ["SMELL", "PACKAGING"],
    "source_grade": "B",
    "information_grade": "2",
    "tlp": "GREEN",
}
"""A letter from the only agent in Bjurholm."""


async def given_places(house: WorkspaceHouse) -> None:
    """The county has its sites: one in Bjurholm, two in Vännäs, more elsewhere."""
    async with house.client("COUNTY_COORDINATOR") as county:
        ok(await county.put("/shipment-alerts/operators/postnord", json={"name": "PostNord"}))
        for municipality, count in SITES.items():
            site = {"type": "AGENT", "operator": "postnord", "municipality": municipality}
            for _ in range(count):
                ok(await county.post("/shipment-alerts/sites", json=site), 201)


async def neighbours_signal(house: WorkspaceHouse, version: int = 1, **changes: Any) -> dict[str, Any]:
    """A signal from Sundsvall has reached the county."""
    signal = neighbours(**changes)
    conn = await connector(house.settings, house.county, "shipment-alerts")()
    try:
        await SHIPMENT_SIGNALS.project(conn, [received("ShipmentSignalReleased", version, signal)])
    finally:
        await conn.close()
    return signal


def hidden(text: str) -> dict[str, list[str]]:
    """The hidden fields of a page's form."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text):
        found.setdefault(name, []).append(unescape(value))
    return found
