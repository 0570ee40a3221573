"""Reading records as they are, and getting past one that the library cannot read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.protocol.envelope import UNREADABLE

Record: TypeAlias = ConsumerRecord

TOGETHER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a consumer reads, topic by topic."""

    consumer: AIOKafkaConsumer

    def seek(self, topic: str, offset: int) -> None:
        """The topic is read on from ``offset``."""
        self.consumer.seek(_partition(topic), offset)

    def pause(self, topic: str) -> None:
        """Nothing comes of the topic until it is resumed."""
        self.consumer.pause(_partition(topic))

    def resume(self, topics: Iterable[str]) -> None:
        """The topics are read on."""
        self.consumer.resume(*map(_partition, topics))

    async def poll(self, timeout_ms: int, max_records: int) -> tuple[Record, ...]:
        """The next records, topic by topic, each in order; none if nothing came within ``timeout_ms``.

        aiokafka raises for ever at a record whose header *names* are not UTF-8. Such a record is stepped over, and
        an empty one with the header UNREADABLE stands in its place.
        """
        # A topic that was not taken up within 0.1 s is left out of the next fetch. That fetch, of topics where nothing
        # comes, is waited out, all of fetch_max_wait_ms, before the busy topic's turn comes again.
        self.consumer._fetcher._prefetch_backoff = TOGETHER_SECONDS
        try:
            batches = await self.consumer.getmany(timeout_ms=timeout_ms, max_records=max_records)
        except UnicodeDecodeError:
            return await self._singly()
        return tuple(record for batch in batches.values() for record in batch)

    async def _singly(self) -> tuple[Record, ...]:
        for partition in self.consumer.assignment():
            position = await self.consumer.position(partition)
            if (self.consumer.highwater(partition) or 0) <= position:
                continue  # it waits for nothing, so it is not this one
            self.consumer.seek(partition, position)  # drops what was fetched, and with it the broken iterator
            for _ in range(10):
                try:
                    batches = await self.consumer.getmany(partition, timeout_ms=200, max_records=1)
                except UnicodeDecodeError:
                    self.consumer.seek(partition, position + 1)
                    return (_stand_in(partition, position),)
                if batches:
                    return tuple(record for batch in batches.values() for record in batch)
        return ()


def _partition(topic: str) -> TopicPartition:
    return TopicPartition(topic, 0)


def _stand_in(partition: TopicPartition, offset: int) -> Record:
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
