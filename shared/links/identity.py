"""Checks that this database is the one that published (docs/protocol.md, E1 and E2).

A database restored from a backup does not know what it published since, and would give the same numbers to other
events. Any sign of that is stored as a doubt in the one row of `identity`. While there is a doubt, commands, relay and
inbox refuse to work; `norrsam recover` settles it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from shared.contracts.links import Applied
from shared.outages import Outage
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.contradiction import NumberedEvent, contradiction
from shared.protocol.judging_batches import subjects_of_high_versions
from shared.protocol.judging_own import numbered_event
from shared.protocol.progress import Progress

log = structlog.get_logger()

NEW = "it is new, and has not asked its topics and the other counties yet"
"""The doubt of a database that was just made (docs/protocol.md, J8)."""

_LOOK = """
    SELECT doubt, (system_identifier, timeline, outbox) AS stored,
        (SELECT (p.system_identifier, p.timeline, p.outbox) FROM present_identity() AS p) AS present
    FROM identity
"""
_DOUBT = "UPDATE identity SET doubt = coalesce(doubt, $1) WHERE epoch = $2"
_HEAD = "SELECT epoch, numbered FROM streams WHERE topic = $1"
_VERSIONS = """
    SELECT key, max((headers ->> 'ce_aggregateversion')::bigint) FROM outbox WHERE topic = $1 AND key = ANY($2)
    GROUP BY key
"""
_IDS = "SELECT number, id::text FROM outbox WHERE topic = $1 AND epoch = $2 AND number = ANY($3)"


class RestoredDatabase(Outage):
    """This database may not be the one that published; it refuses to work until `norrsam recover` has run.

    ``epoch`` is the one in which the doubt arose, where it is known.
    """

    def __init__(self, doubt: str, epoch: int | None = None) -> None:
        super().__init__(doubt)
        self.epoch = epoch


async def check(conn: asyncpg.Connection) -> None:
    """RestoredDatabase if there is a doubt, or if PostgreSQL's cluster, timeline or outbox table is another one."""
    try:
        row = await conn.fetchrow(_LOOK)
    except asyncpg.UndefinedTableError:
        return  # not migrated yet, so nothing is published
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


async def numbered_events(
    conn: asyncpg.Connection, topic: str, records: Sequence[Any], heard: Iterable[Applied] = ()
) -> list[NumberedEvent]:
    """The numbered events among ``records`` of our own ``topic``, in its order; ``heard`` is what links tells of it.

    Those with a false envelope are left out, also if it would not be false any more: by the records before it, a number
    was too high when it came.
    """
    checkpoint, now, seen = await own_checkpoint(conn, topic, heard), datetime.now(UTC), Progress()
    await look_up_versions(conn, checkpoint, records)
    events: list[NumberedEvent] = []
    for record in records:
        event = numbered_event(checkpoint, record, now)
        if event and seen.is_plausible(*event[:2]):
            seen.accept(*event)
            events.append(event)
    return events


async def own_checkpoint(conn: asyncpg.Connection, topic: str, heard: Iterable[Applied] = ()) -> Checkpoint:
    """The checkpoint that judges our own ``topic``: by this database, and by links as far as that was ``heard``."""
    row = await conn.fetchrow(_HEAD, topic)
    checkpoint = Checkpoint(topic, Progress(*row) if row else Progress(), "", 0, None, None, None)
    checkpoint.hear(heard, datetime.now(UTC))
    return checkpoint


async def look_up_versions(conn: asyncpg.Connection, checkpoint: Checkpoint, records: Sequence[Any]) -> None:
    """Note the versions in the outbox by which these records of our own topic are to be judged."""
    if subjects := subjects_of_high_versions(records):
        rows = await conn.fetch(_VERSIONS, checkpoint.topic, [str(each).encode() for each in subjects])
        checkpoint.versions |= {UUID(row["key"].decode()): row["max"] for row in rows}


async def record_contradiction(
    conn: asyncpg.Connection, topic: str, events: Collection[NumberedEvent], source: str
) -> str | None:
    """Store a doubt if ``source`` has ``events`` of our own ``topic`` that contradict this database; give the doubt."""
    doubted = await epoch(conn)
    found = await find_contradiction(conn, topic, events)
    if found is None:
        return None
    doubt = f"{source} has {found} of {topic}"
    await store_doubt(conn, doubt, doubted)
    log.critical("database.restored", topic=topic, doubt=doubt)
    return doubt


async def store_doubt(conn: asyncpg.Connection, doubt: str, doubted: int) -> None:
    """Let the database be doubted, unless it is for another reason, or a recovery has ended the epoch ``doubted``."""
    await conn.execute(_DOUBT, doubt, doubted)


async def find_contradiction(conn: asyncpg.Connection, topic: str, events: Collection[NumberedEvent]) -> str | None:
    """The first of ``events`` that this database cannot have published on its own ``topic``, in words; else None."""
    row = await conn.fetchrow(_HEAD, topic)
    head = (row["epoch"], row["numbered"]) if row else (1, 0)
    numbers = [number for epoch, number, _ in events if epoch == head[0]]
    rows = await conn.fetch(_IDS, topic, head[0], numbers) if numbers else []
    return contradiction(head, {row["number"]: row["id"] for row in rows}, events)
