"""Sending, each batch confirmed by every replica; after any failure with a producer made anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

import structlog
from aiokafka import AIOKafkaProducer
from prometheus_client import Counter

from shared.contracts.topics import county_of, stream_name, unlinkable
from shared.transport.clients import stop
from shared.transport.kafka import MAX_BATCH_BYTES, KafkaCluster, is_from_kafka

log = structlog.get_logger()

Producer: TypeAlias = AIOKafkaProducer
Event = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, payload and headers."""

CONFIRM_SECONDS = 15.0
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.5, 10.0
HOUR = 3_600_000  # in milliseconds, as Kafka counts

SEND_FAILURES = Counter("norrsam_relay_failures_total", "Batches that were not confirmed", ["county", "stream"])


async def send_batch(producer: Producer, topic: str, events: Iterable[Event]) -> tuple[int, int]:
    """How many of ``events`` have been confirmed by Kafka, and the offset of the first.

    As many as fit into one batch are sent. Records carry the time of sending: retention by an old time would delete
    what is published again. Of an unlinkable stream they carry the hour alone, as its events do. TimeoutError if
    Kafka says nothing for CONFIRM_SECONDS.
    """
    batch, now, count = producer.create_batch(), int(time.time() * 1000), 0
    now -= now % HOUR if unlinkable(topic) else 0
    for key, payload, headers in events:
        if batch.append(key=key, value=payload, timestamp=now, headers=headers) is None:
            break
        count += 1
    if not count:
        raise ValueError(f"an event on {topic} does not fit into an empty batch of {MAX_BATCH_BYTES} bytes")
    async with asyncio.timeout(CONFIRM_SECONDS):
        confirmed = await (await producer.send_batch(batch, topic, partition=0))
    return count, confirmed.offset


async def keep_sending(
    topic: str, kafka: KafkaCluster, work: Callable[[Producer], Awaitable[None]], say: Callable[[str], None]
) -> None:
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
            if not is_from_kafka(error):
                raise
            say(f"down: {type(error).__name__}")
            SEND_FAILURES.labels(county_of(topic), stream_name(topic)).inc()
            log.warning("relay.kafka-away", topic=topic, error=repr(error), retry_seconds=wait)
        finally:
            if producer is not None:
                await stop(producer)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LAST_RETRY_SECONDS)
