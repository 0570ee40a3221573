"""A record whose header names are not UTF-8: aiokafka raises at it for ever, yet the stream must go on."""

from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

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


async def test_given_a_record_with_an_unreadable_header_name_then_the_stream_steps_over_it(
    receiver: Receiver, forger: Forger
) -> None:
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
