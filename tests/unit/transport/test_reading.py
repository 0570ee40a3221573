"""A batch that says to be longer than it is: the library calls it too large, and raises."""

from typing import Any

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import RecordTooLargeError

from shared.protocol.envelope import UNREADABLE
from shared.transport.reading import Reading

BROKEN, GOOD = TopicPartition("a.shared.actors.v1", 0), TopicPartition("b.shared.actors.v1", 0)


class Consumer:
    """One whose topic BROKEN has a broken record at offset 0, and GOOD a record at offset 0."""

    def __init__(self) -> None:
        self.positions = {BROKEN: 0, GOOD: 0}

    def assignment(self) -> set[TopicPartition]:
        return {BROKEN, GOOD}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    def highwater(self, _: TopicPartition) -> int:
        return 1

    def last_poll_timestamp(self, _: TopicPartition) -> int:
        return 0

    def pause(self, *_: TopicPartition) -> None:
        pass

    def resume(self, *_: TopicPartition) -> None:
        pass

    async def getmany(self, *only: TopicPartition, **_: int) -> dict[TopicPartition, list[Any]]:
        wanted = only or (BROKEN, GOOD)
        if BROKEN in wanted and self.positions[BROKEN] == 0:
            raise RecordTooLargeError("There are some messages at …")
        if GOOD in wanted and self.positions[GOOD] == 0:
            self.positions[GOOD] = 1
            record = ConsumerRecord(GOOD.topic, 0, 0, 0, 0, b"", b"", None, 0, 0, ())
            return {GOOD: [record]}
        return {}


async def test_a_batch_called_too_large_is_put_aside_and_others_go_on() -> None:
    reading = Reading(Consumer())
    for partition in (BROKEN, GOOD):
        reading.seek(partition.topic, 0)

    first, second = await reading.poll(10), await reading.poll(10)

    assert [(record.topic, record.offset) for record in (*first, *second)] == [(BROKEN.topic, 0), (GOOD.topic, 0)]
    assert first[0].headers[0][0] == UNREADABLE


class Mixed(Consumer):
    """One whose topic BROKEN has 300 records, every 30th of them broken; the library raises if a fetch holds one."""

    def highwater(self, partition: TopicPartition) -> int:
        return 300 if partition == BROKEN else 0

    async def getmany(self, *only: TopicPartition, max_records: int = 500, **_: int) -> dict[TopicPartition, list[Any]]:
        first = self.positions[BROKEN]
        offsets = range(first, min(first + max_records, 300))
        if any(offset % 30 == 29 for offset in offsets):
            raise ValueError("a header's name is not UTF-8")
        self.positions[BROKEN] += len(offsets)
        records = [ConsumerRecord(BROKEN.topic, 0, each, 0, 0, b"", b"", None, 0, 0, ()) for each in offsets]
        return {BROKEN: records} if records else {}


async def test_a_broken_record_costs_no_poll_for_each_good_one() -> None:
    reading, polls, offsets = Reading(Mixed()), 0, list[int]()
    reading.seek(BROKEN.topic, 0)

    while len(offsets) < 300 and polls < 300:
        offsets += [record.offset for record in await reading.poll(10)]
        polls += 1

    assert offsets == list(range(300))
    assert polls == 10
