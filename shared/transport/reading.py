"""Reads raw records, and steps over one that the library cannot read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.protocol.envelope import UNREADABLE

Record: TypeAlias = ConsumerRecord

PREFETCH_BACKOFF_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A consumer, addressed by topic."""

    consumer: AIOKafkaConsumer

    def seek(self, topic: str, offset: int) -> None:
        """Continue the topic at ``offset``."""
        self.consumer.seek(_partition(topic), offset)

    def pause(self, topic: str) -> None:
        """Fetch nothing from the topic until it is resumed."""
        self.consumer.pause(_partition(topic))

    def resume(self, topics: Iterable[str]) -> None:
        """Fetch from the topics again."""
        self.consumer.resume(*map(_partition, topics))

    async def poll(self, timeout_ms: int, max_records: int) -> tuple[Record, ...]:
        """The next records, grouped by topic, each topic in order; none if nothing came within ``timeout_ms``.

        aiokafka raises without end at a record whose header *names* are not UTF-8. Such a record is replaced by an
        empty one with the header UNREADABLE.
        """
        # By default aiokafka leaves a topic out of the next fetch if its records were not consumed within 0.1 s. That
        # fetch, of idle topics only, takes all of fetch_max_wait_ms, and the busy topic waits for it.
        self.consumer._fetcher._prefetch_backoff = PREFETCH_BACKOFF_SECONDS
        try:
            batches = await self.consumer.getmany(timeout_ms=timeout_ms, max_records=max_records)
        except UnicodeDecodeError:
            return await self._poll_one()
        return tuple(record for batch in batches.values() for record in batch)

    async def _poll_one(self) -> tuple[Record, ...]:
        for partition in self.consumer.assignment():
            position = await self.consumer.position(partition)
            if (self.consumer.highwater(partition) or 0) <= position:
                continue  # nothing is unread here, so the broken record lies elsewhere
            self.consumer.seek(partition, position)  # drops the fetched records, and the broken iterator with them
            for _ in range(10):
                try:
                    batches = await self.consumer.getmany(partition, timeout_ms=200, max_records=1)
                except UnicodeDecodeError:
                    self.consumer.seek(partition, position + 1)
                    return (_replacement(partition, position),)
                if batches:
                    return tuple(record for batch in batches.values() for record in batch)
        return ()


def _partition(topic: str) -> TopicPartition:
    return TopicPartition(topic, 0)


def _replacement(partition: TopicPartition, offset: int) -> Record:
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
