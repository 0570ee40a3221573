"""The stops on an aggregate's way and their versions: its owner's outbox, its topic, and each county's database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from confluent_kafka import OFFSET_END, Consumer, KafkaException, TopicPartition

from infra.kafka.clients import configuration, watermarks
from shared.contracts.registry import EVENTS
from shared.contracts.topics import county_of
from shared.links import freshness
from shared.links.freshness import ReadStream, WrittenStream
from shared.messaging.handlers import Handler, Projection
from shared.protocol.envelope import FalseEnvelope, parse
from shared.recovery import dead_letters
from shared.recovery.dead_letters import DeadLetter
from shared.transport.kafka import KafkaCluster

KAFKA_SECONDS = 10.0
_HOUR = timedelta(hours=1)
"""An event is sent after it was written. Clocks may differ, and the record's time may be cut to the hour."""
_VERSIONS = """  -- the event's own time: on an unlinkable stream that is the hour alone
    SELECT DISTINCT ON (topic, version) topic, headers ->> 'ce_type' AS type,
        (headers ->> 'ce_aggregateversion')::bigint AS version, epoch, number,
        least(written_at, (headers ->> 'ce_time')::timestamptz) AS written_at
    FROM outbox WHERE key = $1 ORDER BY topic, version, position DESC
"""
_ROW = "SELECT epoch, version FROM {} WHERE county = $1 AND id = $2"


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an aggregate, by the last event that tells of it.

    ``number`` is None before the relay has numbered it. ``written_at`` is None if it was found on its topic alone.
    """

    topic: str
    type: str
    version: int
    epoch: int | None
    number: int | None
    written_at: datetime | None = None

    @property
    def position(self) -> tuple[int, int]:
        """(epoch, number); (0, 0) without a number."""
        return self.epoch or 0, self.number or 0


@dataclass(frozen=True, slots=True)
class Outbox:
    """The versions of the aggregate at a service of its owner, and the state of its streams by topic.

    ``away`` says why its database was not asked: then ``versions`` are those of the topic.
    """

    service: str
    versions: list[Version]
    streams: dict[str, WrittenStream]
    doubt: str | None = None
    away: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A version as its topic has it: the last record of its position, and the record's time."""

    version: Version
    offset: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """The versions of the aggregate at a service of a county.

    ``stream`` is None if it could not be asked. ``rows`` are the (epoch, version) of each read model that keeps such
    aggregates, (0, 0) without a row. ``rows`` and ``letters`` are None if its database was not asked. ``silent`` says
    how its HTTP failed, if it was asked.
    """

    county: str
    service: str
    stream: ReadStream | None
    rows: list[tuple[int, int]] | None = None
    letters: list[DeadLetter] | None = None
    silent: str | None = None

    @property
    def name(self) -> str:
        """`<county>/<service>`."""
        return f"{self.county}/{self.service}"

    def letter(self, version: Version) -> DeadLetter | None:
        """The dead letter of this version, an open one before one that is settled; None if there is none."""
        written = b"%d" % version.version
        of_it = [each for each in self.letters or [] if dict(each.headers).get("ce_aggregateversion") == written]
        return min(of_it, key=lambda each: each.outcome is not None, default=None)

    def misses(self, version: Version) -> bool:
        """Whether the version's number lies in a gap."""
        if self.stream is None or self.stream.epoch != version.epoch:
            return False
        return any(first <= version.position[1] <= last for first, last in self.stream.gaps)


async def outbox(conn: asyncpg.Connection, service: str, identity: UUID) -> Outbox:
    """The versions of the aggregate in the outbox of one service."""
    rows = await conn.fetch(_VERSIONS, str(identity).encode())
    streams = {each.topic: each for each in await freshness.written(conn)}
    doubt = await conn.fetchval("SELECT doubt FROM identity")
    return Outbox(service, [Version(**row) for row in rows], streams, doubt)


async def arrival(
    conn: asyncpg.Connection, county: str, service: str, handlers: Sequence[Handler], newest: Version, identity: UUID
) -> Arrival:
    """The versions of the aggregate at one service of ``county``, by its database."""
    (stream,) = await freshness.links(conn, [newest.topic])
    event_class = EVENTS.get(newest.type)
    tables = [each.table for each in handlers if isinstance(each, Projection) and event_class in each.events]
    rows = [await conn.fetchrow(_ROW.format(table), county_of(newest.topic), identity) for table in tables]
    letters = await dead_letters.of_aggregate(conn, newest.topic, identity)
    return Arrival(county, service, stream, [(row[0], row[1]) if row else (0, 0) for row in rows], letters)


def sent(kafka: KafkaCluster, service: str, topic: str, identity: UUID, since: datetime | None = None) -> list[Sent]:
    """The versions of the aggregate on ``topic``, in the log's order; ``since`` passes over what was sent long before.

    ``service`` is the one that writes the topic, and that ``kafka`` is logged in to as.

    KafkaException if Kafka does not answer within KAFKA_SECONDS, TimeoutError if it stops to.
    """
    # The group is only named: nothing joins it, and nothing is committed. A secured Kafka lets it name its own alone.
    group = f"{county_of(topic)}.{service}"
    consumer = Consumer({**configuration(kafka), "group.id": group, "enable.auto.commit": False})
    try:
        offset, end = watermarks(consumer, topic, KAFKA_SECONDS)
        if since is not None:
            time = int((since - _HOUR).timestamp() * 1000)
            (found,) = consumer.offsets_for_times([TopicPartition(topic, 0, time)], timeout=KAFKA_SECONDS)
            offset = end if found.offset == OFFSET_END else found.offset
        consumer.assign([TopicPartition(topic, 0, offset)])
        sent: dict[tuple[int, int], Sent] = {}
        while offset < end:
            messages = consumer.consume(min(1_000, end - offset), timeout=KAFKA_SECONDS)
            if not messages:
                raise TimeoutError(f"Kafka has not given offset {offset} of {topic}")
            for message in messages:
                if message.error():
                    raise KafkaException(message.error())
                offset = message.offset() + 1
                if message.key() == str(identity).encode() and (version := _version(topic, message.headers() or [])):
                    at = datetime.fromtimestamp(message.timestamp()[1] / 1000, UTC)
                    sent[version.position] = Sent(version, message.offset(), at)
        return list(sent.values())
    finally:
        consumer.close()


def _version(topic: str, headers: Sequence[tuple[str, bytes | None]]) -> Version | None:
    try:
        envelope = parse(topic, headers)
    except FalseEnvelope:
        return None
    return Version(topic, envelope.type, envelope.version, envelope.epoch, envelope.number)
