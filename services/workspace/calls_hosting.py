"""The calls by which a host plans a meeting, changes it, goes on with it, and says who came."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_hosting import HostedMeeting


async def hosted(interface: CountyInterface, token: str, county: str, identity: UUID) -> HostedMeeting:
    """A meeting with all that its host may change."""
    return await interface.get(token, f"/meetings/{county}/{identity}", HostedMeeting)


async def plan(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> HostedMeeting:
    """The meeting is a draft, which nobody else sees."""
    return await interface.command(token, key, "POST", "/meetings", HostedMeeting, wish)


async def change(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> HostedMeeting:
    """The meeting, as it was seen, is as ``wish`` says. Another time or place asks all invitees anew."""
    return await interface.command(token, key, "PUT", f"/meetings/{county}/{identity}", HostedMeeting, wish, version)


async def step(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, verb: str, version: int
) -> HostedMeeting:
    """The meeting, as it was seen, goes on: ``verb`` is invite, confirm, postpone, cancel or close."""
    path = f"/meetings/{county}/{identity}/{verb}"
    return await interface.command(token, key, "POST", path, HostedMeeting, {}, version)


async def hold(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> HostedMeeting:
    """The meeting, as it was seen, has been held; ``wish`` says who came."""
    path = f"/meetings/{county}/{identity}/attendance"
    return await interface.command(token, key, "POST", path, HostedMeeting, wish, version)
