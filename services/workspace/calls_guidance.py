"""The calls of the county's interface about routines, safety advice and sites."""

from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_guidance import (
    AcknowledgementPage,
    GuidanceDraftPage,
    GuidanceInForce,
    OperatorPage,
    RoutinePage,
    SafetyAdvicePage,
    ShownRoutine,
    ShownSafetyAdvice,
    SiteRegister,
)

ROUTINES, ADVICE = "/guidance/routines", "/guidance/safety-advice"


async def in_force(interface: CountyInterface, token: str, audience: str, **query: str) -> GuidanceInForce:
    """The guidance in force for an audience today, of all counties or one."""
    return await interface.get(token, "/guidance", GuidanceInForce, audience=audience, **query)


async def routines(interface: CountyInterface, token: str) -> RoutinePage:
    """The newest routines of all counties, withdrawn ones too."""
    return await interface.get(token, ROUTINES, RoutinePage, status="ANY", limit=100)


async def safety_advice(interface: CountyInterface, token: str) -> SafetyAdvicePage:
    """The newest safety advice of all counties, withdrawn too."""
    return await interface.get(token, ADVICE, SafetyAdvicePage, status="ANY", limit=100)


async def routine(interface: CountyInterface, token: str, owner: str, identity: UUID) -> ShownRoutine:
    """One routine of whichever county."""
    return await interface.get(token, f"{ROUTINES}/{owner}/{identity}", ShownRoutine)


async def advice(interface: CountyInterface, token: str, owner: str, identity: UUID) -> ShownSafetyAdvice:
    """One safety advice of whichever county."""
    return await interface.get(token, f"{ADVICE}/{owner}/{identity}", ShownSafetyAdvice)


async def acknowledgements(interface: CountyInterface, token: str, owner: str, identity: UUID) -> AcknowledgementPage:
    """How many sites of each county have acknowledged each version of a routine."""
    path = f"{ROUTINES}/{owner}/{identity}/acknowledgements"
    return await interface.get(token, path, AcknowledgementPage, limit=500)


async def drafts(interface: CountyInterface, token: str) -> GuidanceDraftPage:
    """The drafts of this county that wait for a second person."""
    return await interface.get(token, "/guidance/drafts", GuidanceDraftPage, limit=500)


async def sites(interface: CountyInterface, token: str, **query: str) -> SiteRegister:
    """The sites of this county: all of them for a coordinator, an operator's own for an operator."""
    return await interface.get(token, "/shipment-alerts/sites", SiteRegister, limit=500, **query)


async def operators(interface: CountyInterface, token: str) -> OperatorPage:
    """Everyone who carries post in this county, for its coordinators."""
    return await interface.get(token, "/shipment-alerts/operators", OperatorPage, limit=500)
