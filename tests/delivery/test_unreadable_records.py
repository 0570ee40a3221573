"""A record whose header names are not UTF-8: aiokafka raises at it for ever, yet the stream must go on."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaClient, AIOKafkaConsumer, TopicPartition
from aiokafka import codec as library_codec
from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaTimeoutError
from aiokafka.record.memory_records import MemoryRecords

from infra.engine import Engine
from shared.transport import kafka as kafka_module
from shared.transport import reading as reading_module
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Reading
from tests.delivery.forger import Forger
from tests.delivery.harness import Receiver
from tests.faults.logfile import batches
from tests.support import forger as forging
from tests.support.forgeries import NotUtf8, Record
from tests.support.waiting import DEADLINE, eventually


async def send_unreadable(topic: str, bootstrap: str) -> None:
    unreadable = Record(topic, {NotUtf8("xx"): b"value"}, b"value")
    await asyncio.to_thread(forging.send, bootstrap, [unreadable])


async def test_the_stream_steps_over_an_unreadable_header_name(receiver: Receiver, forger: Forger) -> None:
    before = forger.good(1)
    forger.flush()
    await send_unreadable(forger.topic, receiver.kafka.bootstrap)
    after = forger.good(2)
    forger.flush()

    receiver.receive([forger.topic])

    await receiver.shows({before, after})
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

    await receiver.shows({toy})
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

    await receiver.shows({before, after, elsewhere})
    letters = await receiver.letters()
    assert [(letter["reason"], letter["record_offset"]) for letter in letters] == [
        ("false-envelope", 1),
        ("false-envelope", 2),
    ]
    assert "lz4" in letters[0]["detail"]
    assert await receiver.gaps(forger.topic) == [(2, 3)]


def spoil(folder: Path, offset: int) -> None:
    """The last byte of the batch at this offset is another one, as on a bad disk."""
    (segment,) = folder.glob("*.log")
    (batch,) = [each for each in batches(segment.read_bytes()) if each.first == offset]
    with segment.open("r+b") as file:
        file.seek(batch.position + batch.size - 1)
        last = file.read(1)
        file.seek(batch.position + batch.size - 1)
        file.write(bytes([last[0] ^ 1]))


async def test_a_batch_whose_checksum_is_wrong_holds_up_nothing(
    engine: Engine, receiver: Receiver, forger: Forger, other: Forger
) -> None:
    before = forger.good(1)
    forger.flush()
    for number in (2, 3):
        forger.good(number)
    forger.flush()
    after, elsewhere = forger.good(4), other.good(1)
    forger.flush()
    other.flush()
    spoil(engine.config.data / "kafka" / "log" / f"{forger.topic}-0", 1)

    receiver.receive([forger.topic, other.topic])

    await receiver.shows({before, after, elsewhere})
    letters = await receiver.letters()
    assert [(each["reason"], each["record_offset"]) for each in letters] == [
        ("false-envelope", 1),
        ("false-envelope", 2),
    ]
    assert "CorruptRecord" in letters[0]["detail"]
    assert await receiver.gaps(forger.topic) == [(2, 3)]


async def test_an_unreadable_record_is_found_without_idle_topics(
    forger: Forger, other: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_unreadable(forger.topic, forger.bootstrap)
    real = AIOKafkaConsumer.getmany
    asked: set[str] = set()

    async def noting(self: AIOKafkaConsumer, *partitions: TopicPartition, **limits: int) -> object:
        asked.update(each.topic for each in partitions)
        return await real(self, *partitions, **limits)

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", noting)

    async with KafkaCluster(forger.bootstrap).reading([other.topic, forger.topic], "test") as reading:
        for topic in (other.topic, forger.topic):
            reading.seek(topic, 0)
        async with asyncio.timeout(DEADLINE):
            while not (records := await reading.poll(timeout_ms=1_000)):
                pass

    (record,) = records

    assert record.topic == forger.topic
    assert asked == {forger.topic}


async def test_fetching_that_a_fault_has_ended_begins_again(
    receiver: Receiver, forger: Forger, other: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = forger.good(1), other.good(1)
    forger.flush()
    other.flush()

    faults = [SystemError("a fault of the client library")]

    def end_all_fetching(answer: bytes) -> MemoryRecords:
        if str(here).encode() in answer and faults:
            raise faults.pop()
        return MemoryRecords(answer)

    monkeypatch.setattr(fetcher, "MemoryRecords", end_all_fetching)
    monkeypatch.setattr(reading_module, "UNANSWERED_POLLS", 1)
    clients: list[AIOKafkaClient] = []
    bootstrap = AIOKafkaClient.bootstrap

    async def noting(self: AIOKafkaClient) -> None:
        clients.append(self)
        await bootstrap(self)

    monkeypatch.setattr(AIOKafkaClient, "bootstrap", noting)
    receiver.receive([forger.topic, other.topic])

    async def applied() -> None:
        assert set(await receiver.toys()) == {here, elsewhere}

    try:
        await eventually(applied)
    finally:
        await receiver.stop()
        for client in clients:  # the library does not hang up where its fetching has ended
            await client.close()

    assert faults == []


async def test_while_a_busy_topic_is_handed_out_no_quiet_one_is_asked_for(forger: Forger, other: Forger) -> None:
    for number in (1, 2, 3):
        forger.good(number)
    forger.flush()
    paused: list[set[str]] = []

    async with AIOKafkaConsumer(bootstrap_servers=forger.bootstrap) as consumer:
        consumer.assign([TopicPartition(topic, 0) for topic in (forger.topic, other.topic)])
        reading = Reading(consumer)
        for topic in (forger.topic, other.topic):
            reading.seek(topic, 0)
        while len(paused) < 4:
            await reading.poll(timeout_ms=1_000 if paused else int(1000 * DEADLINE), max_records=1)
            paused.append({each.topic for each in consumer.paused()})

    assert paused == [set(), {forger.topic, other.topic}, {forger.topic, other.topic}, set()]


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

    async with asyncio.timeout(DEADLINE):
        read = [record.offset async for batch in receiver.kafka.read(forger.topic) for record in batch]

    assert read == [0, 1]


async def test_reading_ends_where_kafka_gives_no_record(
    forger: Forger, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    forger.good(1)
    forger.flush()
    monkeypatch.setattr(fetcher, "MemoryRecords", lambda _: MemoryRecords(b""))
    monkeypatch.setattr(kafka_module, "UNANSWERED_POLLS", 2)

    with pytest.raises(KafkaTimeoutError, match="gives nothing from offset 0 on, to its end 1"):
        async with asyncio.timeout(DEADLINE):
            [batch async for batch in receiver.kafka.read(forger.topic)]
