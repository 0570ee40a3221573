"""The calls that the interface takes alike for each kind of aggregate: one, a new one, a change, and a step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown import FromCounty

ShownAggregate = TypeVar("ShownAggregate", bound=FromCounty)


@dataclass(frozen=True, slots=True)
class AggregateCalls(Generic[ShownAggregate]):
    """The calls about the aggregates at ``path``. ``kind`` is what a page needs of one."""

    path: str
    kind: type[ShownAggregate]

    async def one(self, interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownAggregate:
        """One that the caller may see, of whichever county."""
        return await interface.get(token, f"{self.path}/{county}/{identity}", self.kind)

    async def make(
        self, interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]
    ) -> ShownAggregate:
        """A new one of this county."""
        return await interface.command(token, key, "POST", self.path, self.kind, wish)

    async def decide(
        self, interface: CountyInterface, token: str, key: str, wish: Mapping[str, object], version: int | None
    ) -> ShownAggregate:
        """The one that ``wish`` names, as it was seen if there was one, is as that says."""
        return await interface.command(token, key, "PUT", self.path, self.kind, wish, version)

    async def change(
        self,
        interface: CountyInterface,
        token: str,
        key: str,
        county: str,
        identity: UUID,
        wish: Mapping[str, object],
        version: int,
    ) -> ShownAggregate:
        """It, as it was seen, is as ``wish`` says."""
        return await interface.command(token, key, "PUT", f"{self.path}/{county}/{identity}", self.kind, wish, version)

    async def step(
        self,
        interface: CountyInterface,
        token: str,
        key: str,
        county: str,
        identity: UUID,
        step: str,
        wish: Mapping[str, object],
        version: int,
    ) -> ShownAggregate:
        """It, as it was seen, takes this step."""
        path = f"{self.path}/{county}/{identity}/{step}"
        return await interface.command(token, key, "POST", path, self.kind, wish, version)

    async def withdraw(
        self, interface: CountyInterface, token: str, key: str, county: str, identity: UUID, version: int
    ) -> ShownAggregate:
        """It, as it was seen, holds no more."""
        return await self.step(interface, token, key, county, identity, "withdraw", {}, version)
