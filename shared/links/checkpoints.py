"""Stores how far each topic is applied (docs/protocol.md, C2).

A checkpoint is read and moved in the transaction of the effect. The consumer group's offsets are for monitoring only.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg

from shared.links.identity import RestoredDatabase
from shared.outages import Outage
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.progress import OwnerHead, Progress, Range

_MAKE = "INSERT INTO checkpoints (topic, cluster_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_ROWS = "checkpoints LEFT JOIN links ON checkpoints.topic = ANY (links.heads)"
_LOCK = f"""
    SELECT checkpoints.*, as_of, proved_at, (SELECT doubt FROM identity) AS doubt,
        (SELECT epoch FROM identity) AS own_epoch, (
        SELECT string_agg(name, ', ') FROM projections
        JOIN unnest($2::text[], $3::int[]) AS mine (name, number) USING (name) WHERE projections.number > mine.number
    ) AS outdated
    FROM {_ROWS} WHERE topic = $1 FOR UPDATE OF checkpoints
"""
_READ = f"SELECT checkpoints.*, as_of, proved_at FROM {_ROWS} WHERE topic = ANY($1) ORDER BY topic"
_SAVE = """
    UPDATE checkpoints SET epoch = $2, number = $3, event_id = $4, gaps = $5, marker = $6, cluster_id = $7,
        next_offset = $8, stopped = $17, last_event_at = $9, last_record_at = $10, heard_epoch = $11,
        heard_first = $12, heard_last = $13, heard_as_of = $14, complete_until = $15,
        behind_since = $16
    WHERE topic = $1
"""


async def lock(
    conn: asyncpg.Connection, topic: str, cluster_id: str | None, projections: Mapping[str, int] | None = None
) -> Checkpoint:
    """The topic's checkpoint, locked until the transaction ends, and created if missing.

    If ``cluster_id`` is not the stored one, reading begins at offset 0; with None the stored one is kept.
    RestoredDatabase if this database may not be the one that published. Outage if newer code has taken over one of
    ``projections`` (table → number in code).
    """
    mine = projections or {}
    arguments = (topic, list(mine), list(mine.values()))
    row = await conn.fetchrow(_LOCK, *arguments)
    if row is None:  # without a row, two replicas at first contact would both lock nothing
        await conn.execute(_MAKE, topic, cluster_id or "")
        row = await conn.fetchrow(_LOCK, *arguments)
        assert row is not None
    if row["doubt"]:
        raise RestoredDatabase(row["doubt"], row["own_epoch"])
    if row["outdated"]:
        raise Outage(f"a newer version of this service has taken over {row['outdated']}; this one stops reading")
    cluster_id = row["cluster_id"] if cluster_id is None else cluster_id
    return Checkpoint(
        topic=topic,
        progress=_progress(row),
        cluster_id=cluster_id,
        next_offset=row["next_offset"] if row["cluster_id"] == cluster_id else 0,
        stopped=row["stopped"],
        last_event_at=row["last_event_at"],
        last_record_at=row["last_record_at"],
    )


async def save(conn: asyncpg.Connection, checkpoint: Checkpoint) -> None:
    """Write the checkpoint to its row."""
    progress = checkpoint.progress
    progress.update_completeness(datetime.now(UTC))
    head = progress.owner_head
    await conn.execute(
        _SAVE,
        checkpoint.topic,
        progress.epoch,
        progress.number,
        progress.event_id,
        [_stored(gap) for gap in progress.gaps],
        _stored(progress.marker) if progress.marker else None,
        checkpoint.cluster_id,
        checkpoint.next_offset,
        checkpoint.last_event_at,
        checkpoint.last_record_at,
        *((head.epoch, head.first, head.last, head.as_of) if head else (None,) * 4),
        progress.complete_until,
        progress.behind_since,
        checkpoint.stopped,
    )


async def stop(conn: asyncpg.Connection, topic: str, reason: str) -> None:
    """Set the stopped flag of the stream, with its reason."""
    await conn.execute("UPDATE checkpoints SET stopped = $2 WHERE topic = $1", topic, reason)


async def offsets(conn: asyncpg.Connection, topics: Sequence[str], cluster_id: str) -> dict[str, int]:
    """The next offset of each topic in this cluster; 0 for one that has not been read yet."""
    rows = await conn.fetch(
        "SELECT topic, next_offset FROM checkpoints WHERE topic = ANY($1) AND cluster_id = $2", topics, cluster_id
    )
    return dict.fromkeys(topics, 0) | {row["topic"]: row["next_offset"] for row in rows}


async def all_progress(conn: asyncpg.Connection, topics: Sequence[str]) -> dict[str, tuple[Progress, asyncpg.Record]]:
    """The progress of each topic, with its row; topics that have not been read yet are left out."""
    rows = await conn.fetch(_READ, topics)
    return {row["topic"]: (_progress(row), row) for row in rows}


def _progress(row: asyncpg.Record) -> Progress:
    """The stored progress, with what the owner's unchanged reports have proved since it was stored."""
    head = [row[f"heard_{name}"] for name in ("epoch", "first", "last", "as_of")]
    progress = Progress(
        epoch=row["epoch"],
        number=row["number"],
        event_id=row["event_id"],
        gaps=[_range(gap) for gap in row["gaps"]],
        marker=_range(row["marker"]) if row["marker"] else None,
        owner_head=OwnerHead(*head) if head[0] is not None else None,
        complete_until=row["complete_until"],
        behind_since=row["behind_since"],
    )
    for as_of in (row["proved_at"], row["as_of"]):
        if as_of:
            progress.confirm(as_of, datetime.now(UTC))
    return progress


def _range(stored: Any) -> Range:
    return stored.lower, stored.upper - 1  # PostgreSQL's upper bound is exclusive


def _stored(numbers: Range) -> "asyncpg.Range[int]":
    return asyncpg.Range(numbers[0], numbers[1] + 1)
