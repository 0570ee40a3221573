"""The calls by which a host gives action items, changes them and withdraws them."""

from collections.abc import Mapping
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_meetings import ShownItem

ITEMS = "/action-items"


async def assign(interface: CountyInterface, token: str, key: str, wish: Mapping[str, object]) -> ShownItem:
    """Somebody is to do something after a meeting of this county."""
    return await interface.command(token, key, "POST", ITEMS, ShownItem, wish)


async def change(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    wish: Mapping[str, object],
    version: int,
) -> ShownItem:
    """The item, as it was seen, is as ``wish`` says."""
    return await interface.command(token, key, "PUT", f"{ITEMS}/{county}/{identity}", ShownItem, wish, version)


async def cancel(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, version: int
) -> ShownItem:
    """The item, as it was seen, is not to be done any more."""
    return await interface.command(token, key, "POST", f"{ITEMS}/{county}/{identity}/cancel", ShownItem, {}, version)
