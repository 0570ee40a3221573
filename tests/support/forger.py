"""Reads what a forger needs to know, and sends what it forges."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from random import Random

from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from confluent_kafka import Consumer, Message, Producer, TopicPartition

from infra.kafka.clients import watermarks
from tests.support.forgeries import FORGED, NotUtf8, Record, Truth

SECONDS = 20.0
UNCHANGED = b'"unchanged":true'
"""In a report that carries its time alone: nothing could be forged from it."""
NEWEST = 2_000
"""How many of a topic's last records are read."""


def look(bootstrap: str, topic: str, rng: Random, key: bytes | None = None) -> Truth | None:
    """All that ``topic`` tells, by its last true record (with this ``key``, if any); None if it has none."""
    true = [each for each in _records(bootstrap, topic) if key is None or each.key == key]
    if not true:
        return None
    epoch, number = max((_number(each, "ce_epoch"), _number(each, "ce_sequence")) for each in true)
    return Truth(true[-1], epoch, number, time.time(), rng)


def send(bootstrap: str, records: Iterable[Record]) -> None:
    """Send the records in their order; returns once Kafka has them. Runs an event loop of its own."""
    for codec, same in groupby(records, key=lambda record: record.codec):
        settings = {"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 20}
        producer = Producer({**settings, "queue.buffering.max.messages": 10_000})
        for record in same:
            if any(isinstance(name, NotUtf8) for name in record.headers):
                asyncio.run(_send_raw(bootstrap, record))
                continue
            headers = [*record.headers.items(), *record.more]
            producer.produce(record.topic, record.value, record.key, 0, headers=headers, timestamp=record.sent)
            producer.poll(0)
        if left := producer.flush(SECONDS):
            raise OSError(f"Kafka has not taken {left} forged records")


async def _send_raw(bootstrap: str, record: Record) -> None:
    """Send a record whose headers no client library would encode."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, 0, 1_000_000)
        batch.append(key=record.key, value=record.value, timestamp=1, headers=list(record.headers.items()))
        await (await producer.send_batch(batch, record.topic, partition=0))


def _records(bootstrap: str, topic: str) -> Iterator[Record]:
    """The last true records of ``topic`` but for end markers and reports without news, oldest first."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "forger", "enable.auto.commit": False})
    try:
        first, end = watermarks(consumer, topic, SECONDS)
        position, ends = max(first, end - NEWEST), time.monotonic() + SECONDS
        consumer.assign([TopicPartition(topic, 0, position)])
        while position < end:
            if time.monotonic() > ends:
                raise OSError(f"{topic} gives nothing at {position}, though it ends at {end}")
            for message in consumer.consume(min(500, end - position), timeout=0.2):
                if not message.error():
                    position = message.offset() + 1
                    if record := _record(message):
                        yield record
    finally:
        consumer.close()


def _record(message: Message) -> Record | None:
    try:
        headers = dict(message.headers() or ())
    except UnicodeDecodeError:
        return None
    if FORGED in headers or "ce_type" not in headers or b".StreamRestated." in headers["ce_type"]:
        return None
    if UNCHANGED in (message.value() or b""):
        return None
    return Record(message.topic(), headers, message.value(), message.key())


def _number(record: Record, name: str) -> int:
    return int(record.headers.get(name) or 0)
