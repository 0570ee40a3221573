"""Sends one numbered stream to Kafka: in number order, one batch in flight, each confirmed by every replica.

A stream is sent on its own, by a producer of its own, so that a broker which never answers for one topic holds
up no other. After any failure the producer is made anew, and sending goes on from what the topic really has.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import structlog
from pydantic_core import from_json

from shared.contracts.topics import county_of, stream_name
from shared.links import identity
from shared.links.identity import RestoredDatabase
from shared.messaging.metrics import REPUBLISHED, SENT
from shared.protocol.contradiction import NumberedEvent
from shared.protocol.envelope import FalseEnvelope, numbered, parse
from shared.protocol.progress import Range, union
from shared.protocol.tail import Tail
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import Producer, keep_sending, send_batch

log = structlog.get_logger()

BATCH, TAIL = 1_000, 1_000
TAIL_CHECK_DEPTH = 100
"""So far below the highest number of a topic's end a number that is not there is taken for lost, and sent again."""

NUMBERS = """
    SELECT number, epoch, key, payload, headers FROM outbox
    WHERE topic = $1 AND epoch = (SELECT epoch FROM streams WHERE topic = $1) AND number BETWEEN $2 AND $3
    ORDER BY number LIMIT $4
"""
_ACKNOWLEDGE = "UPDATE streams SET acknowledged = $2 WHERE topic = $1"
_ALIGN = """
    UPDATE streams SET acknowledged = CASE WHEN epoch > $2 THEN 0 ELSE least(acknowledged, $3) END WHERE topic = $1
"""
_ACKNOWLEDGED = "SELECT acknowledged FROM streams WHERE topic = $1"


class Sender:
    """The sending end of one topic. ``wake`` is set when there is something to send."""

    def __init__(self, topic: str, kafka: KafkaCluster) -> None:
        self.topic = topic
        self.wake = asyncio.Event()
        self.state = "not connected yet"
        self._kafka = kafka
        self._labels = (county_of(topic), stream_name(topic))
        self._again: list[Range] = []
        self._tail = Tail()
        self._noted = True  # whether the database knows what Kafka has confirmed

    def send_again(self, ranges: Sequence[Range]) -> None:
        """These numbers are published once more, with what is new between them."""
        self._again = union([*self._again, *ranges])
        self.wake.set()

    async def run(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Sends until cancelled; waits while Kafka is away. Errors of Postgres are raised: the lease is lost.

        RestoredDatabase if the topic has what this database has not published.
        """

        async def work(producer: Producer) -> None:
            await self._align(conn, lock)
            await self._send_for_ever(producer, conn, lock)

        await keep_sending(self.topic, self._kafka, work, self._say)

    def _say(self, state: str) -> None:
        self.state = state

    async def _align(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """`acknowledged` is at most what the topic has: one broker may have confirmed what it then lost."""
        records = [record async for batch in self._kafka.read(self.topic, TAIL) for record in batch]
        events = [event for record in records if (event := _numbered_event(record))]
        end = records[-1].offset + 1 if records else (await self._kafka.ends([self.topic]))[self.topic]
        async with lock:
            if doubt := await identity.record_contradiction(conn, self.topic, events, "the topic itself"):
                raise RestoredDatabase(doubt)
            if events or not end:  # else retention has emptied the topic, or nothing in it can be trusted
                epoch, number, _ = max(events, default=(0, 0, None), key=lambda event: event[:2])
                await conn.execute(_ALIGN, self.topic, epoch, number)
                there = {each[1] for each in events if each[0] == epoch}
                self.send_again([(n, n) for n in range(max(1, number - TAIL_CHECK_DEPTH), number) if n not in there])
            self._tail = Tail(end, await conn.fetchval(_ACKNOWLEDGED, self.topic))
            self._noted = True

    async def _send_for_ever(self, producer: Producer, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        rows: list[asyncpg.Record] = []
        while True:
            self.wake.clear()
            rows = found = rows or await self._read_on(conn, lock, self._tail.confirmed)
            if rows:
                rows = await self._send_on(producer, conn, lock, rows)
            if self._again:
                await self._send_one_again(producer, conn, lock)
            elif not found:
                await self.wake.wait()

    async def _send_on(
        self, producer: Producer, conn: asyncpg.Connection, lock: asyncio.Lock, rows: list[asyncpg.Record]
    ) -> list[asyncpg.Record]:
        """One batch of the rows is sent; gives the rest. Of a backlog, what follows is read while Kafka works."""
        sending = asyncio.create_task(self._send(producer, rows))
        try:
            following = await self._read_on(conn, lock, rows[-1]["number"]) if len(rows) == BATCH else []
            count = await sending
        finally:
            sending.cancel()
        self._tail.confirmed = rows[count - 1]["number"]
        self._noted = False
        SENT.labels(*self._labels).inc(count)
        return [*rows[count:], *following]

    async def _read_on(self, conn: asyncpg.Connection, lock: asyncio.Lock, after: int) -> list[asyncpg.Record]:
        """The next events to send, those with a number above ``after``. What Kafka has confirmed is acknowledged."""
        async with lock:
            if not self._noted:
                await conn.execute(_ACKNOWLEDGE, self.topic, self._tail.confirmed)
                self._noted = True
            rows: list[asyncpg.Record] = await conn.fetch(NUMBERS, self.topic, after + 1, after + BATCH, BATCH)
        return rows

    async def _send_one_again(self, producer: Producer, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        wanted = first, last = self._again[0]  # not forgotten before Kafka has it: the database may go away meanwhile
        async with lock:
            rows = await conn.fetch(NUMBERS, self.topic, first, last, BATCH)
        if not rows:
            self._again = [each for each in self._again if each != wanted]
            return
        count = await self._send(producer, rows)
        self._again = [each for each in self._again if each != wanted]
        REPUBLISHED.labels(*self._labels).inc(count)
        if rows[count - 1]["number"] < last:
            self._again.insert(0, (rows[count - 1]["number"] + 1, last))

    async def _send(self, producer: Producer, rows: Sequence[asyncpg.Record]) -> int:
        """How many of these rows Kafka has confirmed. What it has lost meanwhile is sent again next."""
        count, offset = await send(producer, self.topic, rows)
        if lost := self._tail.note(offset, count):
            log.warning("relay.tail-lost", topic=self.topic, first=lost[0], last=lost[1])
            self._again.insert(0, lost)
        return count


async def send(producer: Producer, topic: str, rows: Sequence[asyncpg.Record]) -> tuple[int, int]:
    """How many of these rows of the outbox Kafka has confirmed, as many as fit into one batch; the first's offset."""
    events = ((row["key"], row["payload"], _headers(row)) for row in rows)
    return await send_batch(producer, topic, events)


def _numbered_event(record: Any) -> NumberedEvent | None:
    try:
        envelope = parse(record.topic, record.headers)
    except FalseEnvelope:
        return None
    return envelope.epoch, envelope.number, envelope.id


def _headers(row: asyncpg.Record) -> list[tuple[str, bytes]]:
    headers = from_json(row["headers"])
    return numbered([(name, value.encode()) for name, value in headers.items()], row["epoch"], row["number"])
