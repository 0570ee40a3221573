"""The calls about meetings and action items."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_meetings import (
    InvitationPage,
    ItemPage,
    MeetingDetail,
    MeetingPage,
    ShownInvitation,
    ShownItem,
)


async def meetings(interface: CountyInterface, token: str, **query: str) -> MeetingPage:
    """The meetings to come of all counties that the query chooses."""
    return await interface.get(token, "/meetings", MeetingPage, limit=25, **query)


async def meeting(interface: CountyInterface, token: str, county: str, identity: UUID) -> MeetingDetail:
    """A meeting of whichever county."""
    return await interface.get(token, f"/meetings/{county}/{identity}", MeetingDetail)


async def invitations(interface: CountyInterface, token: str, **query: str) -> InvitationPage:
    """The invitations for which the caller answers, from today on; without ``state`` those that wait."""
    return await interface.get(token, "/invitations", InvitationPage, limit=500, **query)


async def invitations_to(
    interface: CountyInterface, token: str, county: str, identity: UUID, day: date
) -> list[ShownInvitation]:
    """The invitations to the meeting of that day for which the caller answers, whatever was answered."""
    days = {"from": day.isoformat(), "to": day.isoformat()}
    page = await invitations(interface, token, county=county, state="ANY", **days)
    return [each for each in page.items if each.id == str(identity)]


async def answer(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: UUID,
    invitee: UUID,
    given: Mapping[str, object],
) -> ShownInvitation:
    """The answer for one function; ``given`` has its state, the sequence that was read, and who comes instead."""
    path = f"/invitations/{county}/{identity}/{invitee}/answer"
    return await interface.command(token, key, "POST", path, ShownInvitation, given)


async def items(interface: CountyInterface, token: str, **query: str) -> ItemPage:
    """The action items of all counties that the query chooses; without ``progress`` those that are not finished."""
    return await interface.get(token, "/action-items", ItemPage, limit=25, **query)


async def own_items(interface: CountyInterface, token: str) -> ItemPage:
    """The unfinished action items of the caller's function."""
    return await interface.get(token, "/action-items", ItemPage, limit=100, mine=True)


async def item(interface: CountyInterface, token: str, county: str, identity: UUID) -> ShownItem:
    """An action item of whichever county."""
    return await interface.get(token, f"/action-items/{county}/{identity}", ShownItem)


async def report(
    interface: CountyInterface, token: str, key: str, county: str, identity: UUID, work: str, version: int
) -> ShownItem:
    """The owner of an action item, as it was seen, is so far: ``work`` is OPEN, ONGOING or DONE."""
    path = f"/action-items/{county}/{identity}/report"
    return await interface.command(token, key, "POST", path, ShownItem, {"work": work}, version)
