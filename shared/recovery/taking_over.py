"""Takes a topic's events over into the restored database of its owner (docs/protocol.md, E3)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from shared.contracts.restated import marker_id
from shared.messaging.handlers import Handler, Projection
from shared.protocol.envelope import WRITTEN, FalseEnvelope, parse
from shared.protocol.judging import read
from shared.protocol.received import newest
from shared.recovery.reconciling import OutboxRow, PublishedEvent, StreamPosition, reconcile
from shared.transport.kafka import KafkaCluster

log = structlog.get_logger()

Handlers = Sequence[Handler]

_ROWS = """
    SELECT id, convert_from(key, 'UTF8') AS key, (headers ->> 'ce_aggregateversion')::bigint AS version, epoch, number,
        headers ->> 'ce_restated' IS NOT NULL AS restated
    FROM outbox WHERE topic = $1 ORDER BY position
"""
_UNNUMBER = "UPDATE outbox SET epoch = NULL, number = NULL WHERE id = ANY($1)"
_DROP = "DELETE FROM outbox WHERE id = ANY($1)"
_NUMBER = "UPDATE outbox SET epoch = $2, number = $3 WHERE id = $1"
_TAKE = """
    INSERT INTO outbox (id, topic, key, headers, payload, epoch, number) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def read_topic(
    conn: asyncpg.Connection, kafka: KafkaCluster, topic: str
) -> tuple[list[PublishedEvent], dict[UUID, Any]]:
    """All events on the topic, and by id the records of those that the outbox lacks.

    Of two events at one position the first counts: every receiver has skipped the second as a duplicate.
    """
    known = {row["id"] for row in await conn.fetch("SELECT id FROM outbox WHERE topic = $1", topic)}
    events: list[PublishedEvent] = []
    missing: dict[UUID, Any] = {}
    positions: dict[StreamPosition, UUID] = {}
    async for batch in kafka.read(topic):
        for event, record in published(topic, batch):
            if positions.setdefault(event.position, event.id) != event.id:
                log.warning("recovery.passes-over", topic=topic, offset=record.offset, position=event.position)
                continue
            events.append(event)
            if event.id not in known:
                missing[event.id] = record
    return events, missing


def published(topic: str, records: Sequence[Any]) -> Iterator[tuple[PublishedEvent, Any]]:
    """The events among these records, each with its record; records with a false envelope are skipped."""
    for record in records:
        with suppress(FalseEnvelope, ValueError):
            envelope = parse(topic, record.headers)
            position = (envelope.epoch, envelope.number)
            yield PublishedEvent(UUID(envelope.id), str(envelope.subject), envelope.version, position), record


async def take_over(
    conn: asyncpg.Connection,
    topic: str,
    events: Sequence[PublishedEvent],
    missing: Mapping[UUID, Any],
    handlers: Handlers,
) -> dict[str, Any]:
    """Take over what was published on ``topic`` after the backup; return the topic's part of the report.

    ``missing`` has the records of the events that the outbox lacks, by id.
    """
    stream = await conn.fetchrow("SELECT epoch, acknowledged FROM streams WHERE topic = $1", topic)
    rows = [_outbox_row(row) for row in await conn.fetch(_ROWS, topic)]
    plan = reconcile(rows, events, tuple(stream or (1, 0)), str(marker_id(topic)))
    await conn.execute(_DROP, [*plan.void])
    await conn.execute(_UNNUMBER, [*plan.unpublished, *plan.found])
    await conn.executemany(_NUMBER, [(identity, *position) for identity, position in plan.found.items()])
    taken = [missing[event.id] for event in plan.taken.values()]
    for record in taken:
        await conn.execute(_TAKE, *_row(topic, record))
    received = newest(each for record in taken if (each := read(record, parse(topic, record.headers)).received))
    for handler in handlers:
        if isinstance(handler, Projection):
            mine = [each for each in received if isinstance(each.event, handler.events)]
            if mine:
                await handler.project(conn, mine)
    return {
        "found": len(plan.found),
        "unpublished": len(plan.unpublished),
        "taken_over": sorted(plan.taken),
        "kept_against_the_topic": [_conflict(event, missing[event.id]) for _, event in sorted(plan.conflicts.items())],
    }


def _outbox_row(row: asyncpg.Record) -> OutboxRow:
    position = None if row["number"] is None else (row["epoch"], row["number"])
    return OutboxRow(row["id"], row["key"], row["version"], position, row["restated"])


def _row(topic: str, record: Any) -> tuple[Any, ...]:
    envelope = parse(topic, record.headers)
    headers = {name: value.decode() for name, value in record.headers if name in WRITTEN}
    key = str(envelope.subject).encode()
    return (envelope.id, topic, key, json.dumps(headers), record.value, envelope.epoch, envelope.number)


def _conflict(event: PublishedEvent, record: Any) -> dict[str, Any]:
    """The topic's state of an aggregate that keeps the database's own, for the operator to decide."""
    return {
        "id": event.key,
        "version": event.version,
        "number": event.position[1],
        "topic_has": json.loads(record.value),
    }
