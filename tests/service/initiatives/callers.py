"""Who calls the service in its tests: in each county a municipality, its neighbour, the police and the county board."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import asyncpg
import httpx

from services.initiatives import handlers
from shared.contracts.counties import County
from tests.service.offices import Office, ok
from tests.unit.initiatives.given import PICTURE


def _callers(municipality: str, neighbour: str) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        "municipality": ("MUNICIPAL_COORDINATOR", {"municipality": municipality}),
        "neighbour": ("MUNICIPAL_COORDINATOR", {"municipality": neighbour}),
        "police": ("POLICE", {"function": "MUNICIPAL_POLICE"}),
        "county": ("COUNTY_COORDINATOR", {"function": "COUNTY_COORDINATOR"}),
        "reader": ("READER", {}),
    }


CALLERS = {"jamtland": _callers("2380", "2305"), "norrbotten": _callers("2580", "2514")}


@dataclass
class CountyOffice(Office):
    """A county with one client for each caller; ``api`` is the municipality's."""

    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @classmethod
    def of(cls, county: County, clients: dict[str, httpx.AsyncClient], db: asyncpg.Connection) -> "CountyOffice":
        """The county, whose service reads what the others publish."""
        jobs: Mapping[str, Any] = getattr(handlers, "JOBS", {})
        return cls(county, clients["municipality"], db, handlers.HANDLERS, jobs, clients=clients)

    def by(self, caller: str) -> Office:
        """The county as this caller sees it."""
        return replace(self, api=self.clients[caller])


@dataclass
class Counties:
    """Both counties."""

    jamtland: CountyOffice
    norrbotten: CountyOffice

    async def settle(self) -> None:
        """Deliver all events both ways until there are no more."""
        while await self.jamtland.carry_to(self.norrbotten) + await self.norrbotten.carry_to(self.jamtland):
            pass


def address(found: dict[str, Any], path: str = "problem-pictures") -> str:
    """The path of what was answered."""
    return f"/{path}/{found['county']}/{found['id']}"


async def step(
    office: Office, found: dict[str, Any], name: str, body: Any = None, path: str = "problem-pictures"
) -> Any:
    """The next step of what was answered, by whoever sees the office."""
    return await office.post(f"{address(found, path)}/{name}", body, seen=found)


async def agreed(county: CountyOffice, **changes: Any) -> Any:
    """A picture of the county's municipality that its police agree on."""
    body = PICTURE | {"municipalities": [CALLERS[county.name]["municipality"][1]["municipality"]]} | changes
    found = await county.post("/problem-pictures", body, status=201)
    for name in ("own", "prioritise", "analyse"):
        found = await step(county, found, name)
    found = await step(county.by("police"), found, "contribute")
    return await step(county, found, "agree")


async def released(county: CountyOffice, **changes: Any) -> Any:
    """The same, released to all counties."""
    return await step(county, await agreed(county, **changes), "release", {})


async def titles(office: Office, path: str, **query: Any) -> list[str]:
    """The titles of a list."""
    found = ok(await office.api.get(path, params=query))
    return [each["title"] for each in found["items"]]
