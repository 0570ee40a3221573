"""Actors and networks of all counties, as their owners have published them: who can be invited, and by what name."""

from collections.abc import Collection
from uuid import UUID

from services.meetings.domain.invitees import Actors
from shared.contracts.action_items import ItemOwner
from shared.contracts.actors import Actor, ContactFunction, Network
from shared.contracts.asking import Reference
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection

ACTORS_STREAM = StreamTable("actors", "actors", 1, {"actor": Actor, "network": Network}, lambda _: "")
ACTORS = AggregateTable(ACTORS_STREAM, Actor)
NETWORKS = AggregateTable(ACTORS_STREAM, Network)

_ACTORS = f"""
    SELECT county, id, state FROM actors
    WHERE kind = 'actor' AND {ACTORS_STREAM.visible_sql}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""
_OF_MUNICIPALITY = f"""
    SELECT id FROM actors
    WHERE kind = 'actor' AND {ACTORS_STREAM.visible_sql} AND county = $1
        AND state ->> 'municipality' = $2 AND state ->> 'sector' = 'MUNICIPALITY'
"""
_CONTACTS = f"""
    SELECT state FROM actors
    WHERE kind = 'actor' AND {ACTORS_STREAM.visible_sql} AND county = $1 AND state ->> 'status' = 'ACTIVE'
        AND CASE WHEN $2::uuid IS NULL THEN state ->> 'type' IN ('COUNTY_BOARD', 'POLICE') ELSE id = $2 END
    ORDER BY id
"""


async def known(conn: Connection, named: Collection[Reference]) -> Actors:
    """Those of the actors that are known here."""
    wanted = set(named)
    rows = await conn.fetch(_ACTORS, [each.county for each in wanted], [each.id for each in wanted])
    return {Reference(county=row["county"], id=row["id"]): Actor.read(row["state"].encode()) for row in rows}


async def of_municipality(conn: Connection, county: str, municipality: str) -> list[UUID]:
    """The actors of the county that are this municipality, or a part of it."""
    rows = await conn.fetch(_OF_MUNICIPALITY, county, municipality)
    return [row["id"] for row in rows]


async def contacts_of(conn: Connection, county: str, owner: ItemOwner) -> list[ContactFunction]:
    """The contact functions that the owner of an item means: of its actor, or of the county's board or police."""
    actors = [Actor.read(row["state"].encode()) for row in await conn.fetch(_CONTACTS, county, owner.actor)]
    return [each for actor in actors for each in actor.contact_functions if each.function is owner.function]


async def mailbox(conn: Connection, actor: Reference, function: UUID) -> str | None:
    """The shared mailbox of a contact function; None if it is not known or has none."""
    found = (await known(conn, [actor])).get(actor)
    return next((each.mailbox for each in found.contact_functions if each.id == function), None) if found else None


async def is_own(conn: Connection, county: str, function: UUID) -> bool:
    """Whether it is a contact function of an actor of the county."""
    return bool(await ACTORS.page(conn, county, [{"contact_functions": [{"id": str(function)}]}], limit=1))
