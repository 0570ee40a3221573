"""Who carries post in the own county, and where. None of it leaves; only counts are used."""

from uuid import UUID

import asyncpg

from services.shipment_alerts.domain.sites import Operator, Site, SiteCounts
from services.shipment_alerts.domain.tables import EmployerRoutine
from shared.contracts.shipment_codes import SiteType
from shared.runtime.aggregates import ListPosition
from shared.runtime.db import Connection

_SITE_COUNTS = """
    SELECT municipality, type, count(*) FROM (SELECT municipality, type FROM sites WHERE active FOR SHARE) AS active
    GROUP BY municipality, type ORDER BY municipality, type
"""
_SITE = "SELECT id, type, operator, municipality, active, version FROM sites WHERE id = $1"
_SITES = """
    SELECT id, type, operator, municipality, active, version FROM sites
    WHERE ($1::text IS NULL OR operator = $1) AND (municipality || ' ' || type, id) > ($2, $3)
    ORDER BY municipality || ' ' || type, id LIMIT $4
"""
_OPERATORS = "SELECT slug, name, routine FROM operators WHERE slug > $1 ORDER BY slug LIMIT $2"
_KEEP_SITE = """
    INSERT INTO sites (id, type, operator, municipality, active, version) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (id) DO UPDATE SET type = EXCLUDED.type, operator = EXCLUDED.operator,
        municipality = EXCLUDED.municipality, active = EXCLUDED.active, version = EXCLUDED.version
"""


async def site_counts(conn: Connection, code: str) -> SiteCounts:
    """How many active sites the county of this code has. That stays so until this transaction ends."""
    rows = await conn.fetch(_SITE_COUNTS)
    return SiteCounts(code, {(row["municipality"], SiteType(row["type"])): row["count"] for row in rows})


async def operators(conn: Connection, after: str = "", limit: int | None = None) -> dict[str, Operator]:
    """At most ``limit`` of those who carry post here, by slug, after this one; all of them without a limit."""
    rows = await conn.fetch(_OPERATORS, after, limit)
    return {row["slug"]: Operator(**dict(row) | {"routine": EmployerRoutine(row["routine"])}) for row in rows}


async def keep_operator(conn: Connection, operator: Operator) -> None:
    """The operator is known, as it says."""
    await conn.execute(
        "INSERT INTO operators (slug, name, routine) VALUES ($1, $2, $3)"
        " ON CONFLICT (slug) DO UPDATE SET name = EXCLUDED.name, routine = EXCLUDED.routine",
        *dict(operator).values(),
    )


async def employer_routine(conn: Connection, slug: str) -> EmployerRoutine | None:
    """Who calls, as the operator has decided; None if it is not known here."""
    found = await conn.fetchval("SELECT routine FROM operators WHERE slug = $1", slug)
    return None if found is None else EmployerRoutine(found)


async def site(conn: Connection, identity: UUID, lock: bool = False) -> Site | None:
    """The site if it is known; with ``lock`` it stays as it is until this transaction ends."""
    row = await conn.fetchrow(_SITE + (" FOR UPDATE" if lock else ""), identity)
    return _site(row) if row else None


async def sites(conn: Connection, operator: str | None, after: ListPosition, limit: int) -> list[Site]:
    """At most ``limit`` sites, or of those of one operator, that come after the position, by municipality and type."""
    key, _, identity = after
    return [_site(row) for row in await conn.fetch(_SITES, operator, key, identity, limit)]


async def keep_site(conn: Connection, site: Site) -> None:
    """The site is in the register, as it says."""
    await conn.execute(_KEEP_SITE, site.id, site.type, site.operator, site.municipality, site.active, site.version)


def _site(row: asyncpg.Record) -> Site:
    return Site(**dict(row) | {"type": SiteType(row["type"])})
