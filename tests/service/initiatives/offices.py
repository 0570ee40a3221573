"""A county and one of its neighbours, each with its municipalities and its police."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.service.offices import Office, ok
from tests.support.tokens import Tokens

KROKOM, BRACKE, LULEA = "2309", "2305", "2580"


@dataclass
class MunicipalOffice(Office):
    """A county whose municipalities ask too."""

    tokens: Tokens = field(kw_only=True)

    async def asks(
        self, method: str, path: str, body: Any = None, *, by: str = KROKOM, seen: int | None = None
    ) -> httpx.Response:
        """The answer to a municipality, by its code, or to a role."""
        role = "MUNICIPAL_COORDINATOR" if by.isdigit() else by
        code = by if by.isdigit() else None
        headers = self.tokens.headers(self.name, role, sub=by, function=None, municipality=code)
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return await self.api.request(method, path, json=body, headers=headers)

    async def done(self, method: str, path: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        """The body of the answer, which has this status."""
        return ok(await self.asks(method, path, body, **more), status)


@dataclass
class Offices:
    """The county that it happens in, and its neighbour."""

    home: MunicipalOffice
    other: MunicipalOffice

    async def settle(self) -> None:
        """Deliver all events both ways until there are no more."""
        while await self.home.carry_to(self.other) + await self.other.carry_to(self.home):
            pass
