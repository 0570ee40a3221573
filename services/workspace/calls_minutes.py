"""The calls about minutes."""

from uuid import UUID

from services.workspace.county import CountyInterface
from services.workspace.shown_minutes import MinutesPage, ShownMinutes


async def minutes_of(interface: CountyInterface, token: str, county: str, meeting: UUID) -> list[ShownMinutes]:
    """The minutes of a meeting, as they were sent to the counties; none if they have not been."""
    query = {"county": county, "meeting": str(meeting)}
    return (await interface.get(token, "/minutes", MinutesPage, limit=1, **query)).items


async def waiting(interface: CountyInterface, token: str) -> MinutesPage:
    """The minutes that wait for the caller's approval, those that are to be approved first first."""
    return await interface.get(token, "/minutes", MinutesPage, limit=100, waiting=True)


async def approve(
    interface: CountyInterface, token: str, key: str, county: str, identity: str, approver: str, version: int
) -> ShownMinutes:
    """The approver approves the version that was seen."""
    path = f"/minutes/{county}/{identity}/approve"
    return await interface.command(token, key, "POST", path, ShownMinutes, {"approver": approver}, version)


async def object_to(
    interface: CountyInterface,
    token: str,
    key: str,
    county: str,
    identity: str,
    approver: str,
    version: int,
    reason: str,
) -> ShownMinutes:
    """The approver objects to the version that was seen, for a reason."""
    path = f"/minutes/{county}/{identity}/object"
    wish = {"approver": approver, "reason": reason}
    return await interface.command(token, key, "POST", path, ShownMinutes, wish, version)
