"""Restates a stream, and purges its log after its retention (docs/protocol.md, S1, S2 and W3).

The outbox always holds every living aggregate's last event: purging restates it first.
"""

import json
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import structlog
import uuid_utils

from shared.contracts.registry import EVENTS, MARKERS
from shared.contracts.restated import marker_id
from shared.contracts.topics import STREAMS, county_of, stream_name
from shared.links.reports import newest_reports
from shared.messaging.outbox import Transaction, Writer
from shared.protocol.filling import REPORT_EXPIRES_AFTER, missing_numbers
from shared.protocol.service_streams import ServiceStreams

log = structlog.get_logger()

CHUNK = 1_000
MIN_RESTATE_INTERVAL = timedelta(hours=1)
RESTATE_MARGIN = timedelta(days=7)

_FINAL = [name for name, event in EVENTS.items() if event.final]
_OF_EACH = """
    SELECT DISTINCT ON (key) key, headers, payload, written_at, headers ->> 'ce_type' AS type
    FROM outbox WHERE topic = $1 {}
    ORDER BY key, epoch DESC NULLS FIRST, (headers ->> 'ce_aggregateversion')::bigint DESC, position DESC
"""
"""The last event of each aggregate: what was taken over in a later epoch is newer than a higher version before it."""
_OF_SOME = _OF_EACH.format("AND key = ANY ($2)")
_LIVING = f"SELECT * FROM ({_OF_EACH.format('')}) AS last WHERE type <> ALL ($2)"
_WRITE = """
    INSERT INTO outbox (id, topic, key, headers, payload, epoch, number)
    SELECT id, $1, key, headers, payload, $2, $3 + ordinal
    FROM unnest($4::uuid[], $5::bytea[], $6::json[], $7::bytea[]) WITH ORDINALITY
        AS new (id, key, headers, payload, ordinal)
"""
_APPEND = "INSERT INTO outbox (topic, id, key, headers, payload) VALUES ($1, $2, $3, $4, $5)"
_LOCK = "SELECT epoch, numbered, restated_at FROM streams WHERE topic = $1 FOR UPDATE"
_NUMBER = "UPDATE outbox SET epoch = $3, number = $4 WHERE topic = $1 AND key = $2 AND number IS NULL"
_DONE = "UPDATE streams SET numbered = $2, restated_at = clock_timestamp() WHERE topic = $1"
_HAVE = """
    SELECT count(*) FROM outbox JOIN unnest($3::bigint[], $4::bigint[]) AS gap (first, last)
        ON number BETWEEN gap.first AND gap.last
    WHERE topic = $1 AND epoch = $2
"""
_OLDEST = f"""
    SELECT least((SELECT min(written_at) FROM ({_LIVING}) AS living), restated_at) FROM streams WHERE topic = $1
"""
_PURGE = """
    DELETE FROM outbox USING streams
    WHERE outbox.topic = $1 AND streams.topic = $1 AND written_at < clock_timestamp() - $2::interval
        AND (outbox.epoch, number) <= (streams.epoch, acknowledged)
"""


async def restate(conn: asyncpg.Connection, writer: Writer, topic: str) -> int:
    """Write every living aggregate's last event again under a new number, and an end marker after them.

    Returns how many, without the marker. They are numbered here, in one transaction and under the lock of the topic's
    row, so that no report names a head within an unfinished restate.
    """
    async with conn.transaction():
        stream = await conn.fetchrow(_LOCK, topic)
        if stream is None:
            return 0
        last: int = stream["numbered"]
        first = last + 1
        cursor = await conn.cursor(_LIVING, topic, _FINAL)
        while rows := await cursor.fetch(CHUNK):
            columns = (list(column) for column in zip(*map(_restated_copy, rows), strict=True))
            await conn.execute(_WRITE, topic, stream["epoch"], last, *columns)
            last += len(rows)
        await _append_marker(conn, writer, topic, stream["epoch"], first, last + 1)
        await conn.execute(_DONE, topic, last + 1)
    log.info("stream.restated", topic=topic, first=first, last=last + 1)
    return last + 1 - first


async def restate_some(conn: asyncpg.Connection, topic: str, keys: Collection[UUID]) -> int:
    """Append the last events of these aggregates to the outbox again; return how many were found."""
    rows = await conn.fetch(_OF_SOME, topic, [str(key).encode() for key in keys])
    await conn.executemany(_APPEND, [(topic, *_restated_copy(row)) for row in rows])
    return len(rows)


async def restate_where_needed(conn: asyncpg.Connection, writer: Writer, streams: ServiceStreams) -> None:
    """Restate each stream of which a receiver misses numbers that the log no longer has, at most once an hour."""
    reports = await newest_reports(conn, REPORT_EXPIRES_AFTER)
    for topic in streams.writes:
        stream = await conn.fetchrow("SELECT *, clock_timestamp() AS now FROM streams WHERE topic = $1", topic)
        if stream is None or (stream["restated_at"] and stream["restated_at"] > stream["now"] - MIN_RESTATE_INTERVAL):
            continue
        lacking = missing_numbers(reports, topic, stream["epoch"])
        gaps = [(first, min(last, stream["numbered"])) for first, last in lacking if first <= stream["numbered"]]
        ends = [list(each) for each in zip(*gaps, strict=True)] or [[], []]
        if await conn.fetchval(_HAVE, topic, stream["epoch"], *ends) < sum(last - first + 1 for first, last in gaps):
            await restate(conn, writer, topic)


async def purge_log(conn: asyncpg.Connection, writer: Writer, streams: ServiceStreams) -> None:
    """Delete published events older than their topic's retention; restate the living aggregates in time before."""
    for topic in streams.writes:
        retention = STREAMS[stream_name(topic)].retention
        if retention is None:
            continue
        margin = min(RESTATE_MARGIN, retention / 10)
        oldest = await conn.fetchval(_OLDEST, topic, _FINAL)
        if oldest and oldest < await conn.fetchval("SELECT clock_timestamp() - $1::interval", retention - margin):
            await restate(conn, writer, topic)
        removed = await conn.execute(_PURGE, topic, retention)
        if removed != "DELETE 0":
            log.info("outbox.purged", topic=topic, events=int(removed.split()[-1]))


async def _append_marker(
    conn: asyncpg.Connection, writer: Writer, topic: str, epoch: int, first: int, last: int
) -> None:
    marker = MARKERS[stream_name(topic)](id=marker_id(topic), county=county_of(topic), first=first)
    await Transaction(conn, writer, correlation_id=str(uuid4())).emit(marker, last)
    await conn.execute(_NUMBER, topic, str(marker.id).encode(), epoch, last)


def _restated_copy(row: asyncpg.Record) -> tuple[UUID, bytes, str, bytes]:
    """(id, key, headers, payload) of a copy of the event, with a new id and the header `ce_restated`."""
    headers = json.loads(row["headers"])
    identity = uuid4() if UUID(headers["ce_id"]).version == 4 else UUID(int=uuid_utils.uuid7().int)
    headers |= {"ce_id": str(identity), "ce_restated": "true"}
    return identity, row["key"], json.dumps(headers), row["payload"]
