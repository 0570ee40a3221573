"""The limits: the same clients on the same engine, doing nothing else."""

import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from services.actors.store import AGGREGATES
from shared.runtime.aggregates import Stored

Record = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value and headers of a record."""


def make_topic(bootstrap: str, name: str) -> None:
    """A topic that no service reads."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    for future in admin.create_topics([NewTopic(name, 1, 1)]).values():
        future.result()


def producer(bootstrap: str) -> AIOKafkaProducer:
    """A producer with the relay's settings, not yet started."""
    return AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_batch_size=1_000_000)


async def send(sender: AIOKafkaProducer, topic: str, records: Sequence[Record], size: int) -> float:
    """Records per second, in batches of ``size``, each confirmed before the next."""
    begun, place = time.perf_counter(), 0
    while place < len(records):
        batch, end = sender.create_batch(), min(place + size, len(records))
        while place < end:
            key, value, headers = records[place]
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                break
            place += 1
        await (await sender.send_batch(batch, topic, partition=0))
    return len(records) / (time.perf_counter() - begun)


async def consume(bootstrap: str, topic: str, most: int) -> float:
    """Records per second by `getmany`, from the first to the end of the topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    partition = TopicPartition(topic, 0)
    await consumer.start()
    try:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        await consumer.seek_to_beginning(partition)
        begun, count = time.perf_counter(), 0
        while count < end:
            batches = await consumer.getmany(timeout_ms=1_000, max_records=most)
            count += sum(len(batch) for batch in batches.values())
        return count / (time.perf_counter() - begun)
    finally:
        await consumer.stop()


async def upsert(conn: asyncpg.Connection, batches: Sequence[Sequence[Stored[Any]]], events: int) -> float:
    """Events per second, one transaction per batch, with only the projection's statement."""
    columns = [[list(column) for column in zip(*map(AGGREGATES.row, batch), strict=True)] for batch in batches]
    begun = time.perf_counter()
    for each in columns:
        async with conn.transaction():
            await conn.execute(AGGREGATES.upsert_sql, *each)
    return events / (time.perf_counter() - begun)
