"""Numbers the events of the outbox: in the order of writing, without a gap (docs/protocol.md, R2).

Only the relay's leader calls it, on the connection that holds its lock.
"""

from collections.abc import Sequence

import asyncpg

from shared.links.identity import RestoredDatabase
from shared.outages import Outage

BATCH = 1_000
BEGIN_STREAM = "INSERT INTO streams (topic, epoch) SELECT $1, epoch FROM identity ON CONFLICT DO NOTHING"

_UNNUMBERED = "SELECT EXISTS (SELECT FROM outbox WHERE number IS NULL)"
_STREAMS = "SELECT topic, numbered, acknowledged, doubt FROM streams, identity WHERE topic = ANY($1)"
_LOCKED = f"{_STREAMS} FOR UPDATE OF streams"
_NUMBER = """
    WITH batch AS (
        SELECT place, topic, row_number() OVER (PARTITION BY topic ORDER BY position) AS step
        FROM (
            SELECT ctid AS place, position, topic FROM outbox WHERE number IS NULL ORDER BY position LIMIT $1
        ) AS unnumbered
    ), done AS (
        UPDATE outbox SET epoch = streams.epoch, number = streams.numbered + batch.step
        FROM batch JOIN streams USING (topic)
        WHERE outbox.ctid = batch.place AND outbox.number IS NULL
        RETURNING outbox.topic
    )
    SELECT topic, (SELECT count(*) FROM done WHERE done.topic = batch.topic) AS numbered, count(*) AS found
    FROM batch GROUP BY topic
"""
_ADVANCE = "UPDATE streams SET numbered = numbered + $2 WHERE topic = $1 AND numbered = $3"


async def number(conn: asyncpg.Connection, topics: Sequence[str]) -> tuple[int, set[str]]:
    """Give the oldest unnumbered events, at most BATCH, the next numbers of their topics.

    Returns (how many, the topics with events that Kafka has not confirmed). Outage if another session has numbered at
    the same time: then nothing has changed. RestoredDatabase if this database may not publish.
    """
    if not await conn.fetchval(_UNNUMBERED):  # a lock would be a commit to disk five times a second
        return 0, _unsent(await _streams(conn, _STREAMS, topics))
    async with conn.transaction():
        streams = await _streams(conn, _LOCKED, topics)
        before = {row["topic"]: row["numbered"] for row in streams}
        counts = await conn.fetch(_NUMBER, BATCH)
        for topic, numbered, found in counts:
            advanced = await conn.execute(_ADVANCE, topic, numbered, before.get(topic))
            if numbered != found or advanced != "UPDATE 1":
                raise Outage(f"{topic} was numbered by another session, or is not in the register of this service")
    return sum(numbered for _, numbered, _ in counts), _unsent(streams) | {topic for topic, _, _ in counts}


async def _streams(conn: asyncpg.Connection, query: str, topics: Sequence[str]) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await conn.fetch(query, topics)
    if doubts := [row["doubt"] for row in rows if row["doubt"]]:
        raise RestoredDatabase(doubts[0])
    return rows


def _unsent(streams: Sequence[asyncpg.Record]) -> set[str]:
    return {row["topic"] for row in streams if row["numbered"] > row["acknowledged"]}
