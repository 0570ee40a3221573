"""Actors and networks of all counties, as their owners have published them: who can be invited, and by what name."""

from collections.abc import Collection

from services.meetings.domain.invitees import Actors
from shared.contracts.actors import Actor, Network
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


async def known(conn: Connection, named: Collection[Reference]) -> Actors:
    """Those of the actors that are known here."""
    wanted = set(named)
    rows = await conn.fetch(_ACTORS, [each.county for each in wanted], [each.id for each in wanted])
    return {Reference(county=row["county"], id=row["id"]): Actor.read(row["state"].encode()) for row in rows}
