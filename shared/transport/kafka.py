"""Makes all producers and consumers, with settings that lose nothing (docs/protocol.md, R3 and C1).

The libraries' defaults acknowledge before handling, begin at the latest record, wait for one broker's confirmation and
create missing topics. Every one of these is set here.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, UnknownTopicOrPartitionError

from shared.protocol.envelope import id_of
from shared.transport.clients import NO_COORDINATOR, Client, end_fetches, start, started
from shared.transport.login import KafkaLogin, certificate_end, explain
from shared.transport.reading import UNANSWERED_POLLS, Bounds, Reading, Record

MAX_BATCH_BYTES = 1_000_000
COMMIT_SECONDS = 10.0
MAX_FETCH_BYTES = 6_000_000
"""Some five thousand events at once: of those, whoever was away reads only what counts in the end."""

Batch = tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """A Kafka cluster, named by its bootstrap servers. Without ``login`` nothing is encrypted, and anybody may come.

    Whatever connects raises LoginRefused if Kafka does not let it in.
    """

    bootstrap: str
    login: KafkaLogin | None = None

    async def producer(self) -> AIOKafkaProducer:
        """A started producer. Every replica confirms; idempotence is off: it never recovers from a refused batch."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=False,
            max_batch_size=MAX_BATCH_BYTES,
            request_timeout_ms=10_000,
            **self._login(),
        )
        try:
            await start(producer)
        except KafkaConnectionError as error:
            raise await explain(self.login, self.bootstrap, error) from None
        return producer

    async def certificate_end(self) -> datetime | None:
        """When Kafka's certificate ends, or its authority's; None without TLS. OSError or TimeoutError if away."""
        return await certificate_end(self.login, self.bootstrap) if self.login else None

    async def cluster_id(self) -> str:
        """The id of the cluster behind the bootstrap servers; offsets are valid in that cluster alone."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000, **self._login())
        async with self._started(admin):
            return str((await admin.describe_cluster())["cluster_id"])

    async def read(self, topic: str, last: int | None = None, offset: int = 0) -> AsyncGenerator[Batch, None]:
        """The records of ``topic`` from ``offset`` to its present end, in batches: all, or the ``last`` so many.

        KafkaTimeoutError if Kafka gives nothing for UNANSWERED_POLLS polls, though its end has not been reached.
        """
        partition = TopicPartition(topic, 0)
        async with self._consumer() as consumer:
            consumer.assign([partition])
            reading = Reading(consumer)
            first = (await consumer.beginning_offsets([partition]))[partition]
            end = (await consumer.end_offsets([partition]))[partition]
            reading.seek(topic, max(first, offset if last is None else end - last))
            empty = 0
            while (position := await consumer.position(partition)) < end:
                records = await reading.poll(timeout_ms=1_000)
                empty = 0 if records else empty + 1
                if not records:  # Kafka may have lost its tail meanwhile
                    end = min(end, (await consumer.end_offsets([partition]))[partition])
                if empty >= UNANSWERED_POLLS and position < end:
                    raise KafkaTimeoutError(f"{topic}: Kafka gives nothing from offset {position} on, to its end {end}")
                yield tuple(record for record in records if record.offset < end)

    async def first_record(self, topic: str, offset: int) -> Record | None:
        """The first record at ``offset`` or after it; None if there is none. The marks of transactions are none."""
        async with aclosing(self.read(topic, offset=offset)) as batches:
            async for batch in batches:
                if batch:
                    return batch[0]
        return None

    async def keeps(self, topic: str, offset: int, event_id: str) -> bool:
        """Whether the event lies at ``offset``, or retention has removed it. If not, the topic was cut or made anew."""
        found = await self.first_record(topic, offset)
        if found is None:
            return (await self.ends([topic]))[topic] > offset
        return found.offset > offset or id_of(found.headers) == event_id

    async def has_records(self, topic: str, offset: int) -> bool:
        """Whether any record lies at ``offset`` or after it."""
        return await self.first_record(topic, offset) is not None

    async def ends(self, topics: Sequence[str]) -> dict[str, int]:
        """The end offset of each topic."""
        async with self._consumer() as consumer:
            ends = await consumer.end_offsets([TopicPartition(topic, 0) for topic in topics])
            return {partition.topic: end for partition, end in ends.items()}

    async def ends_of(self, begin: str) -> dict[str, int]:
        """The end offset of each topic whose name begins so, of those that this user may see."""
        async with self._consumer() as consumer:
            topics = [TopicPartition(topic, 0) for topic in await consumer.topics() if topic.startswith(begin)]
            return {each.topic: end for each, end in (await consumer.end_offsets(topics)).items()} if topics else {}

    async def bounds(self, topics: Sequence[str]) -> dict[str, Bounds]:
        """The offsets that Kafka has of each topic; a topic that does not exist is left out."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000, **self._login())
        async with self._started(admin):
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

    async def committed(self, group: str) -> dict[str, int]:
        """The offsets that the consumer group has committed, by topic. A Kafka that has just started is asked again.

        TimeoutError if its coordinator is not there within COMMIT_SECONDS. confluent_kafka is not asked: where there is
        no coordinator, it ends the process (librdkafka, issue 5040).
        """
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=10_000, **self._login())
        async with self._started(admin), asyncio.timeout(COMMIT_SECONDS):
            while True:
                with suppress(*NO_COORDINATOR):
                    found = await admin.list_consumer_group_offsets(group)
                    return {partition.topic: at.offset for partition, at in found.items() if at.offset >= 0}
                await asyncio.sleep(0.2)

    @asynccontextmanager
    async def reading(self, topics: Sequence[str], client: str) -> AsyncIterator[Reading]:
        """Read the topics. UnknownTopicOrPartitionError if there is none of one of these names.

        The consumer joins no group: an advisory lock in the service's database decides which process reads, so a group
        that Kafka cannot form holds up nobody.
        """
        async with self._consumer(client_id=client) as consumer:
            if missing := set(topics) - await consumer.topics():  # given them before, it would wait for them in vain
                raise UnknownTopicOrPartitionError(", ".join(sorted(missing)))
            consumer.assign([TopicPartition(topic, 0) for topic in topics])
            yield Reading(consumer)

    @asynccontextmanager
    async def _consumer(self, group: str | None = None, client_id: str = "norrsam") -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer without group membership."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap,
            client_id=client_id,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=10_000,
            fetch_max_bytes=MAX_FETCH_BYTES,
            max_partition_fetch_bytes=MAX_FETCH_BYTES,
            **self._login(),
        )
        async with self._started(consumer):
            try:
                yield consumer
            finally:
                if group is None:
                    await end_fetches(consumer)

    @asynccontextmanager
    async def _started(self, client: Client) -> AsyncIterator[None]:
        try:
            async with started(client):
                yield
        except KafkaConnectionError as error:
            raise await explain(self.login, self.bootstrap, error) from None

    def _login(self) -> dict[str, Any]:
        return self.login.arguments() if self.login else {}


def is_from_kafka(error: BaseException) -> bool:
    """Whether the error comes from Kafka or the network, so that waiting may help."""
    return isinstance(error, KafkaError | OSError | TimeoutError)
