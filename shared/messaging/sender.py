"""Sends one numbered stream to Kafka: in number order, one batch in flight (docs/protocol.md, R3 and R4).

Each stream has a sender and a producer of its own, so that a broker which never answers for one topic holds up no
other. After any failure a new producer begins at the last number that the topic really has.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog

from shared.contracts.topics import county_of, labelled, stream_name
from shared.links import identity
from shared.links.faults import Faults
from shared.links.heard import own_events
from shared.links.identity import RestoredDatabase
from shared.messaging.metrics import REPUBLISHED, SENT
from shared.messaging.outbox import NUMBERS, outgoing
from shared.protocol.envelope import id_of
from shared.protocol.progress import Range, union
from shared.protocol.tail import Tail
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import Producer, keep_sending, send_batch

log = structlog.get_logger()

BATCH, TAIL_RECORDS = 1_000, 1_000
TAIL_CHECK_DEPTH = 100
"""A number that is missing at the end of the topic, at most so far below its highest number, is sent again."""

_ACKNOWLEDGE = "UPDATE streams SET acknowledged = $2 WHERE topic = $1"
_ALIGN = """
    UPDATE streams SET acknowledged = CASE WHEN epoch > $2 THEN 0 ELSE least(acknowledged, $3) END WHERE topic = $1
"""
_ACKNOWLEDGED = "SELECT epoch, acknowledged FROM streams WHERE topic = $1"


class Sender:
    """The sending end of one topic. ``wake`` is set when there is something to send.

    ``named`` is set once this leader has reported: a new epoch begins on the topic only then, so that whoever reads the
    topic knows what is its owner's. ``tail`` is what Kafka has confirmed to this sender.
    """

    def __init__(self, topic: str, kafka: KafkaCluster, faults: Faults, named: asyncio.Event) -> None:
        self.topic = topic
        self.wake = asyncio.Event()
        self.state = "not connected yet"
        self._kafka, self._faults = kafka, faults
        self._labels = (county_of(topic), stream_name(topic))
        self._to_resend: list[Range] = []
        self.tail = Tail()
        self._named = named
        self._acknowledged = True  # whether the database has the last number that Kafka has confirmed
        self._last: str | None = None  # the id of the record at the end; None while that is not known
        self._misplaced = False  # whether another record lies where the last one lay
        self._taken: list[asyncpg.Record] = []  # rows that need not be read
        self._head: int | None = None  # the last number given; None if that is not known

    def take(self, rows: list[asyncpg.Record]) -> None:
        """Send these rows, which were just numbered, in their turn; without rows, those that the database has."""
        self._taken = [*self._taken, *rows] if len(self._taken) < BATCH else []
        self._head = rows[-1]["number"] if rows else None
        self.wake.set()

    def resend(self, ranges: Sequence[Range]) -> None:
        """Publish these numbers once more, between the new ones."""
        self._to_resend = union([*self._to_resend, *ranges])
        self.wake.set()

    @property
    def resends(self) -> bool:
        """Whether numbers are still to be published once more."""
        return bool(self._to_resend)

    async def look(self) -> bool:
        """Whether the topic has lost the record that was sent last. Then it is compared with the database once more.

        Another one may lie where that lay, so the offset of the next one does not tell.
        """
        end, last = self.tail.end, self._last  # no id: nothing was sent, or something is on its way
        lost = last is not None and not await self._kafka.keeps(self.topic, end - 1, last)
        if lost:
            log.warning("relay.end-differs", topic=self.topic)
            self._misplaced = True
            self.wake.set()
        return lost

    async def run(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Send until cancelled; wait while Kafka is down. Errors of PostgreSQL are raised: the lead is lost.

        RestoredDatabase if the topic has an event that this database has not published.
        """

        async def work(producer: Producer) -> None:
            self.state = "up"
            await self._align(conn, lock)
            await self._send_all(producer, conn, lock)

        await keep_sending(self.topic, self._kafka, work, self._failed)

    def _failed(self, error: Exception) -> None:
        self.state = f"down: {type(error).__name__}"
        self._faults.tell_of_sending(self.topic, error)

    async def _align(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Lower `acknowledged` to what the topic has: a broker may have lost records that it had confirmed."""
        self._misplaced, self._head, self._taken = False, None, []
        records = [record async for batch in self._kafka.read(self.topic, TAIL_RECORDS) for record in batch]
        end = records[-1].offset + 1 if records else (await self._kafka.ends([self.topic]))[self.topic]
        events = await own_events(conn, lock, self._kafka, self.topic, records)
        async with lock:
            if doubt := await identity.record_contradiction(conn, self.topic, events, "the topic itself"):
                raise RestoredDatabase(doubt)
            if events or not end:  # otherwise retention has emptied the topic, or all its envelopes are false
                epoch, number, _ = max(events, default=(0, 0, None), key=lambda event: event[:2])
                await conn.execute(_ALIGN, self.topic, epoch, number)
                present = {each[1] for each in events if each[0] == epoch}
                self.resend([(n, n) for n in range(max(1, number - TAIL_CHECK_DEPTH), number) if n not in present])
            ((own, acknowledged),) = await conn.fetch(_ACKNOWLEDGED, self.topic)
            self.tail, self._acknowledged = Tail(end, acknowledged), True
            self._last = id_of(records[-1].headers) if records else None
        if own > 1 and all(each[0] < own for each in events):
            await self._named.wait()

    async def _send_all(self, producer: Producer, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        rows: list[asyncpg.Record] = []
        while True:
            self.wake.clear()
            rows = unsent = rows or await self._next_rows(conn, lock, self.tail.confirmed)
            if self._misplaced:
                await self._align(conn, lock)
                rows = []
                continue
            if rows:
                rows = await self._send_rows(producer, conn, lock, rows)
            if self._to_resend:
                await self._resend_range(producer, conn, lock)
            elif not unsent:
                self._faults.tell_of_sending(self.topic, None)
                await self.wake.wait()

    async def _send_rows(
        self, producer: Producer, conn: asyncpg.Connection, lock: asyncio.Lock, rows: list[asyncpg.Record]
    ) -> list[asyncpg.Record]:
        """Send one batch of the rows and return the rest. In a backlog the next rows are read meanwhile."""
        sending = asyncio.create_task(self._send(producer, rows))
        try:
            following = await self._next_rows(conn, lock, rows[-1]["number"]) if len(rows) >= BATCH else []
            count = await sending
        finally:
            sending.cancel()
        self.tail.confirmed = rows[count - 1]["number"]
        self._acknowledged = False
        if not labelled(self.topic):
            SENT.labels(*self._labels).inc(count)
        return [*rows[count:], *following]

    async def _next_rows(self, conn: asyncpg.Connection, lock: asyncio.Lock, after: int) -> list[asyncpg.Record]:
        """The next events to send, with numbers above ``after``. Acknowledges what Kafka has confirmed."""
        async with lock:
            if not self._acknowledged:
                await conn.execute(_ACKNOWLEDGE, self.topic, self.tail.confirmed)
                self._acknowledged = True
            rows, self._taken = self._taken, []
            if after == self._head:
                return []
            if not rows or (rows[0]["number"], rows[-1]["number"]) != (after + 1, after + len(rows)):
                rows = await conn.fetch(NUMBERS, self.topic, after + 1, after + BATCH, BATCH)
        return rows

    async def _resend_range(self, producer: Producer, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        wanted = first, last = self._to_resend[0]  # removed only once Kafka has it: the database may fail meanwhile
        async with lock:
            rows = await conn.fetch(NUMBERS, self.topic, first, min(last, self.tail.confirmed), BATCH)  # R5
        count = await self._send(producer, rows) if rows else 0
        self._to_resend = [each for each in self._to_resend if each != wanted]
        REPUBLISHED.labels(*self._labels).inc(count)
        if rows and rows[count - 1]["number"] < last:
            self._to_resend.insert(0, (rows[count - 1]["number"] + 1, last))

    async def _send(self, producer: Producer, rows: Sequence[asyncpg.Record]) -> int:
        """Send one batch of the rows and return how many it held. Numbers that Kafka has lost meanwhile come next."""
        end, before, self._last = self.tail.end, self._last, None
        count, offset = await send_batch(producer, self.topic, map(outgoing, rows))
        self._faults.tell_of_sending(self.topic, None)
        if before and offset != end and not await self._kafka.keeps(self.topic, end - 1, before):
            self._misplaced = True
        self._last = id_of(outgoing(rows[count - 1])[2])
        if lost := self.tail.note(offset, count):
            log.warning("relay.tail-lost", topic=self.topic, first=lost[0], last=lost[1])
            self._to_resend.insert(0, lost)
        return count
