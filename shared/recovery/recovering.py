"""Lets a restored database publish again (docs/protocol.md, E1 to E3).

The database takes over what its topics still have, begins a new epoch, and restates every stream in it. All of that is
one transaction, so an interrupted recovery has changed nothing.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import structlog

from shared.contracts.links import Applied, LinksReported
from shared.links.identity import find_contradiction, numbered_events
from shared.links.reports import newest_reports
from shared.messaging.leading import lock_key
from shared.messaging.numbering import BEGIN_STREAM
from shared.messaging.outbox import Writer
from shared.protocol.service_streams import ServiceStreams
from shared.recovery.reconciling import PublishedEvent
from shared.recovery.restating import restate
from shared.recovery.taking_over import Handlers, read_topic, take_over
from shared.rejected import Rejected
from shared.transport.kafka import KafkaCluster

log = structlog.get_logger()

LEADER_SECONDS = 30.0
TAIL_RECORDS = 1_000

_UNDER_WAY = "UPDATE identity SET doubt = coalesce(doubt, 'a recovery is under way')"
_EPOCH = "UPDATE streams SET epoch = $1, numbered = 0, acknowledged = 0"
_ACCEPT = """
    UPDATE identity SET (system_identifier, timeline, outbox, doubt) = (
        SELECT present.*, NULL FROM present_identity() AS present)
"""
_CONFIRMED = "SELECT topic, epoch, acknowledged FROM streams"
_NEW_EPOCH = "UPDATE identity SET epoch = $1"
_KNOWN = (
    "SELECT greatest(identity.epoch, (SELECT max(epoch) FROM streams), (SELECT max(epoch) FROM outbox)) FROM identity"
)


@dataclass(slots=True)
class RecoveryReport:
    """The result of a recovery: the new epoch, and by topic what was found, taken over, restated, in conflict, lost."""

    epoch: int = 0
    topics: dict[str, dict[str, Any]] = field(default_factory=dict)


async def recover(
    conn: asyncpg.Connection, kafka: KafkaCluster, writer: Writer, streams: ServiceStreams, handlers: Handlers
) -> RecoveryReport:
    """Recover the database from its topics, in a new epoch. Safe to repeat.

    Rejected if another process keeps leading the relay; OSError or a KafkaError if Kafka is down. Then nothing has
    changed, except that commands are refused until a recovery succeeds.
    """
    await conn.execute(_UNDER_WAY)
    async with _without_relay(conn):
        return await _recover(conn, kafka, writer, streams, handlers)


async def _recover(
    conn: asyncpg.Connection, kafka: KafkaCluster, writer: Writer, streams: ServiceStreams, handlers: Handlers
) -> RecoveryReport:
    logs = {topic: await read_topic(conn, kafka, topic) for topic in streams.writes}
    report = RecoveryReport()
    async with conn.transaction():
        await conn.execute("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE")  # waits for open writes
        await conn.executemany(BEGIN_STREAM, [(topic,) for topic in streams.writes])
        own = {row["topic"]: (row["epoch"], row["acknowledged"]) for row in await conn.fetch(_CONFIRMED)}
        highest = [await conn.fetchval(_KNOWN) or 1]
        reports = await newest_reports(conn)
        for topic, (events, missing) in logs.items():
            report.topics[topic] = await take_over(conn, topic, events, missing, handlers)
            highest += [event.position[0] for event in events] + [each.epoch for each in _applied(reports, topic)]
            report.topics[topic]["lost"] = _lost(events, own[topic], reports, topic)
        report.epoch = max(int(time.time()), max(highest) + 1)
        await conn.execute(_ACCEPT)
        await conn.execute(_NEW_EPOCH, report.epoch)
        await conn.execute(_EPOCH, report.epoch)
        for topic in streams.writes:
            report.topics[topic]["restated"] = await restate(conn, writer, topic)
    log.warning("database.recovered", epoch=report.epoch)
    return report


async def accept_moved(conn: asyncpg.Connection, kafka: KafkaCluster, streams: ServiceStreams) -> None:
    """Accept the database's new identity: it was moved, not restored. Rejected if a number contradicts that."""
    reports = await newest_reports(conn)
    for topic in streams.writes:
        records = [record async for batch in kafka.read(topic, TAIL_RECORDS) for record in batch]
        events = await numbered_events(conn, topic, records)
        events += [(each.epoch, each.number, each.event_id) for each in _applied(reports, topic)]
        if doubt := await find_contradiction(conn, topic, events):
            raise Rejected("restored-database", f"The topic or a neighbour has {doubt}. Run `recover` without --moved.")
    await conn.execute(_ACCEPT)


@asynccontextmanager
async def _without_relay(conn: asyncpg.Connection) -> AsyncIterator[None]:
    """Hold the relay's lock within the block; Rejected if another process keeps it for LEADER_SECONDS."""
    deadline = time.monotonic() + LEADER_SECONDS
    while not await conn.fetchval("SELECT pg_try_advisory_lock($1)", lock_key("relay")):
        if time.monotonic() > deadline:
            raise Rejected(
                "still-led",
                f"A process still leads this service's relay after {LEADER_SECONDS:.0f} s. Stop it, and try again.",
            )
        await asyncio.sleep(0.5)
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute("SELECT pg_advisory_unlock($1)", lock_key("relay"))


def _lost(
    events: Sequence[PublishedEvent], own: tuple[int, int], reports: Sequence[LinksReported], topic: str
) -> dict[str, int]:
    """By county, how many numbers it has applied that neither this database nor the topic has any more."""
    last = max([own, *(event.position for event in events)])
    applied = {report.county: each for report in reports for each in _applied([report], topic)}
    return {county: each.number - last[1] for county, each in applied.items() if (each.epoch, each.number) > last}


def _applied(reports: Sequence[LinksReported], topic: str) -> list[Applied]:
    return [each for report in reports for each in report.applied if each.topic == topic and each.number]
