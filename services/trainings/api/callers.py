"""Whose enrolments a caller reads and writes: the county's, or those that a municipality's coordinator has made."""

from uuid import UUID

from services.trainings.api.answered import REQUESTS
from services.trainings.store import municipal
from shared.runtime.auth import Principal, Role
from shared.runtime.db import Connection

READS_ALL = frozenset({Role.COUNTY_COORDINATOR, Role.READER})
WRITES_ALL = frozenset({Role.COUNTY_COORDINATOR})
"""Who enrols for the county, and sees the names. A reader who coordinates a municipality too writes for that alone."""


def municipality_of(principal: Principal, of_county: frozenset[Role]) -> str | None:
    """The municipality to whose own requests the caller is bound, empty if it names none; None with a role of all."""
    return None if principal.roles & of_county else principal.municipality or ""


async def check_asker(conn: Connection, principal: Principal, request: UUID, of_county: frozenset[Role]) -> None:
    """Rejected, as unknown, if the caller is bound to a municipality that has not made the request."""
    municipality = municipality_of(principal, of_county)
    if municipality is not None and not await municipal.is_of(conn, request, municipality):
        raise REQUESTS.table.not_found()
