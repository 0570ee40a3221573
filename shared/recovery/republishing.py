"""Republishes a range of a stream's numbers, unchanged, at an operator's request."""

from collections.abc import AsyncIterator, Sequence

import asyncpg

from shared.messaging.outbox import NUMBERS, outgoing
from shared.messaging.sender import BATCH
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import send_batch


async def republish(conn: asyncpg.Connection, kafka: KafkaCluster, topic: str, first: int, last: int) -> int:
    """Republish the numbers ``first`` to ``last`` of the present epoch; return how many events were sent.

    None that Kafka has not confirmed yet: the relay sends these, in number order.
    """
    count, confirmed = 0, await conn.fetchval("SELECT acknowledged FROM streams WHERE topic = $1", topic) or 0
    producer = await kafka.producer()
    try:
        async for rows in _rows(conn, topic, first, min(last, confirmed)):
            sent = 0
            while sent < len(rows):
                sent += (await send_batch(producer, topic, map(outgoing, rows[sent:])))[0]
            count += sent
    finally:
        await stop(producer)
    return count


async def _rows(conn: asyncpg.Connection, topic: str, first: int, last: int) -> AsyncIterator[Sequence[asyncpg.Record]]:
    while rows := await conn.fetch(NUMBERS, topic, first, last, BATCH):
        yield rows
        first = rows[-1]["number"] + 1
