"""The own requests that municipalities' coordinators have made. No event tells of it."""

from uuid import UUID

from shared.runtime.db import Connection


async def save(conn: Connection, request: UUID, municipality: str) -> None:
    """The municipality's coordinator has made the request."""
    await conn.execute("INSERT INTO municipal_requests (request, municipality) VALUES ($1, $2)", request, municipality)


async def requests_of(conn: Connection, municipality: str) -> list[UUID]:
    """All requests that the municipality's coordinator has made."""
    rows = await conn.fetch("SELECT request FROM municipal_requests WHERE municipality = $1", municipality)
    return [row["request"] for row in rows]


async def is_of(conn: Connection, request: UUID, municipality: str) -> bool:
    """Whether the municipality's coordinator has made the request."""
    sql = "SELECT true FROM municipal_requests WHERE (request, municipality) = ($1, $2)"
    return bool(await conn.fetchval(sql, request, municipality))
