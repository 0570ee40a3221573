"""Numbers the events of the outbox: in the order of writing, without a gap (docs/protocol.md, R2).

Only the relay's leader calls it, on the connection that holds its lock.
"""

from collections.abc import Sequence

import asyncpg

from shared.links.identity import RestoredDatabase
from shared.outages import Outage

BATCH = 1_000
BEGIN_STREAM = "INSERT INTO streams (topic, epoch) SELECT $1, epoch FROM identity ON CONFLICT DO NOTHING"

_STREAMS = """
    SELECT topic, numbered > acknowledged AS unsent, doubt, EXISTS (SELECT FROM outbox WHERE number IS NULL) AS waiting
    FROM identity LEFT JOIN streams ON topic = ANY($1)
"""
_LOCK = "SELECT FROM streams WHERE topic = ANY($1) ORDER BY topic FOR UPDATE"
"""A restate numbers by itself, also without the lock of the relay's leader."""
_NUMBER = """
    WITH batch AS (
        SELECT place, topic, epoch, numbered, row_number() OVER (PARTITION BY topic ORDER BY position) AS step
        FROM (SELECT ctid AS place, position, topic FROM outbox WHERE number IS NULL ORDER BY position LIMIT $1) AS rows
        LEFT JOIN (SELECT topic, epoch, numbered FROM streams WHERE topic = ANY($2)) AS mine USING (topic)
    ), advanced AS (
        UPDATE streams SET numbered = streams.numbered + given.count
        FROM (SELECT topic, numbered, count(*) FROM batch GROUP BY topic, numbered) AS given
        WHERE streams.topic = given.topic AND streams.numbered = given.numbered
        RETURNING given.count
    ), done AS (
        UPDATE outbox SET epoch = batch.epoch, number = batch.numbered + batch.step
        FROM batch WHERE outbox.ctid = batch.place AND outbox.number IS NULL
        RETURNING outbox.topic, outbox.number, outbox.epoch, key, payload, headers
    )
    SELECT *, (SELECT count(*) FROM batch) AS found, (SELECT sum(count) FROM advanced) AS advanced FROM done
    ORDER BY number
"""


async def number(conn: asyncpg.Connection, topics: Sequence[str]) -> dict[str, list[asyncpg.Record]]:
    """Give the oldest unnumbered events, at most BATCH, the next numbers of their topics.

    Returns the topics with events that Kafka has not confirmed, each with the rows that were numbered now, in order.
    Outage if another session has numbered at the same time: then nothing has changed. RestoredDatabase if this
    database may not publish.
    """
    streams = await conn.fetch(_STREAMS, topics)
    if doubt := streams[0]["doubt"]:
        raise RestoredDatabase(doubt)
    unsent: dict[str, list[asyncpg.Record]] = {row["topic"]: [] for row in streams if row["unsent"]}
    if streams[0]["waiting"]:  # else not even a transaction: this is asked five times a second
        async with conn.transaction():
            await conn.execute(_LOCK, topics)
            rows = await conn.fetch(_NUMBER, BATCH, topics)
            if not rows or not len(rows) == rows[0]["found"] == rows[0]["advanced"]:
                raise Outage("events were numbered by another session, or their topic is none of this service")
        for row in rows:
            unsent.setdefault(row["topic"], []).append(row)
    return unsent
