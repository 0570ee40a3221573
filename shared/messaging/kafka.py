"""The one place that makes producers and consumers, with the values that lose nothing.

The defaults of the libraries acknowledge before handling, read from the latest record, ask one broker to confirm
and create topics by themselves. None of them is left to chance here.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiokafka import (
    AIOKafkaConsumer,
    AIOKafkaProducer,
    ConsumerRecord,
    TopicPartition,
)
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka import TopicPartition as Taken
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.contracts.topics import unlinkable
from shared.messaging.envelope import UNREADABLE
from shared.messaging.outages import Outage

Connect = Callable[..., Awaitable[asyncpg.Connection]]
"""Opens a new connection to a service's database: ``connect(**server_settings)``."""

MAX_BATCH_BYTES = 1_000_000
TOGETHER_SECONDS = 1.0
STOP_SECONDS = 5.0
COMMIT_SECONDS = 10.0
MAX_READ = 1_000
HOUR = 3_600_000  # in milliseconds, as Kafka counts


@dataclass(frozen=True, slots=True)
class Kafka:
    """A Kafka cluster, named by its bootstrap servers."""

    bootstrap: str

    async def producer(self) -> AIOKafkaProducer:
        """A started producer: every replica confirms; no idempotence, for it never recovers from a refusal."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=False,
            max_batch_size=MAX_BATCH_BYTES,
            request_timeout_ms=10_000,
        )
        await _start(producer)
        return producer

    async def cluster_id(self) -> str:
        """The id of the cluster behind the bootstrap servers; offsets mean nothing in another one."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000)
        async with _started(admin):
            return str((await admin.describe_cluster())["cluster_id"])

    async def read(self, topic: str, last: int | None = None) -> AsyncIterator[tuple[ConsumerRecord, ...]]:
        """What ``topic`` has now, in batches up to its present end: from the earliest, or the ``last`` so many."""
        partition = TopicPartition(topic, 0)
        async with self._consumer() as consumer:
            consumer.assign([partition])
            first = (await consumer.beginning_offsets([partition]))[partition]
            end = (await consumer.end_offsets([partition]))[partition]
            consumer.seek(partition, first if last is None else max(first, end - last))
            while await consumer.position(partition) < end:
                records = await poll(consumer, timeout_ms=1_000, max_records=MAX_READ)
                yield tuple(record for record in records if record.offset < end)

    async def ends(self, topics: Sequence[str]) -> dict[str, int]:
        """The end offset of each topic."""
        async with self._consumer() as consumer:
            ends = await consumer.end_offsets([TopicPartition(topic, 0) for topic in topics])
            return {partition.topic: end for partition, end in ends.items()}

    async def commit(self, group: str, offsets: Mapping[str, int]) -> None:
        """The group's offsets are these, per topic."""
        async with self._consumer(group) as consumer, asyncio.timeout(COMMIT_SECONDS):
            positions = {TopicPartition(topic, 0): offset for topic, offset in offsets.items()}
            consumer.assign(list(positions))
            await consumer.commit(positions)

    @asynccontextmanager
    async def _consumer(self, group: str | None = None) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer that is no member of a group."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        async with _started(consumer):
            yield consumer

    def subscriber(
        self,
        topics: Sequence[str],
        client: str,
        get_batch: Callable[[AIOKafkaConsumer], Coroutine[Any, Any, tuple[ConsumerRecord, ...]]],
        receive: Callable[[Sequence[ConsumerRecord]], Awaitable[None]],
    ) -> KafkaBroker:
        """A broker with one subscriber, not yet started, that hands raw records to ``receive`` in batches.

        It takes the topics by itself and is no member of a group: who reads is settled in the service's own database,
        and a group that Kafka cannot form holds up nobody.
        """

        async def as_it_is(records: tuple[ConsumerRecord, ...]) -> KafkaMessage:
            # FastStream's own parser decodes every header: one bad header would hold up all streams for ever.
            return KafkaMessage(body=b"", headers={}, raw_message=records, consumer=FAKE_CONSUMER, message_id="")

        broker = KafkaBroker(
            self.bootstrap,
            client_id=client,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            graceful_timeout=STOP_SECONDS,
            logger=None,
            request_timeout_ms=10_000,
        )
        subscriber = broker.subscriber(
            partitions=[Taken(topic, 0) for topic in topics],
            batch=True,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            fetch_max_wait_ms=500,
            parser=as_it_is,
            decoder=_records_of,
        )
        subscriber.get_msg = get_batch  # type: ignore[method-assign, assignment]  # theirs sleeps blindly when idle
        subscriber(receive)
        return broker


async def poll(consumer: AIOKafkaConsumer, timeout_ms: int, max_records: int) -> tuple[ConsumerRecord, ...]:
    """The next records, topic by topic, each in order; none if nothing came within ``timeout_ms``.

    aiokafka raises for ever at a record whose header *names* are not UTF-8. Such a record is stepped over, and
    an empty one with the header UNREADABLE stands in its place.
    """
    # A topic that was not taken up within 0.1 s is left out of the next fetch. That fetch, of topics where nothing
    # comes, is waited out, all of fetch_max_wait_ms, before the busy topic's turn comes again.
    consumer._fetcher._prefetch_backoff = TOGETHER_SECONDS
    try:
        batches = await consumer.getmany(timeout_ms=timeout_ms, max_records=max_records)
    except UnicodeDecodeError:
        return await _singly(consumer)
    return tuple(record for batch in batches.values() for record in batch)


async def _singly(consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
    for partition in consumer.assignment():
        position = await consumer.position(partition)
        consumer.seek(partition, position)  # drops what was fetched, and with it the broken iterator
        for _ in range(10):
            try:
                batches = await consumer.getmany(partition, timeout_ms=200, max_records=1)
            except UnicodeDecodeError:
                consumer.seek(partition, position + 1)
                return (_stand_in(partition, position),)
            if batches:
                return tuple(record for batch in batches.values() for record in batch)
    return ()


def _stand_in(partition: TopicPartition, offset: int) -> ConsumerRecord:
    return ConsumerRecord(
        topic=partition.topic,
        partition=partition.partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=None,
        value=None,
        checksum=None,
        serialized_key_size=-1,
        serialized_value_size=-1,
        headers=((UNREADABLE, str(offset).encode()),),
    )


async def send_batch(
    producer: AIOKafkaProducer, topic: str, events: Iterable[tuple[bytes, bytes, list[tuple[str, bytes]]]]
) -> tuple[int, int]:
    """How many of ``events`` (key, payload, headers) have been confirmed by Kafka, and the offset of the first.

    As many as fit into one batch are sent. Records carry the time of sending: retention by an old time would delete
    what is published again. Of an unlinkable stream they carry the hour alone, as its events do.
    """
    batch, now, count = producer.create_batch(), int(time.time() * 1000), 0
    now -= now % HOUR if unlinkable(topic) else 0
    for key, payload, headers in events:
        if batch.append(key=key, value=payload, timestamp=now, headers=headers) is None:
            break
        count += 1
    if not count:
        raise ValueError(f"an event on {topic} does not fit into an empty batch of {MAX_BATCH_BYTES} bytes")
    confirmed = await (await producer.send_batch(batch, topic, partition=0))
    return count, confirmed.offset


async def _start(client: Any) -> None:
    """The client has started, or is stopped again.

    A start is never cut off in the middle: the library would leave the connection open that it was just making.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except BaseException:
        await asyncio.wait([starting], timeout=STOP_SECONDS)
        await _stop(client)
        raise


@asynccontextmanager
async def _started(client: Any) -> AsyncIterator[None]:
    """The client works within the block, and has stopped after it."""
    await _start(client)
    try:
        yield
    finally:
        await _stop(client)


async def _stop(client: Any) -> None:
    await stop_within(client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop(), STOP_SECONDS)


async def stop_within(stopping: Awaitable[Any], seconds: float) -> None:
    """Kafka's clients may wait long for a broker that is gone; nobody waits for them longer than this."""
    with suppress(
        TimeoutError, KafkaError, OSError
    ):  # what was not confirmed is sent again; an unclosed socket is closed by the operating system
        await asyncio.wait_for(stopping, seconds)


def as_outage(error: BaseException) -> bool:
    """Whether Kafka is to blame and waiting may help."""
    return isinstance(error, KafkaError | OSError | TimeoutError | Outage)


async def _records_of(message: KafkaMessage) -> tuple[ConsumerRecord, ...]:
    raw = message.raw_message
    return raw if isinstance(raw, tuple) else (raw,)
