"""The calls of the county's interface about routines, safety advice, sites, and the method in municipalities."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_guidance import (
    AcknowledgementPage,
    GuidanceDraftPage,
    GuidanceInForce,
    OperatorPage,
    RoutinePage,
    SafetyAdvicePage,
    ShownAcknowledged,
    ShownGuidanceDraft,
    ShownPublished,
    ShownRoutine,
    ShownSafetyAdvice,
    SiteDetail,
    SiteRegister,
)
from services.workspace.shown_method import ImplementationPage, ShownImplementation

ROUTINES, ADVICE, SITES = "/guidance/routines", "/guidance/safety-advice", "/shipment-alerts/sites"
IMPLEMENTATIONS = "/guidance/implementations"
PATHS = {"routine": ROUTINES, "safety-advice": ADVICE}


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
    return await interface.get(token, SITES, SiteRegister, limit=500, **query)


async def operators(interface: CountyInterface, token: str) -> OperatorPage:
    """Everyone who carries post in this county, for its coordinators."""
    return await interface.get(token, "/shipment-alerts/operators", OperatorPage, limit=500)


async def acknowledge(
    interface: CountyInterface, token: str, key: str, owner: str, identity: UUID, wish: Mapping[str, object]
) -> ShownAcknowledged:
    """A site has read a version of a routine; ``wish`` has its id, and the version's number."""
    path = f"{ROUTINES}/{owner}/{identity}/acknowledgements"
    return await interface.command(token, key, "POST", path, ShownAcknowledged, wish)


async def draft(
    interface: CountyInterface, token: str, key: str, kind: str, wish: Mapping[str, object]
) -> ShownGuidanceDraft:
    """A draft of a `routine` or a `safety-advice`; it waits for a second person."""
    return await interface.command(token, key, "POST", f"{PATHS[kind]}/drafts", ShownGuidanceDraft, wish)


async def approve(interface: CountyInterface, token: str, key: str, identity: UUID) -> ShownPublished:
    """The draft becomes a version. Whoever wrote it is refused."""
    return await interface.command(token, key, "POST", f"/guidance/drafts/{identity}/approve", ShownPublished, {})


async def discard(interface: CountyInterface, token: str, key: str, identity: UUID) -> None:
    """The draft does not wait any more."""
    await interface.command(token, key, "DELETE", f"/guidance/drafts/{identity}", type(None), {})


async def withdraw(
    interface: CountyInterface, token: str, key: str, kind: str, owner: str, identity: UUID, version: int
) -> ShownPublished:
    """The guidance, as it was seen, is in force no more."""
    path = f"{PATHS[kind]}/{owner}/{identity}/withdraw"
    return await interface.command(token, key, "POST", path, ShownPublished, {}, version)


async def register_site(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> SiteDetail:
    """A site is in the register."""
    return await interface.command(token, key, "POST", SITES, SiteDetail, wish)


async def change_site(
    interface: CountyInterface, token: str, key: str, identity: UUID, wish: Mapping[str, object], version: int
) -> SiteDetail:
    """The site, as it was seen, is as ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{SITES}/{identity}", SiteDetail, wish, version)


async def close_site(interface: CountyInterface, token: str, key: str, identity: UUID, version: int) -> SiteDetail:
    """The site, as it was seen, does not count any more."""
    return await interface.command(token, key, "POST", f"{SITES}/{identity}/close", SiteDetail, {}, version)


async def implementations(interface: CountyInterface, token: str, **query: str) -> ImplementationPage:
    """How far the municipalities of all counties are with the method."""
    return await interface.get(token, IMPLEMENTATIONS, ImplementationPage, limit=500, **query)


async def implement(
    interface: CountyInterface, token: str, key: str, wish: Mapping[str, object], version: int | None
) -> ShownImplementation:
    """A municipality of this county is as far as ``wish`` says; ``version`` is the one seen, None for the first."""
    return await interface.command(token, key, "PUT", IMPLEMENTATIONS, ShownImplementation, wish, version)
