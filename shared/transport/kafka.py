"""Makes all producers and consumers, with settings that lose nothing (docs/protocol.md, R3 and C1).

The libraries' defaults acknowledge before handling, begin at the latest record, wait for one broker's confirmation and
create missing topics. Every one of these is set here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka import TopicPartition as Assigned
from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage

from shared.transport.clients import STOP_SECONDS, start, started
from shared.transport.reading import Reading, Record

MAX_BATCH_BYTES = 1_000_000
COMMIT_SECONDS = 10.0
MAX_POLL_RECORDS = 1_000

Batch = tuple[Record, ...]
GetBatch = Callable[[Reading], Awaitable[Batch]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many partitions a topic has, and which offsets its first one keeps: from ``first`` to below ``end``."""

    partitions: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """A Kafka cluster, named by its bootstrap servers."""

    bootstrap: str

    async def producer(self) -> AIOKafkaProducer:
        """A started producer. Every replica confirms; idempotence is off: it never recovers from a refused batch."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=False,
            max_batch_size=MAX_BATCH_BYTES,
            request_timeout_ms=10_000,
        )
        await start(producer)
        return producer

    async def cluster_id(self) -> str:
        """The id of the cluster behind the bootstrap servers; offsets are valid in that cluster alone."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000)
        async with started(admin):
            return str((await admin.describe_cluster())["cluster_id"])

    async def read(self, topic: str, last: int | None = None) -> AsyncIterator[Batch]:
        """The records of ``topic`` up to its present end, in batches: all, or the ``last`` so many."""
        partition = TopicPartition(topic, 0)
        async with self._consumer() as consumer:
            consumer.assign([partition])
            first = (await consumer.beginning_offsets([partition]))[partition]
            end = (await consumer.end_offsets([partition]))[partition]
            consumer.seek(partition, first if last is None else max(first, end - last))
            while await consumer.position(partition) < end:
                records = await Reading(consumer).poll(timeout_ms=1_000, max_records=MAX_POLL_RECORDS)
                if not records:  # Kafka may have lost its tail meanwhile
                    end = min(end, (await consumer.end_offsets([partition]))[partition])
                yield tuple(record for record in records if record.offset < end)

    async def ends(self, topics: Sequence[str]) -> dict[str, int]:
        """The end offset of each topic."""
        async with self._consumer() as consumer:
            ends = await consumer.end_offsets([TopicPartition(topic, 0) for topic in topics])
            return {partition.topic: end for partition, end in ends.items()}

    async def bounds(self, topics: Sequence[str]) -> dict[str, Bounds]:
        """What Kafka has of each topic; a topic that does not exist is left out."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000)
        async with started(admin):
            known = {each["topic"]: len(each["partitions"]) for each in await admin.describe_topics()}
        there = [TopicPartition(topic, 0) for topic in topics if topic in known]
        async with self._consumer() as consumer:
            firsts, ends = await consumer.beginning_offsets(there), await consumer.end_offsets(there)
        return {each.topic: Bounds(known[each.topic], firsts[each], ends[each]) for each in there}

    async def commit(self, group: str, offsets: Mapping[str, int]) -> None:
        """Commit these offsets, by topic, for the consumer group."""
        async with self._consumer(group) as consumer, asyncio.timeout(COMMIT_SECONDS):
            positions = {TopicPartition(topic, 0): offset for topic, offset in offsets.items()}
            consumer.assign(list(positions))
            await consumer.commit(positions)

    @asynccontextmanager
    async def _consumer(self, group: str | None = None) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer without group membership."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        async with started(consumer):
            yield consumer

    async def consume(
        self, topics: Sequence[str], client: str, get_batch: GetBatch, receive: Callable[[Batch], Awaitable[None]]
    ) -> None:
        """Pass raw records from ``get_batch`` to ``receive`` until one of the two raises; that error is raised.

        The consumer is assigned the topics and joins no group: an advisory lock in the service's database decides which
        process reads, so a group that Kafka cannot form holds up nobody.
        """
        failure: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

        def fail(error: Exception) -> None:  # FastStream would log it and continue
            if not failure.done():
                failure.set_result(error)

        async def next_batch(consumer: AIOKafkaConsumer) -> Batch:
            try:
                if failure.done():
                    await asyncio.sleep(STOP_SECONDS)  # the broker is about to be stopped
                return await get_batch(Reading(consumer))
            except Exception as error:
                fail(error)
                return ()

        async def receive_batch(records: Batch) -> None:
            try:
                await receive(records)
            except Exception as error:
                fail(error)

        broker = self._broker(topics, client, next_batch, receive_batch)
        async with started(broker):
            raise await failure

    def _broker(
        self,
        topics: Sequence[str],
        client: str,
        next_batch: Callable[[AIOKafkaConsumer], Coroutine[Any, Any, Batch]],
        receive_batch: Callable[[Batch], Awaitable[None]],
    ) -> KafkaBroker:
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
            partitions=[Assigned(topic, 0) for topic in topics],
            batch=True,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            fetch_max_wait_ms=500,
            parser=_parse_nothing,
            decoder=_records_of,
        )
        subscriber.get_msg = next_batch  # type: ignore[method-assign, assignment]  # FastStream's own sleeps while records arrive
        subscriber(receive_batch)
        return broker


async def _parse_nothing(records: Batch) -> KafkaMessage:
    # FastStream's own parser decodes every header: one bad header would hold up all streams for ever.
    return KafkaMessage(body=b"", headers={}, raw_message=records, consumer=FAKE_CONSUMER, message_id="")


async def _records_of(message: KafkaMessage) -> Batch:
    raw = message.raw_message
    return raw if isinstance(raw, tuple) else (raw,)


def is_from_kafka(error: BaseException) -> bool:
    """Whether the error comes from Kafka or the network, so that waiting may help."""
    return isinstance(error, KafkaError | OSError | TimeoutError)
