"""The calls about municipal readiness."""

from collections.abc import Mapping

from services.workspace.county import CountyInterface
from services.workspace.shown_readiness import ReadinessPage, ShownReadiness, SumsPage

READINESS = "/readiness"


async def shared(interface: CountyInterface, token: str) -> ReadinessPage:
    """The readiness of the municipalities of all counties that share it."""
    return await interface.get(token, READINESS, ReadinessPage, limit=500)


async def at_home(interface: CountyInterface, token: str) -> ReadinessPage:
    """The readiness of this county's municipalities that have said something, as far as the caller may see it."""
    return await interface.get(token, f"{READINESS}/at-home", ReadinessPage)


async def sums(interface: CountyInterface, token: str) -> SumsPage:
    """In how many municipalities of each county each requirement is in place, as far as that is told."""
    return await interface.get(token, f"{READINESS}/sums", SumsPage, limit=100)


async def readiness(interface: CountyInterface, token: str, municipality: str) -> ShownReadiness:
    """The readiness of one municipality, by its code; CallRefused, as not found, if the caller may not see it."""
    return await interface.get(token, f"{READINESS}/{municipality}", ShownReadiness)


async def change(
    interface: CountyInterface,
    token: str,
    key: str,
    municipality: str,
    wish: Mapping[str, object],
    version: int | None,
) -> ShownReadiness:
    """Who leads the work in the municipality, as it was seen, and whether all counties see what is in place there."""
    return await interface.command(token, key, "PUT", f"{READINESS}/{municipality}", ShownReadiness, wish, version)


async def assess(
    interface: CountyInterface,
    token: str,
    key: str,
    municipality: str,
    requirement: str,
    wish: Mapping[str, object],
    version: int | None,
) -> ShownReadiness:
    """How far the municipality is with a requirement is as ``wish`` says, with all that shows it."""
    path = f"{READINESS}/{municipality}/{requirement}"
    return await interface.command(token, key, "PUT", path, ShownReadiness, wish, version)


async def step(
    interface: CountyInterface,
    token: str,
    key: str,
    municipality: str,
    requirement: str,
    step: str,
    wish: Mapping[str, object],
    version: int | None,
) -> ShownReadiness:
    """Evidence is recorded for a requirement, or the county's proposal made or dismissed."""
    path = f"{READINESS}/{municipality}/{requirement}/{step}"
    return await interface.command(token, key, "POST", path, ShownReadiness, wish, version)
