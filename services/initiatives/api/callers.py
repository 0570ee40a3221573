"""Who asks, as the domain sees it."""

from services.initiatives.domain.authors import LocalAuthor
from shared.contracts.codes import FunctionCode
from shared.runtime.auth import Principal, Role


def author_of(principal: Principal) -> LocalAuthor:
    """For whom the caller writes: a municipality only as its coordinator, the police only as the police."""
    municipal = Role.MUNICIPAL_COORDINATOR in principal.roles
    known = FunctionCode(principal.function) if principal.function in FunctionCode.codes() else None
    return LocalAuthor(principal.municipality if municipal else None, Role.POLICE in principal.roles, known)


def coordinates_county(principal: Principal) -> bool:
    """Whether the caller coordinates this county: it sees what the municipalities and the police call their own."""
    return Role.COUNTY_COORDINATOR in principal.roles
