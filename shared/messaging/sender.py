"""Sends one numbered stream to Kafka: in number order, one batch in flight, each confirmed by every replica.

A stream is sent on its own, by a producer of its own, so that a broker which never answers for one topic holds
up no other. After any failure the producer is made anew, and sending goes on from what the topic really has.
"""

import asyncio
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from pydantic_core import from_json

from shared.contracts.topics import county_of, stream_name
from shared.messaging.envelope import FalseEnvelope, numbered, parse
from shared.messaging.kafka import STOP_SECONDS, Kafka, as_outage, send_batch, stop_within
from shared.messaging.metrics import SEND_FAILURES, SENT

log = structlog.get_logger()

BATCH = 1_000
CONFIRM_SECONDS = 15.0
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.5, 10.0

_UNSENT = """
    SELECT number, outbox.epoch, key, payload, headers FROM outbox JOIN streams USING (topic, epoch)
    WHERE topic = $1 AND number BETWEEN greatest(acknowledged, $2) + 1 AND greatest(acknowledged, $2) + $3
    ORDER BY number
"""
_ACKNOWLEDGE = "UPDATE streams SET acknowledged = $2 WHERE topic = $1"


class Sender:
    """The sending end of one topic. ``wake`` is set when there is something to send."""

    def __init__(self, topic: str, kafka: Kafka) -> None:
        self.topic = topic
        self.wake = asyncio.Event()
        self.state = "not connected yet"
        self._kafka = kafka
        self._confirmed: int | None = None  # the last number that Kafka has and the database does not know of
        self._labels = (county_of(topic), stream_name(topic))

    async def run(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Sends until cancelled; waits while Kafka is away. Errors of Postgres are raised: the lease is lost."""
        wait = FIRST_RETRY_SECONDS
        while True:
            producer = None
            try:
                producer = await self._kafka.producer()
                await self._align(conn, lock)
                self.state, wait = "up", FIRST_RETRY_SECONDS
                await self._send_for_ever(producer, conn, lock)
            except Exception as error:
                if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError) or not as_outage(error):
                    raise
                self.state = f"down: {type(error).__name__}"
                SEND_FAILURES.labels(*self._labels).inc()
                log.warning("relay.kafka-away", topic=self.topic, error=repr(error), retry_seconds=wait)
            finally:
                if producer is not None:
                    await stop_within(producer.stop(), STOP_SECONDS)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LAST_RETRY_SECONDS)

    async def _align(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """`acknowledged` is at most what the topic has: one broker may have confirmed what it then lost."""
        records, end = await self._kafka.tail(self.topic)
        if end and not records:
            return  # retention has emptied the topic; what was confirmed stays so
        highest = max((self._place(record) for record in records), default=(0, 0))
        async with lock:
            await conn.execute(
                "UPDATE streams SET acknowledged = CASE WHEN epoch > $2 THEN 0 ELSE least(acknowledged, $3) END"
                " WHERE topic = $1",
                self.topic,
                *highest,
            )

    def _place(self, record: Any) -> tuple[int, int]:
        try:
            envelope = parse(self.topic, record.headers)
        except FalseEnvelope:
            return (0, 0)
        return envelope.epoch, envelope.number

    async def _send_for_ever(self, producer: AIOKafkaProducer, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """One batch is on its way at a time; of a backlog, the next one is read meanwhile."""
        rows: list[asyncpg.Record] = []
        self._confirmed = None
        while True:
            if not rows:
                self.wake.clear()
                rows = await self._read_on(conn, lock)
            if not rows:
                await self.wake.wait()
                continue
            events = ((row["key"], row["payload"], _headers(row)) for row in rows)
            async with asyncio.timeout(CONFIRM_SECONDS):
                sending = asyncio.create_task(send_batch(producer, self.topic, events))
                try:
                    following = await self._read_on(conn, lock, rows[-1]["number"]) if len(rows) == BATCH else []
                    count = await sending
                finally:
                    sending.cancel()
            self._confirmed = rows[count - 1]["number"]
            rows = [*rows[count:], *following]
            SENT.labels(*self._labels).inc(count)

    async def _read_on(self, conn: asyncpg.Connection, lock: asyncio.Lock, after: int = 0) -> list[asyncpg.Record]:
        """The next events to send, those with a number above ``after``. What Kafka has confirmed is acknowledged."""
        async with lock:
            if self._confirmed is not None:
                await conn.execute(_ACKNOWLEDGE, self.topic, self._confirmed)
                self._confirmed = None
            rows: list[asyncpg.Record] = await conn.fetch(_UNSENT, self.topic, after, BATCH)
        return rows


def _headers(row: asyncpg.Record) -> list[tuple[str, bytes]]:
    headers = from_json(row["headers"])
    return numbered([(name, value.encode()) for name, value in headers.items()], row["epoch"], row["number"])
