"""Whether this database is the one that published (delivery rules E1, E2).

A database that was restored from a backup has forgotten what it has published, and would give the same numbers to
other events. Where that is noticed, by whatever sign, a doubt is kept in its one row of `identity`: then neither
commands nor relay nor inbox work, until `norrsam recover` has settled it.
"""

from collections.abc import Collection

import asyncpg
import structlog

from shared.outages import Outage
from shared.protocol.contradiction import NumberedEvent, contradiction

log = structlog.get_logger()

_LOOK = """
    SELECT doubt, (system_identifier, timeline, outbox) AS stored,
        (SELECT (p.system_identifier, p.timeline, p.outbox) FROM present_identity() AS p) AS present
    FROM identity
"""
_DOUBT = "UPDATE identity SET doubt = coalesce(doubt, $1)"
_HEAD = "SELECT epoch, numbered FROM streams WHERE topic = $1"
_IDS = "SELECT number, id::text FROM outbox WHERE topic = $1 AND epoch = $2 AND number = ANY($3)"


class RestoredDatabase(Outage):
    """This database may not be the one that published; it waits for `norrsam recover`."""


async def check(conn: asyncpg.Connection) -> None:
    """RestoredDatabase if there is a doubt, or if Postgres says that this is another cluster, timeline or table."""
    try:
        row = await conn.fetchrow(_LOOK)
    except asyncpg.UndefinedTableError:
        return  # not migrated yet: nothing can have been published
    if row is None:
        raise RestoredDatabase("its row of `identity` is missing")
    if row["doubt"]:
        raise RestoredDatabase(row["doubt"])
    names = ("system identifier", "timeline", "oid of the outbox")
    changed = [
        f"{name} was {then}, is {now}"
        for name, then, now in zip(names, row["stored"], row["present"], strict=True)
        if then != now
    ]
    if changed:
        raise RestoredDatabase(f"PostgreSQL's {', '.join(changed)}")


async def epoch(conn: asyncpg.Connection) -> int:
    """The epoch in which this database publishes."""
    return int(await conn.fetchval("SELECT epoch FROM identity"))


async def record_contradiction(
    conn: asyncpg.Connection, topic: str, events: Collection[NumberedEvent], source: str
) -> str | None:
    """The doubt that ``events`` of our own ``topic``, as ``source`` has them, give rise to; it is kept. Else None."""
    found = await find_contradiction(conn, topic, events)
    if found is None:
        return None
    doubt = f"{source} has {found} of {topic}"
    await conn.execute(_DOUBT, doubt)
    log.critical("database.restored", topic=topic, doubt=doubt)
    return doubt


async def find_contradiction(conn: asyncpg.Connection, topic: str, events: Collection[NumberedEvent]) -> str | None:
    """What of ``events`` this database cannot have published on its own ``topic``; None if there is nothing."""
    row = await conn.fetchrow(_HEAD, topic)
    head = (row["epoch"], row["numbered"]) if row else (1, 0)
    numbers = [number for epoch, number, _ in events if epoch == head[0]]
    rows = await conn.fetch(_IDS, topic, head[0], numbers) if numbers else []
    return contradiction(head, {row["number"]: row["id"] for row in rows}, events)
