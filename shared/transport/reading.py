"""Reads raw records, and steps over those that the library cannot read (docs/protocol.md, J4)."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition, codec
from aiokafka.errors import CorruptRecordException, UnsupportedCodecError

from shared.protocol.envelope import UNREADABLE

Record: TypeAlias = ConsumerRecord

PREFETCH_BACKOFF_SECONDS = 1.0
_UNREADABLE = (
    CorruptRecordException,
    UnsupportedCodecError,
    *((codec.cramjam.DecompressionError,) if codec.cramjam else ()),
    zlib.error,
    struct.error,
    OverflowError,
    EOFError,
    IndexError,
    ValueError,  # also a header's name that is not UTF-8
)
"""The errors that tell of the records themselves: waiting does not help."""


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

        aiokafka raises without end at a record whose header *names* are not UTF-8, and at a batch whose checksum or
        compression is wrong. Such records are replaced, one by one, by empty ones with the header UNREADABLE.
        """
        # By default aiokafka leaves a topic out of the next fetch if its records were not consumed within 0.1 s. That
        # fetch, of idle topics only, takes all of fetch_max_wait_ms, and the busy topic waits for it.
        self.consumer._fetcher._prefetch_backoff = PREFETCH_BACKOFF_SECONDS
        try:
            batches = await self.consumer.getmany(timeout_ms=timeout_ms, max_records=max_records)
        except _UNREADABLE:
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
                except _UNREADABLE as error:
                    self.consumer.seek(partition, position + 1)
                    return (_replacement(partition, position, error),)
                if batches:
                    return tuple(record for batch in batches.values() for record in batch)
        return ()


def _partition(topic: str) -> TopicPartition:
    return TopicPartition(topic, 0)


def _replacement(partition: TopicPartition, offset: int, error: Exception) -> Record:
    names = isinstance(error, UnicodeDecodeError)
    reason = "the names of its headers are not UTF-8" if names else f"{type(error).__name__}: {error}"
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
        headers=((UNREADABLE, f"offset {offset}: {reason}".encode()[:300]),),
    )
