"""Reads the topics of partner agencies on the county's Kafka: what they are shown, and what they answer.

Whatever an agency writes is untrusted, and hurts nobody: a record that cannot be applied is put aside alone, and only
so many of a topic are kept. The leader looks each half minute at where the topics end, and reads only what is new.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing

import asyncpg
import structlog
import uuid_utils
from pydantic import ValidationError

from shared.contracts.topics import stream_name
from shared.messaging import dead_letters
from shared.messaging.metrics import PARTNER_RECORDS_REFUSED
from shared.messaging.outbox import Transaction, Writer
from shared.outages import is_outage
from shared.protocol.envelope import FalseEnvelope
from shared.protocol.judging import Judgement, RecordOutcome
from shared.protocol.partner_envelope import agency_of
from shared.rejected import Rejected
from shared.transport.kafka import KafkaCluster, is_from_kafka
from shared.transport.reading import Record

EVERY_SECONDS = 30.0
IN_A_TRANSACTION = 100
MOST_PUT_ASIDE = 100
"""So many dead letters of a topic are kept open at most: an agency could write without end. The rest is counted."""

PartnerHandler = Callable[[Transaction, Record], Awaitable[None]]
"""Applies a record. Rejected, FalseEnvelope or ValidationError if there is something wrong with it."""

_OPEN = "SELECT count(*) FROM dead_letters WHERE topic = $1 AND settled_at IS NULL"
_MOVE = """
    INSERT INTO partner_positions (topic, next_offset) VALUES ($1, $2)
    ON CONFLICT (topic) DO UPDATE SET next_offset = EXCLUDED.next_offset
"""

log = structlog.get_logger()


class PartnerTopics:
    """Applies the partners' topics of one service, by the last word of their names, in the order of ``handlers``."""

    def __init__(self, handlers: Mapping[str, PartnerHandler], kafka: KafkaCluster, writer: Writer) -> None:
        self._handlers, self._kafka, self._writer = handlers, kafka, writer
        self._waits = False

    async def run(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Read until cancelled, on the leader's connection. Kafka is waited for; partners never hold up the relay."""
        while True:
            try:
                await self.turn(conn, lock)
                self._waits = False
            except Exception as error:
                if not is_from_kafka(error):
                    if is_outage(error):
                        raise
                    log.error("partners.reading-failed", error=type(error).__name__)  # noqa: TRY400 - it may quote
                elif not self._waits:
                    log.warning("partners.reading-waits", error=type(error).__name__)
                self._waits = True
            await asyncio.sleep(EVERY_SECONDS)

    async def turn(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Apply what is new. Of what is answered only what lay there before what was shown is read: it comes first."""
        ends = await self._kafka.ends_of(f"{self._writer.county}.partners.")
        async with lock:
            rows = await conn.fetch("SELECT topic, next_offset FROM partner_positions")
        known = {row["topic"]: row["next_offset"] for row in rows}
        for stream, handler in self._handlers.items():
            for topic in [each for each in ends if stream_name(each) == stream]:
                begin = known.get(topic, 0)
                if begin > ends[topic]:  # the topic was made anew
                    begin = 0
                async with aclosing(self._records(topic, begin, ends[topic])) as batches:
                    async for records in batches:
                        async with lock, conn.transaction():
                            for record in records:
                                await self._apply(conn, handler, record)
                            await conn.execute(_MOVE, topic, records[-1].offset + 1)

    async def _records(self, topic: str, begin: int, end: int) -> AsyncGenerator[tuple[Record, ...], None]:
        if begin < end:
            async with aclosing(self._kafka.read(topic, offset=begin)) as batches:
                async for batch in batches:
                    records = tuple(each for each in batch if each.offset < end)
                    for first in range(0, len(records), IN_A_TRANSACTION):
                        yield records[first : first + IN_A_TRANSACTION]
                    if len(records) < len(batch):
                        return

    async def _apply(self, conn: asyncpg.Connection, handler: PartnerHandler, record: Record) -> None:
        try:
            async with conn.transaction():
                await handler(Transaction(conn, self._writer, str(uuid_utils.uuid7())), record)
        except Exception as error:
            if is_outage(error):
                raise
            known = isinstance(error, Rejected | FalseEnvelope | ValidationError)
            await self._put_aside(conn, record, str(error) if known else type(error).__name__)

    async def _put_aside(self, conn: asyncpg.Connection, record: Record, detail: str) -> None:
        """It is never tried again, so its envelope counts as false: it can be looked at, and discarded."""
        PARTNER_RECORDS_REFUSED.labels(self._writer.county, agency_of(record.topic)).inc()
        if await conn.fetchval(_OPEN, record.topic) < MOST_PUT_ASIDE:
            detail = detail.replace("\0", "")
            await dead_letters.store(conn, Judgement(record, RecordOutcome.FALSE_ENVELOPE, detail))
