"""The calls about meetings and action items."""

from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_meetings import ItemPage, MeetingDetail, MeetingPage, ShownItem


async def meetings(interface: CountyInterface, token: str, **query: str) -> MeetingPage:
    """The meetings to come of all counties that the query chooses."""
    return await interface.get(token, "/meetings", MeetingPage, limit=25, **query)


async def meeting(interface: CountyInterface, token: str, county: str, identity: UUID) -> MeetingDetail:
    """A meeting of whichever county."""
    return await interface.get(token, f"/meetings/{county}/{identity}", MeetingDetail)


async def items(interface: CountyInterface, token: str, **query: str) -> ItemPage:
    """The action items of all counties that the query chooses; without ``progress`` those that are not finished."""
    return await interface.get(token, "/action-items", ItemPage, limit=25, **query)


async def own_items(interface: CountyInterface, token: str) -> ItemPage:
    """The unfinished action items of the caller's function."""
    return await interface.get(token, "/action-items", ItemPage, limit=100, mine=True)


async def item(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownItem:
    """An action item of whichever county."""
    return await interface.get(token, f"/action-items/{county}/{identity}", ShownItem)
