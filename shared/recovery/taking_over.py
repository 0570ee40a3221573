"""Takes a topic's events over into the restored database of its owner (docs/protocol.md, E3)."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog
from pydantic_core import from_json

from shared.contracts.event import Event
from shared.contracts.links import Applied
from shared.contracts.registry import EVENTS
from shared.contracts.restated import marker_id
from shared.links import identity
from shared.messaging.handlers import Handler, Projection
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import WRITTEN, timestamp
from shared.protocol.judging import Judgement
from shared.protocol.judging_own import examine_own
from shared.protocol.progress import Progress
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
_USED = "SELECT id FROM outbox WHERE id = ANY($1)"
_TAKE = """
    INSERT INTO outbox (id, topic, key, headers, payload, epoch, number) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def read_topic(
    conn: asyncpg.Connection, kafka: KafkaCluster, topic: str, heard: Iterable[Applied]
) -> tuple[list[PublishedEvent], dict[UUID, Judgement], list[tuple[PublishedEvent, Judgement]]]:
    """All events on the topic, by id the judgements of those that the outbox lacks, and what came second.

    What is ``heard`` on links bounds numbers and names epochs, as it does for a receiver.

    Of two events at one position the first counts: every receiver has skipped the second as a duplicate. If that is in
    no outbox, another database of the county has accepted it, and only the report can tell. An event that no receiver
    can read, or whose number was too high when it came, is not taken over.
    """
    rows = await conn.fetch("SELECT id, epoch FROM outbox WHERE topic = $1", topic)
    known, now = {row["id"] for row in rows}, datetime.now(UTC)
    checkpoint = await identity.own_checkpoint(conn, topic, heard)
    past = {1, *(row["epoch"] for row in rows)}
    events: list[PublishedEvent] = []
    missing: dict[UUID, Judgement] = {}
    second: list[tuple[PublishedEvent, Judgement]] = []
    positions: dict[StreamPosition, UUID] = {}
    seen = Progress()
    async for batch in kafka.read(topic):
        await identity.look_up_versions(conn, checkpoint, batch)
        for event, judgement in published(checkpoint, batch, now, past):
            sound = seen.is_plausible(*event.position)
            first = sound and positions.setdefault(event.position, event.id) == event.id
            if not first or (event.id not in known and judgement.received is None):
                offset = judgement.record.offset
                log.warning("recovery.passes-over", topic=topic, offset=offset, position=event.position)
                if sound and not first and event.id not in known and judgement.received:
                    second.append((event, judgement))
                continue
            seen.accept(*event.position)
            events.append(event)
            if event.id not in known:
                missing[event.id] = judgement
    return events, missing, second


def published(
    checkpoint: Checkpoint,
    records: Sequence[Any],
    now: datetime,
    past: Collection[int],
    known: Mapping[str, type[Event]] = EVENTS,
) -> Iterator[tuple[PublishedEvent, Judgement]]:
    """The owner's events among these records, each with its judgement; those that are not its own are skipped.

    ``past`` are the epochs that the owner has had. One below the present that is not among them was never its own.
    """
    present = checkpoint.progress.epoch
    for record in records:
        judgement = examine_own(checkpoint, record, now, known)
        if envelope := judgement.envelope:
            late = envelope.epoch < present < record.timestamp // 1000  # an epoch is the second in which it began
            if not late and envelope.epoch < present and envelope.epoch not in past:
                continue
            checkpoint.note(envelope, now)
            position, event_id = (envelope.epoch, envelope.number), UUID(envelope.id)
            yield PublishedEvent(event_id, str(envelope.subject), envelope.version, position, late), judgement


async def take_over(
    conn: asyncpg.Connection,
    topic: str,
    events: Sequence[PublishedEvent],
    missing: Mapping[UUID, Judgement],
    second: Sequence[tuple[PublishedEvent, Judgement]],
    handlers: Handlers,
    latest: int,
) -> dict[str, Any]:
    """Take over what was published on ``topic`` after the backup; return the topic's part of the report.

    ``missing`` has the judgements of the events that the outbox lacks, by id; ``second`` is only told. No reader has
    believed an epoch above ``latest``: what this database has numbered in one is not published, and every epoch below
    it is over.
    """
    (epoch, acknowledged), *_ = await conn.fetch("SELECT epoch, acknowledged FROM streams WHERE topic = $1", topic)
    rows = [_outbox_row(row, latest) for row in await conn.fetch(_ROWS, topic)]
    confirmed = (epoch, acknowledged) if epoch <= latest else (latest, 0)
    plan = reconcile(rows, events, confirmed, str(marker_id(topic)))
    await conn.execute(_DROP, [*plan.void])
    await conn.execute(_UNNUMBER, [*plan.unpublished, *plan.found])
    await conn.executemany(_NUMBER, [(row_id, *position) for row_id, position in plan.found.items()])
    taken = [missing[event.id] for event in plan.taken.values()]
    used = {row["id"] for row in await conn.fetch(_USED, [event.id for event in plan.taken.values()])}
    await conn.executemany(_TAKE, [row_of(each, used) for each in taken])
    received = newest(each.received for each in taken if each.received)
    for handler in handlers:
        if isinstance(handler, Projection):
            mine = [each for each in received if isinstance(each.event, handler.events)]
            if mine:
                await handler.project(conn, mine)
    return {
        "found": len(plan.found),
        "unpublished": len(plan.unpublished),
        "taken_over": sorted(plan.taken),
        "kept_against_the_topic": [conflict_of(event, missing[event.id]) for _, event in sorted(plan.conflicts.items())]
        + [conflict_of(event, judgement) for event, judgement in second]
        + [conflict_of(event, missing[event.id]) for _, event in sorted(plan.late.items())],
    }


def _outbox_row(row: asyncpg.Record, latest: int) -> OutboxRow:
    position = None if row["number"] is None or row["epoch"] > latest else (row["epoch"], row["number"])
    return OutboxRow(row["id"], row["key"], row["version"], position, row["restated"])


def row_of(judgement: Judgement, used: Collection[UUID]) -> tuple[Any, ...]:
    """The outbox row of a published event, in the forms that are written. An id that another row has is made anew."""
    record, envelope = judgement.record, judgement.envelope
    assert envelope is not None
    event_id, key = UUID(envelope.id), str(envelope.subject)
    event_id = uuid4() if event_id in used else event_id
    headers = {name: value.decode() for name, value in record.headers if name in WRITTEN}
    headers |= {"ce_id": str(event_id), "ce_subject": key, "ce_time": timestamp(envelope.time)}
    return (event_id, record.topic, key.encode(), json.dumps(headers), record.value, envelope.epoch, envelope.number)


def conflict_of(event: PublishedEvent, judgement: Judgement) -> dict[str, Any]:
    """The topic's state of an aggregate that keeps the database's own, for the operator to decide."""
    assert judgement.received is not None
    return {
        "id": event.key,
        "version": event.version,
        "number": event.position[1],
        "topic_has": from_json(judgement.received.event.write()),
    }
