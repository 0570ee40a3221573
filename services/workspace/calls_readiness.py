"""The calls about municipal readiness."""

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
