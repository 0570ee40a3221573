"""Up to where each topic has been applied. A checkpoint is read and moved in the transaction of the effect.

The consumer group's offsets are for monitoring only; this row is the truth.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from shared.messaging.progress import Progress

_MAKE = "INSERT INTO checkpoints (topic, cluster_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_LOCK = "SELECT * FROM checkpoints WHERE topic = $1 FOR UPDATE"
_GAPS = "SELECT first_number, last_number FROM gaps WHERE topic = $1 ORDER BY first_number"
_SAVE = """
    UPDATE checkpoints SET number = $2, cluster_id = $3, next_offset = $4, last_event_at = $5, stopped = NULL
    WHERE topic = $1
"""
_CLOSE_GAPS = """
    DELETE FROM gaps WHERE topic = $1
    AND (first_number, last_number) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[]))
"""
_OPEN_GAPS = "INSERT INTO gaps (topic, first_number, last_number) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[])"


@dataclass(slots=True)
class Checkpoint:
    """A locked row of a topic, with its gaps. It is saved, or the transaction is rolled back."""

    topic: str
    epoch: int
    progress: Progress
    cluster_id: str
    next_offset: int
    stopped: str | None
    last_event_at: datetime | None
    stored_gaps: frozenset[tuple[int, int]]

    def note_time(self, time: datetime) -> None:
        """The newest event is at least as new as ``time``."""
        self.last_event_at = max(self.last_event_at or time, time)


async def lock(conn: asyncpg.Connection, topic: str, cluster_id: str) -> Checkpoint:
    """The topic's checkpoint, locked until the transaction ends, and made if it was not there.

    In another Kafka cluster offsets mean nothing: there reading begins at the earliest record.
    """
    await conn.execute(_MAKE, topic, cluster_id)  # without a row, two replicas at first contact would lock nothing
    row = await conn.fetchrow(_LOCK, topic)
    assert row is not None
    gaps = [(gap["first_number"], gap["last_number"]) for gap in await conn.fetch(_GAPS, topic)]
    return Checkpoint(
        topic=topic,
        epoch=row["epoch"],
        progress=Progress(row["number"], gaps),
        cluster_id=cluster_id,
        next_offset=row["next_offset"] if row["cluster_id"] == cluster_id else 0,
        stopped=row["stopped"],
        last_event_at=row["last_event_at"],
        stored_gaps=frozenset(gaps),
    )


async def lock_row(conn: asyncpg.Connection, topic: str) -> None:
    """No batch of ``topic`` is applied until the transaction ends."""
    await conn.fetchrow(_LOCK, topic)


async def save(conn: asyncpg.Connection, checkpoint: Checkpoint) -> None:
    """The row and its gaps are as ``checkpoint`` says, and the stream is not stopped."""
    progress = checkpoint.progress
    await conn.execute(
        _SAVE,
        checkpoint.topic,
        progress.number,
        checkpoint.cluster_id,
        checkpoint.next_offset,
        checkpoint.last_event_at,
    )
    gaps = frozenset(progress.gaps)
    for statement, changed in (
        (_CLOSE_GAPS, checkpoint.stored_gaps - gaps),
        (_OPEN_GAPS, gaps - checkpoint.stored_gaps),
    ):
        if changed:
            await conn.execute(statement, checkpoint.topic, *_columns(changed))


async def stop(conn: asyncpg.Connection, topic: str, reason: str) -> None:
    """The stream stands still, and says why."""
    await conn.execute("UPDATE checkpoints SET stopped = $2 WHERE topic = $1", topic, reason)


async def offsets(conn: asyncpg.Connection, topics: Sequence[str], cluster_id: str) -> dict[str, int]:
    """Where to read each topic on in this cluster; 0 for one that has not been read yet."""
    rows = await conn.fetch(
        "SELECT topic, next_offset FROM checkpoints WHERE topic = ANY($1) AND cluster_id = $2",
        topics,
        cluster_id,
    )
    return dict.fromkeys(topics, 0) | {row["topic"]: row["next_offset"] for row in rows}


def _columns(ranges: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    ordered = sorted(ranges)
    return [first for first, _ in ordered], [last for _, last in ordered]
