"""Whose enrolments a caller sees: those of the county, or those that a municipality's coordinator has made."""

from uuid import UUID

from services.trainings.api.answered import REQUESTS
from services.trainings.store import municipal
from shared.runtime.auth import Principal, Role
from shared.runtime.db import Connection

OF_COUNTY = frozenset({Role.COUNTY_COORDINATOR, Role.READER})


def municipality_of(principal: Principal) -> str | None:
    """The municipality to whose own requests the caller is bound, empty if it names none; None for the county's."""
    return None if principal.roles & OF_COUNTY else principal.municipality or ""


async def check_asker(conn: Connection, principal: Principal, request: UUID) -> None:
    """Rejected, as unknown, if the caller is bound to a municipality that has not made the request."""
    municipality = municipality_of(principal)
    if municipality is not None and not await municipal.is_of(conn, request, municipality):
        raise REQUESTS.table.not_found()
