"""Makes a restored database one that may publish again (delivery rules E1 to E3).

First what the topics still have is taken over, then a new epoch begins, and every stream is written again in it. All
of it is one transaction, so a recovery that is interrupted has not happened.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from shared.contracts.links import Applied, LinksReported
from shared.contracts.restated import marker_id
from shared.messaging import identity, links
from shared.messaging.envelope import FalseEnvelope, parse
from shared.messaging.handlers import Handler, Projection, newest
from shared.messaging.identity import Place
from shared.messaging.judging import read
from shared.messaging.kafka import Kafka
from shared.messaging.links import Party
from shared.messaging.numbering import lock_key
from shared.messaging.outbox import Writer
from shared.recovery.reconciling import Kept, Published, reconcile
from shared.recovery.restating import restate
from shared.rejected import Rejected

log = structlog.get_logger()

LEADER_SECONDS = 30.0
TAIL = 1_000

_UNDER_WAY = "UPDATE identity SET doubt = coalesce(doubt, 'a recovery is under way')"
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
_EPOCH = "UPDATE streams SET epoch = $1, numbered = 0, acknowledged = 0"
_ACCEPT = """
    UPDATE identity SET (system_identifier, timeline, outbox, doubt) = (
        SELECT s.system_identifier, c.timeline_id, 'outbox'::regclass::oid::bigint, NULL
        FROM pg_control_system() s, pg_control_checkpoint() c)
"""
_NEW_EPOCH = "UPDATE identity SET epoch = $1"
_KNOWN = (
    "SELECT greatest(identity.epoch, (SELECT max(epoch) FROM streams), (SELECT max(epoch) FROM outbox)) FROM identity"
)


Handlers = Sequence[Handler]


@dataclass(slots=True)
class Report:
    """What a recovery has done: for each topic what was found, taken over, restated, and what nobody can decide."""

    epoch: int = 0
    topics: dict[str, dict[str, Any]] = field(default_factory=dict)


async def recover(conn: asyncpg.Connection, kafka: Kafka, writer: Writer, party: Party, handlers: Handlers) -> Report:
    """The database may publish again: in a new epoch, with what its topics still had. Safe to repeat.

    Rejected if another process goes on leading the relay. OSError or a KafkaError if Kafka is away: nothing has changed
    then, but that commands are refused until a recovery has succeeded.
    """
    await conn.execute(_UNDER_WAY)
    await _alone(conn)
    logs = {topic: await _read(conn, kafka, topic) for topic in party.writes}
    report = Report()
    async with conn.transaction():
        await conn.execute("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE")  # what is being written is finished first
        highest = [await conn.fetchval(_KNOWN) or 1]
        reports = await links.heard(conn)
        for topic, (events, strange) in logs.items():
            report.topics[topic] = await _take_over(conn, topic, events, strange, handlers)
            highest += [event.place[0] for event in events] + [each.epoch for each in _applied(reports, topic)]
            report.topics[topic]["lost"] = _lost(events, reports, topic)
        report.epoch = max(int(time.time()), max(highest) + 1)
        await conn.execute(_ACCEPT)
        await conn.execute(_NEW_EPOCH, report.epoch)
        await conn.execute(_EPOCH, report.epoch)
        for topic in party.writes:
            report.topics[topic]["restated"] = await restate(conn, writer, topic)
    log.warning("database.recovered", epoch=report.epoch)
    return report


async def accept_moved(conn: asyncpg.Connection, kafka: Kafka, party: Party) -> None:
    """The database's new identity counts: it has moved, and forgotten nothing. Rejected if some number disagrees."""
    reports = await links.heard(conn)
    for topic in party.writes:
        records = [record async for batch in kafka.read(topic, TAIL) for record in batch]
        places: list[Place] = [(*event.place, str(event.id)) for event, _ in _published(topic, records)]
        places += [(each.epoch, each.number, each.event_id) for each in _applied(reports, topic)]
        head = await conn.fetchrow("SELECT epoch, numbered FROM streams WHERE topic = $1", topic)
        rows = await conn.fetch(
            "SELECT number, id::text FROM outbox WHERE topic = $1 AND epoch = $2", topic, head["epoch"] if head else 1
        )
        ids = {row["number"]: row["id"] for row in rows}
        last = (head["epoch"], head["numbered"]) if head else (1, 0)
        doubt = identity.contradiction(last, ids, places)
        if doubt:
            raise Rejected("restored-database", f"The topic or a neighbour has {doubt}. Run `recover` without --moved.")
    await conn.execute(_ACCEPT)


async def _alone(conn: asyncpg.Connection) -> None:
    """No relay works on this database while ``conn`` is open."""
    deadline = time.monotonic() + LEADER_SECONDS
    while not await conn.fetchval("SELECT pg_try_advisory_lock($1)", lock_key("relay")):
        if time.monotonic() > deadline:
            raise Rejected(
                "still-led",
                f"A process still leads this service's relay after {LEADER_SECONDS:.0f} s. Stop it, and try again.",
            )
        await asyncio.sleep(0.5)


async def _read(conn: asyncpg.Connection, kafka: Kafka, topic: str) -> tuple[list[Published], dict[UUID, Any]]:
    """Every event that the topic has, and the records of those that the database does not know."""
    known = {row["id"] for row in await conn.fetch("SELECT id FROM outbox WHERE topic = $1", topic)}
    events: list[Published] = []
    strange: dict[UUID, Any] = {}
    async for batch in kafka.read(topic):
        for event, record in _published(topic, batch):
            events.append(event)
            if event.id not in known:
                strange[event.id] = record
    return events, strange


def _published(topic: str, records: Sequence[Any]) -> Iterator[tuple[Published, Any]]:
    for record in records:
        with suppress(FalseEnvelope, ValueError):
            envelope = parse(topic, record.headers)
            place = (envelope.epoch, envelope.number)
            yield Published(UUID(envelope.id), str(envelope.subject), envelope.version, place), record


async def _take_over(
    conn: asyncpg.Connection, topic: str, events: Sequence[Published], strange: Mapping[UUID, Any], handlers: Handlers
) -> dict[str, Any]:
    """The database has of ``topic`` what was published after its backup; what that came to, for the report."""
    stream = await conn.fetchrow("SELECT epoch, acknowledged FROM streams WHERE topic = $1", topic)
    kept = [_kept(row) for row in await conn.fetch(_ROWS, topic)]
    plan = reconcile(kept, events, tuple(stream or (1, 0)), str(marker_id(topic)))
    await conn.execute(_DROP, [*plan.void])
    await conn.execute(_UNNUMBER, [*plan.unpublished, *plan.found])
    await conn.executemany(_NUMBER, [(identity, *place) for identity, place in plan.found.items()])
    taken = [strange[event.id] for event in plan.taken.values()]
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
        "kept_against_the_topic": [_conflict(event, strange[event.id]) for _, event in sorted(plan.conflicts.items())],
    }


def _kept(row: asyncpg.Record) -> Kept:
    place = None if row["number"] is None else (row["epoch"], row["number"])
    return Kept(row["id"], row["key"], row["version"], place, row["restated"])


def _row(topic: str, record: Any) -> tuple[Any, ...]:
    envelope = parse(topic, record.headers)
    headers = {name: value.decode() for name, value in record.headers if name not in ("ce_epoch", "ce_sequence")}
    return (envelope.id, topic, record.key, json.dumps(headers), record.value, envelope.epoch, envelope.number)


def _lost(events: Sequence[Published], reports: Sequence[LinksReported], topic: str) -> dict[str, int]:
    """By county, how many numbers it has applied that neither this database nor the topic have any more."""
    last = max((event.place for event in events), default=(0, 0))
    applied = {said.county: each for said in reports for each in _applied([said], topic)}
    return {county: each.number - last[1] for county, each in applied.items() if (each.epoch, each.number) > last}


def _conflict(event: Published, record: Any) -> dict[str, Any]:
    """What the topic has of an aggregate that was changed here since: for whoever must decide what is true."""
    return {"id": event.key, "version": event.version, "number": event.place[1], "topic_has": json.loads(record.value)}


def _applied(reports: Sequence[LinksReported], topic: str) -> list[Applied]:
    return [each for said in reports for each in said.applied if each.topic == topic and each.number]
