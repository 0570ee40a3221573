"""The calls about support: a municipality asks for it, and its county answers."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_support import ShownSupport, SupportPage

SUPPORT = "/support-requests"


async def requests(interface: CountyInterface, token: str, **query: str) -> SupportPage:
    """The requests of all counties that the query chooses."""
    return await interface.get(token, SUPPORT, SupportPage, limit=50, **query)


async def request(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownSupport:
    """A request of whichever county."""
    return await interface.get(token, f"{SUPPORT}/{county}/{identity}", ShownSupport)


async def ask(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownSupport:
    """The county is asked for support."""
    return await interface.command(token, key, "POST", SUPPORT, ShownSupport, wish)


async def change(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> ShownSupport:
    """The request, as it was seen, is for what ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{SUPPORT}/{county}/{identity}", ShownSupport, wish, version)


async def step(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    step: str,
    wish: Mapping[str, object],
    version: int,
) -> ShownSupport:
    """The request, as it was seen, is answered or taken back."""
    path = f"{SUPPORT}/{county}/{identity}/{step}"
    return await interface.command(token, key, "POST", path, ShownSupport, wish, version)
