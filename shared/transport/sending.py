"""Sends batches that every replica confirms; after any failure, with a new producer (docs/protocol.md, R3 and R5)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import BrokerResponseError, InvalidTimestampError
from prometheus_client import Counter

from shared.contracts.topics import county_of, stream_name, unlinkable
from shared.transport.clients import stop
from shared.transport.kafka import MAX_BATCH_BYTES, KafkaCluster, is_from_kafka

log = structlog.get_logger()

Producer: TypeAlias = AIOKafkaProducer
OutgoingRecord = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""(key, payload, headers)."""

CONFIRM_SECONDS = 15.0
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.5, 10.0
HOUR_MS = 3_600_000

SEND_FAILURES = Counter("norrsam_relay_failures_total", "Batches that were not confirmed", ["county", "stream"])


async def send_batch(producer: Producer, topic: str, records: Iterable[OutgoingRecord]) -> tuple[int, int]:
    """Send as many of ``records`` as fit into one batch; give the number that Kafka confirmed and the first offset.

    A record's timestamp is the time of sending: by an old one, retention would delete a republished record. On an
    unlinkable stream the timestamp is cut to the hour. TimeoutError if Kafka does not answer within CONFIRM_SECONDS,
    ValueError if the first record does not fit into a batch.
    """
    batch, now, count = producer.create_batch(), int(time.time() * 1000), 0
    now -= now % HOUR_MS if unlinkable(topic) else 0
    for key, payload, headers in records:
        if batch.append(key=key, value=payload, timestamp=now, headers=headers) is None:
            break
        count += 1
    if not count:
        raise ValueError(f"an event on {topic} does not fit into an empty batch of {MAX_BATCH_BYTES} bytes")
    async with asyncio.timeout(CONFIRM_SECONDS):
        confirmed = await (await producer.send_batch(batch, topic, partition=0))
    return count, confirmed.offset


async def keep_sending(
    topic: str, kafka: KafkaCluster, work: Callable[[Producer], Awaitable[None]], failed: Callable[[Exception], None]
) -> None:
    """Run ``work`` with a producer of its own until cancelled; after each failure of Kafka, again with a new one.

    ``failed`` is told of each failure. Other errors are raised.
    """
    wait = FIRST_RETRY_SECONDS
    while True:
        producer = None
        try:
            producer = await kafka.producer()
            wait = FIRST_RETRY_SECONDS
            await work(producer)
        except Exception as error:
            if not is_from_kafka(error):
                raise
            failed(error)
            SEND_FAILURES.labels(county_of(topic), stream_name(topic)).inc()
            if isinstance(error, BrokerResponseError) and not error.retriable:
                log.error("relay.kafka-refuses", topic=topic, error=repr(error), retry_seconds=wait)  # noqa: TRY400
            else:
                log.warning("relay.kafka-away", topic=topic, error=repr(error), retry_seconds=wait)
        finally:
            if producer is not None:
                await stop(producer)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LAST_RETRY_SECONDS)


def refuses_time(error: Exception) -> bool:
    """Whether Kafka has refused the time of the records: the clock here is more than an hour ahead of its own."""
    return isinstance(error, InvalidTimestampError)
