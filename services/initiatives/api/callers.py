"""Who asks, as the domain sees it."""

from services.initiatives.domain.authors import LocalAuthor
from shared.contracts.codes import FunctionCode
from shared.rejected import Rejected
from shared.runtime.auth import Principal, Role


def author_of(principal: Principal) -> LocalAuthor:
    """For whom the caller writes: a municipality only as its coordinator, the police only as the police."""
    municipal = Role.MUNICIPAL_COORDINATOR in principal.roles
    known = FunctionCode(principal.function) if principal.function in FunctionCode.codes() else None
    return LocalAuthor(principal.municipality if municipal else None, Role.POLICE in principal.roles, known)


def coordinates_county(principal: Principal) -> bool:
    """Whether the caller coordinates this county: it sees what the municipalities and the police call their own."""
    return Role.COUNTY_COORDINATOR in principal.roles


def coordinated_municipality(principal: Principal) -> str:
    """The municipality that the caller coordinates; Rejected if the token names none."""
    municipality = author_of(principal).municipality
    if municipality is None:
        raise Rejected("forbidden", "The coordinator of a municipality writes here, and the token names it.")
    return municipality


def sees_weeks_of(principal: Principal, municipality: str) -> bool:
    """Whether the caller sees what was reported there: its coordinator, the county's, and the police do."""
    author = author_of(principal)
    return coordinates_county(principal) or author.writes_for([municipality])
