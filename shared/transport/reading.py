"""Reads raw records, and steps over those that the library cannot read (docs/protocol.md, J4)."""

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition, codec
from aiokafka.errors import CorruptRecordException, KafkaTimeoutError, RecordTooLargeError, UnsupportedCodecError

from shared.protocol.envelope import UNREADABLE

Record: TypeAlias = ConsumerRecord

UNANSWERED_POLLS = 60
AGAIN_MS = 2_000  # to fetch again what was dropped
ONE_BY_ONE = 500
MOST_RECORDS = 20_000
"""More than a fetch has of true events. Of records of a few bytes, one would fill the memory of a process."""
_UNREADABLE = (
    CorruptRecordException,
    UnsupportedCodecError,
    RecordTooLargeError,  # Kafka gives a batch whole, whatever its size: one that says to be longer is broken
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
class Bounds:
    """How many partitions a topic has, and which offsets its first one keeps: from ``first`` to below ``end``."""

    partitions: int
    first: int
    end: int


class Reading:
    """A consumer, addressed by topic. Each topic is sought before the first poll."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._next: dict[str, int] = {}  # by topic, the offset after what was fetched
        self._fetched: dict[str, Sequence[Record]] = {}  # by topic, what no poll has given yet
        self._paused: set[TopicPartition] = set()
        self._last_answer, self._unanswered = 0, 0

    def seek(self, topic: str, offset: int) -> None:
        """Continue the topic at ``offset``."""
        self._fetched.pop(topic, None)
        self._next[topic] = offset
        self._consumer.seek(_partition(topic), offset)

    def pause(self, topic: str) -> None:
        """Give nothing of the topic until it is resumed; it is to be sought before."""
        self._fetched.pop(topic, None)
        self._paused.add(_partition(topic))
        self._consumer.pause(_partition(topic))

    def resume(self, topics: Iterable[str]) -> None:
        """Read the topics again."""
        self._paused.difference_update(map(_partition, topics))

    async def poll(self, timeout_ms: int, max_records: int | None = None) -> tuple[Record, ...]:
        """The next records of one topic, in order; none if nothing came within ``timeout_ms``.

        aiokafka raises without end at a record whose header *names* are not UTF-8, and at a batch whose checksum or
        compression is wrong. Such records are replaced, one by one, by empty ones with the header UNREADABLE.
        KafkaTimeoutError if Kafka has answered nothing to UNANSWERED_POLLS polls.
        """
        topics = self._consumer.assignment() - self._paused
        if self._fetched:
            # What comes next is being fetched. If it is not taken within 0.1 s, aiokafka asks for the topics of which
            # nothing came, and a busy topic waits until that answer comes: so there shall be none to ask for.
            self._consumer.pause(*topics)
        else:
            self._consumer.resume(*topics)
            await self._fetch(timeout_ms)
        if not self._fetched:
            return ()
        topic, records = next(iter(self._fetched.items()))
        del self._fetched[topic]
        if rest := records[max_records:] if max_records else ():
            self._fetched[topic] = rest  # the other topics come first
        return tuple(records[:max_records])

    async def _fetch(self, timeout_ms: int) -> None:
        try:
            batches = await self._consumer.getmany(timeout_ms=timeout_ms, max_records=MOST_RECORDS)
        except _UNREADABLE:
            batches = await self._fetch_one()
        for partition, records in batches.items():
            self._fetched[partition.topic] = records
            self._next[partition.topic] = records[-1].offset + 1
        if not batches:
            self._look_for_answers()

    async def _fetch_one(self) -> Mapping[TopicPartition, Sequence[Record]]:
        """The next records of one topic: up to one that cannot be read, which is replaced, at most ONE_BY_ONE."""
        for topic, offset in self._next.items():
            self._consumer.seek(_partition(topic), offset)  # drops what was fetched, and the broken iterator with it
        for topic, offset in self._next.items():
            partition = _partition(topic)
            if partition in self._paused or (self._consumer.highwater(partition) or 0) <= offset:
                continue  # nothing is unread here, so the broken record lies elsewhere
            records: list[Record] = []
            for _ in range(ONE_BY_ONE):
                broken = records[-1].offset + 1 if records else offset
                wait = 0 if records else AGAIN_MS
                try:
                    batches = await self._consumer.getmany(partition, timeout_ms=wait, max_records=1)
                except _UNREADABLE as error:
                    self._consumer.seek(partition, broken + 1)
                    return {partition: [*records, _replacement(partition, broken, error)]}
                if not batches:
                    break
                records += batches[partition]
            if records:
                return {partition: records}
        return {}

    def _look_for_answers(self) -> None:
        """Raise KafkaTimeoutError if Kafka answers no more: a consumer whose fetching has ended tells nobody."""
        topics = self._consumer.assignment()
        last = max(self._consumer.last_poll_timestamp(each) or 0 for each in topics)
        same = last == self._last_answer and not topics <= self._paused
        self._last_answer, self._unanswered = last, self._unanswered + 1 if same else 0
        if self._unanswered >= UNANSWERED_POLLS:
            raise KafkaTimeoutError(f"Kafka has answered nothing to {UNANSWERED_POLLS} polls")


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
