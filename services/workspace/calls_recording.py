"""The calls by which a host writes minutes, sends them, and corrects what was sent."""

from collections.abc import Mapping

from services.workspace.county import CountyInterface
from services.workspace.shown_minutes import ShownMinutes
from services.workspace.shown_recording import MinutesDraftPage, ShownMinutesDraft

DRAFTS = "/minutes/drafts"


async def drafts(interface: CountyInterface, token: str) -> MinutesDraftPage:
    """The drafts of this county."""
    return await interface.get(token, DRAFTS, MinutesDraftPage, limit=500)


async def begin(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownMinutesDraft:
    """The first draft of the minutes of a meeting of this county, which nobody else sees."""
    return await interface.command(token, key, "POST", DRAFTS, ShownMinutesDraft, wish)


async def change(
    interface: CountyInterface, token: str, key: str, identity: str, wish: Mapping[str, object], version: int
) -> ShownMinutesDraft:
    """The draft, as it was seen, is as ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{DRAFTS}/{identity}", ShownMinutesDraft, wish, version)


async def circulate(
    interface: CountyInterface, token: str, key: str, identity: str, confirmed: bool, version: int
) -> ShownMinutes:
    """The draft, as it was seen, is sent to all counties. ``confirmed``: somebody has looked at its doubts."""
    path, wish = f"{DRAFTS}/{identity}/circulate", {"confirmed": confirmed}
    return await interface.command(token, key, "POST", path, ShownMinutes, wish, version)


async def correct(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: str,
    wish: Mapping[str, object],
    version: int,
) -> ShownMinutes:
    """The minutes, as they were seen, have this text, which all approve anew."""
    return await interface.command(token, key, "PUT", f"/minutes/{county}/{identity}", ShownMinutes, wish, version)
