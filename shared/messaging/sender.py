"""Sends one numbered stream to Kafka: in number order, one batch in flight, each confirmed by every replica.

A stream is sent on its own, by a producer of its own, so that a broker which never answers for one topic holds
up no other. After any failure the producer is made anew, and sending goes on from what the topic really has.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer

from shared.contracts.topics import county_of, stream_name
from shared.messaging import identity
from shared.messaging.envelope import FalseEnvelope, numbered, parse
from shared.messaging.identity import Place, RestoredDatabase
from shared.messaging.kafka import STOP_SECONDS, Kafka, as_outage, send_batch, stop_within
from shared.messaging.metrics import REPUBLISHED, SEND_FAILURES, SENT
from shared.messaging.progress import Range

log = structlog.get_logger()

BATCH = 1_000
CONFIRM_SECONDS = 15.0
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.5, 10.0
TAIL = 1_000

_COLUMNS = "number, epoch, key, payload, headers"
_UNSENT = f"""
    SELECT {_COLUMNS} FROM outbox
    WHERE topic = $1 AND (epoch, number) > (SELECT epoch, acknowledged FROM streams WHERE topic = $1)
    ORDER BY epoch, number LIMIT $2
"""
_AGAIN = f"""
    SELECT {_COLUMNS} FROM outbox
    WHERE topic = $1 AND epoch = (SELECT epoch FROM streams WHERE topic = $1) AND number BETWEEN $2 AND $3
    ORDER BY number LIMIT $4
"""
_ACKNOWLEDGE = "UPDATE streams SET acknowledged = $2 WHERE topic = $1"
_ALIGN = """
    UPDATE streams SET acknowledged = CASE WHEN epoch > $2 THEN 0 ELSE least(acknowledged, $3) END WHERE topic = $1
"""

Work = Callable[[AIOKafkaProducer], Awaitable[None]]


async def keep_sending(topic: str, kafka: Kafka, work: Work, say: Callable[[str], None]) -> None:
    """``work`` goes on with a producer of its own until cancelled; after each failure of Kafka with a new one.

    ``say`` is told how Kafka is. What else fails is raised.
    """
    wait = FIRST_RETRY_SECONDS
    while True:
        producer = None
        try:
            producer = await kafka.producer()
            say("up")
            wait = FIRST_RETRY_SECONDS
            await work(producer)
        except Exception as error:
            if isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError | RestoredDatabase):
                raise
            if not as_outage(error):
                raise
            say(f"down: {type(error).__name__}")
            SEND_FAILURES.labels(county_of(topic), stream_name(topic)).inc()
            log.warning("relay.kafka-away", topic=topic, error=repr(error), retry_seconds=wait)
        finally:
            if producer is not None:
                await stop_within(producer.stop(), STOP_SECONDS)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LAST_RETRY_SECONDS)


class Sender:
    """The sending end of one topic. ``wake`` is set when there is something to send."""

    def __init__(self, topic: str, kafka: Kafka) -> None:
        self.topic = topic
        self.wake = asyncio.Event()
        self.state = "not connected yet"
        self._kafka = kafka
        self._labels = (county_of(topic), stream_name(topic))
        self._again: list[Range] = []

    def send_again(self, ranges: Sequence[Range]) -> None:
        """These numbers are published once more, with what is new between them."""
        self._again = list(ranges)
        self.wake.set()

    async def run(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Sends until cancelled; waits while Kafka is away. Errors of Postgres are raised: the lease is lost.

        RestoredDatabase if the topic has what this database has not published.
        """

        async def work(producer: AIOKafkaProducer) -> None:
            await self._align(conn, lock)
            await self._send_for_ever(producer, conn, lock)

        await keep_sending(self.topic, self._kafka, work, self._say)

    def _say(self, state: str) -> None:
        self.state = state

    async def _align(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """`acknowledged` is at most what the topic has: one broker may have confirmed what it then lost."""
        records = [record async for batch in self._kafka.read(self.topic, TAIL) for record in batch]
        places = [place for record in records if (place := _place(record))]
        if not places and (records or (await self._kafka.ends([self.topic]))[self.topic]):
            return  # retention has emptied the topic, or nothing in it can be trusted; what was confirmed stays so
        async with lock:
            doubt = await identity.compare(conn, self.topic, places, "the topic itself")
            if doubt:
                raise RestoredDatabase(doubt)
            epoch, number, _ = max(places, default=(0, 0, None), key=lambda place: place[:2])
            await conn.execute(_ALIGN, self.topic, epoch, number)

    async def _send_for_ever(self, producer: AIOKafkaProducer, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        while True:
            self.wake.clear()
            async with lock:
                rows = await conn.fetch(_UNSENT, self.topic, BATCH)
            if rows:
                count = await send(producer, self.topic, rows)
                async with lock:
                    await conn.execute(_ACKNOWLEDGE, self.topic, rows[count - 1]["number"])
                SENT.labels(*self._labels).inc(count)
            if self._again:
                await self._send_one_again(producer, conn, lock)
            elif not rows:
                await self.wake.wait()

    async def _send_one_again(self, producer: AIOKafkaProducer, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        first, last = self._again.pop(0)
        async with lock:
            rows = await conn.fetch(_AGAIN, self.topic, first, last, BATCH)
        if not rows:
            return
        count = await send(producer, self.topic, rows)
        REPUBLISHED.labels(*self._labels).inc(count)
        if rows[count - 1]["number"] < last:
            self._again.insert(0, (rows[count - 1]["number"] + 1, last))


async def republish(conn: asyncpg.Connection, kafka: Kafka, topic: str, first: int, last: int) -> int:
    """The numbers ``first`` to ``last`` of the present epoch are published once more; how many events that were."""
    count = 0
    producer = await kafka.producer()
    try:
        async for rows in _rows_again(conn, topic, first, last):
            sent = 0
            while sent < len(rows):
                sent += await send(producer, topic, rows[sent:])
            count += sent
    finally:
        await stop_within(producer.stop(), STOP_SECONDS)
    return count


async def _rows_again(
    conn: asyncpg.Connection, topic: str, first: int, last: int
) -> AsyncIterator[Sequence[asyncpg.Record]]:
    while rows := await conn.fetch(_AGAIN, topic, first, last, BATCH):
        yield rows
        first = rows[-1]["number"] + 1


async def send(producer: AIOKafkaProducer, topic: str, rows: Sequence[asyncpg.Record]) -> int:
    """How many of these rows of the outbox Kafka has confirmed: as many as fit into one batch."""
    events = ((row["key"], row["payload"], _headers(row)) for row in rows)
    async with asyncio.timeout(CONFIRM_SECONDS):
        return await send_batch(producer, topic, events)


def _place(record: Any) -> Place | None:
    try:
        envelope = parse(record.topic, record.headers)
    except FalseEnvelope:
        return None
    return envelope.epoch, envelope.number, envelope.id


def _headers(row: asyncpg.Record) -> list[tuple[str, bytes]]:
    headers = json.loads(row["headers"])
    return numbered([(name, value.encode()) for name, value in headers.items()], row["epoch"], row["number"])
