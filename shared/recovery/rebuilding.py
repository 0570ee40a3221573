"""Rebuilds read models whose code makes other rows of the same events (docs/protocol.md, C7).

The topics are read a second time, beside the inbox, without touching checkpoints or gaps. The guard of a projection
lets an event pass again over a row of a lower projection number.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

import asyncpg
import structlog

from shared.contracts.event import stream_of
from shared.contracts.topics import stream_name
from shared.links import checkpoints
from shared.messaging import dead_letters
from shared.messaging.handlers import Handler, Projection, look_up_versions, projections, withdraw
from shared.messaging.leading import SESSION, Connect, lock_key
from shared.outages import is_outage
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.judging import Judgement, RecordOutcome, with_data
from shared.protocol.judging_batches import judge_batch
from shared.protocol.progress import Progress
from shared.protocol.service_streams import ServiceStreams
from shared.threads import beside_requests
from shared.transport.kafka import KafkaCluster

log = structlog.get_logger()

_CLAIM = """
    INSERT INTO projections AS kept (name, number, whole)
    SELECT name, number, NOT EXISTS (SELECT FROM checkpoints WHERE checkpoints.number > 0)
    FROM unnest($1::text[], $2::int[]) AS mine (name, number)
    ON CONFLICT (name) DO UPDATE SET number = EXCLUDED.number, whole = false WHERE kept.number < EXCLUDED.number
"""
_TODO = """
    SELECT name FROM projections JOIN unnest($1::text[], $2::int[]) AS mine (name, number) USING (name, number)
    WHERE NOT whole
"""
_WHOLE = "UPDATE projections SET whole = true WHERE name = $1 AND number = $2"
_MARK_ALL = "UPDATE projections SET whole = false"
_OUTDATE_ROWS = "UPDATE {} SET projection = -1 WHERE county <> $1"


async def rebuild(
    connect: Connect, kafka: KafkaCluster, streams: ServiceStreams, handlers: Sequence[Handler]
) -> list[str]:
    """Rebuild the read models that a lower projection number made; return their tables.

    Safe to interrupt, and to call in several processes: one of them rebuilds. Once it has begun, older code stops
    reading.
    """
    mine = projections(handlers)
    conn = await connect(**SESSION, statement_timeout="0")
    try:
        await conn.execute(_CLAIM, list(mine), list(mine.values()))
        if not await conn.fetchval("SELECT pg_try_advisory_lock($1)", lock_key("rebuild")):
            return []
        todo = {row["name"] for row in await conn.fetch(_TODO, list(mine), list(mine.values()))}
        for handler in handlers:
            if isinstance(handler, Projection) and handler.table in todo:
                await _rebuild(conn, kafka, streams, handler)
                await conn.execute(_WHOLE, handler.table, handler.number)
        return sorted(todo)
    finally:
        conn.terminate()


async def mark_for_rebuild(conn: asyncpg.Connection, streams: ServiceStreams, handlers: Iterable[Handler]) -> None:
    """Mark every read model as made by older code, so that `rebuild` rebuilds it."""
    for table in projections(handlers):
        await conn.execute(_OUTDATE_ROWS.format(table), streams.county)
    await conn.execute(_MARK_ALL)


async def _rebuild(
    conn: asyncpg.Connection, kafka: KafkaCluster, streams: ServiceStreams, projection: Projection
) -> None:
    names = {stream_of(event.event_type) for event in projection.events}
    for topic in (topic for topic in streams.reads if stream_name(topic) in names):
        log.info("projection.rebuilds", table=projection.table, number=projection.number, topic=topic)
        stored = await _progress(conn, topic)
        own = Progress(epoch=stored.epoch, owner_head=stored.owner_head)  # of this second reading
        checkpoint, restated = Checkpoint(topic, own, "", 0, None, None, None), None
        false = await dead_letters.false_ones(conn, topic)  # a number may be plausible by now that was not when it came
        async for records in kafka.read(topic):
            batch = [each for each in records if not false or dead_letters.fingerprint(each) not in false]
            await look_up_versions(conn, [projection], checkpoint, batch)
            now = datetime.now(UTC)
            while batch:  # what waits here is applied by the inbox, once its epoch has a name
                judged, _ = await beside_requests(len(batch), partial(judge_batch, checkpoint, batch, now))
                if judged:
                    await _project(conn, projection, judged)
                batch = batch[len(judged) + 1 :]
            marker = own.marker
            restated = restated if own.complete_restate() is None else marker
        if restated:
            async with conn.transaction():
                stored = (await checkpoints.lock(conn, topic, None)).progress
                if stored.epoch == own.epoch and stored.marker is None and stored.number >= restated[1]:
                    await withdraw(conn, [projection], topic, own.epoch, restated[0])


async def _progress(conn: asyncpg.Connection, topic: str) -> Progress:
    for progress, _ in (await checkpoints.all_progress(conn, [topic])).values():
        return progress
    return Progress()


async def _project(conn: asyncpg.Connection, projection: Projection, judgements: Sequence[Judgement]) -> None:
    """Project the events; if that fails, one by one, and those that fail become dead letters."""
    try:
        async with conn.transaction():
            received = [each.received for each in judgements if each.received]
            if received := [each for each in received if isinstance(each.event, projection.events)]:
                await projection.project(conn, received)
    except Exception as error:
        if is_outage(error):
            raise
        if len(judgements) == 1:
            failed = Judgement(judgements[0].record, RecordOutcome.HANDLER_ERROR, repr(error)[:300])
            await dead_letters.store(conn, failed)
            return
        for each in judgements:
            await _project(conn, projection, [with_data(each)])
