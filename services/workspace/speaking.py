"""For whom a user speaks: the county's coordinator for all its actors, others for those of their own."""

from uuid import UUID

from services.workspace.guard import Visit
from shared.runtime.auth import Role


def home_of(visit: Visit) -> str | None:
    """The municipality that the user coordinates, by its code; None for everybody else."""
    municipal = Role.MUNICIPAL_COORDINATOR in visit.roles
    return visit.visitor.principal.municipality if visit.visitor and municipal else None


async def speaks_for(visit: Visit, county: str, identity: str) -> bool:
    """Whether the user answers for the functions of this actor, as the county's services see it.

    CallRefused or CountyAway where the actor must be looked up, and cannot be.
    """
    if county != visit.site.county.name:
        return False
    if Role.COUNTY_COORDINATOR in visit.roles:
        return True
    if not visit.roles & {Role.POLICE, Role.MUNICIPAL_COORDINATOR}:
        return False
    actor = await visit.site.interface.actor(visit.token, county, UUID(identity))
    if Role.POLICE in visit.roles and actor.type == "POLICE":
        return True
    home = home_of(visit)
    return actor.sector == "MUNICIPALITY" and home is not None and actor.municipality == home
