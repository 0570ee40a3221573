"""A record whose header names are not UTF-8: aiokafka raises at it for ever, yet the stream must go on."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka import codec as library_codec
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from shared.transport.reading import Reading
from tests.delivery.harness import Forger, Receiver
from tests.support.waiting import eventually


class NotUtf8(str):
    """A header's name that is encoded as bytes which no decoder of UTF-8 takes."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


async def send_unreadable(forger: Forger, bootstrap: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, 0, 100_000)
        batch.append(key=b"key", value=b"value", timestamp=1, headers=[(NotUtf8("xx"), b"value")])
        await (await producer.send_batch(batch, forger.topic, partition=0))


async def test_the_stream_steps_over_an_unreadable_header_name(receiver: Receiver, forger: Forger) -> None:
    before = forger.good(1)
    forger.flush()
    await send_unreadable(forger, receiver.kafka.bootstrap)
    after = forger.good(2)
    forger.flush()

    receiver.receive([forger.topic])

    async def both_applied() -> None:
        assert set(await receiver.toys()) == {before, after}

    await eventually(both_applied)
    (letter,) = await receiver.letters()
    assert (letter["reason"], letter["record_offset"]) == ("false-envelope", 1)
    assert "not UTF-8" in letter["detail"]
    assert (await receiver.checkpoint(forger.topic))["number"] == 2


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_each_of_kafka_s_codecs_is_read(receiver: Receiver, forger: Forger, codec: str) -> None:
    forger.compress(codec)
    toy = forger.good(1)
    forger.flush()

    receiver.receive([forger.topic])

    async def applied() -> None:
        assert set(await receiver.toys()) == {toy}

    await eventually(applied)
    assert await receiver.letters() == []


async def test_a_batch_that_cannot_be_read_holds_up_nothing(
    receiver: Receiver, forger: Forger, other: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_codec, "has_lz4", lambda: False)
    before = forger.good(1)
    forger.flush()
    forger.compress("lz4")
    for number in (2, 3):
        forger.good(number)
    forger.flush()
    forger.compress("none")
    after, elsewhere = forger.good(4), other.good(1)
    forger.flush()
    other.flush()

    receiver.receive([forger.topic, other.topic])

    async def applied() -> None:
        assert set(await receiver.toys()) == {before, after, elsewhere}

    await eventually(applied)
    letters = await receiver.letters()
    assert [(letter["reason"], letter["record_offset"]) for letter in letters] == [
        ("false-envelope", 1),
        ("false-envelope", 2),
    ]
    assert "lz4" in letters[0]["detail"]
    assert await receiver.gaps(forger.topic) == [(2, 3)]


async def test_an_unreadable_record_is_found_without_idle_topics(
    forger: Forger, other: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_unreadable(forger, forger.bootstrap)
    real = AIOKafkaConsumer.getmany
    asked: set[str] = set()

    async def noting(self: AIOKafkaConsumer, *partitions: TopicPartition, **limits: int) -> object:
        asked.update(each.topic for each in partitions)
        return await real(self, *partitions, **limits)

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", noting)

    async with AIOKafkaConsumer(bootstrap_servers=forger.bootstrap, auto_offset_reset="earliest") as consumer:
        partitions = [TopicPartition(topic, 0) for topic in (other.topic, forger.topic)]
        consumer.assign(partitions)
        monkeypatch.setattr(consumer, "assignment", lambda: partitions)  # theirs is a set, in an order of its own
        (record,) = await Reading(consumer).poll(timeout_ms=10_000, max_records=10)

    assert record.topic == forger.topic
    assert asked == {forger.topic}


async def test_reading_ends_where_a_topic_that_lost_its_tail_does(
    forger: Forger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        forger.good(number)
    forger.flush()
    real, lost = AIOKafkaConsumer.end_offsets, [3]

    async def before_the_loss(self: AIOKafkaConsumer, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        ends: dict[TopicPartition, int] = await real(self, partitions)
        return {partition: end + (lost.pop() if lost else 0) for partition, end in ends.items()}

    monkeypatch.setattr(AIOKafkaConsumer, "end_offsets", before_the_loss)

    async with asyncio.timeout(30):
        read = [record.offset async for batch in receiver.kafka.read(forger.topic) for record in batch]

    assert read == [0, 1]
