"""The records of a topic, read without the project's code but for the names of headers and the log-in."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from infra.kafka.clients import configuration
from shared.transport.kafka import KafkaCluster
from tests.faults.pace import PACE
from tests.support.forgeries import FORGED

SECONDS = 20.0 * PACE


@dataclass(frozen=True)
class Record:
    """An event as it is on its topic."""

    offset: int
    id: str
    epoch: int
    number: int
    version: int
    value: bytes
    restated: bool
    type: str


def read(kafka: KafkaCluster, topic: str, last: int | None = None) -> list[Record]:
    """Every record, or the ``last`` ones; OSError if Kafka does not answer."""
    settings = {**configuration(kafka), "group.id": "fault.test", "enable.auto.commit": False}
    consumer = Consumer({**settings, "error_cb": lambda _: None})
    try:
        return list(_records(consumer, topic, last))
    except KafkaException as error:
        raise OSError(f"{topic} could not be read: {error}") from error
    finally:
        consumer.close()


def highest(kafka: KafkaCluster, topic: str) -> tuple[int, int]:
    """The highest (epoch, number) among the topic's last records; OSError if Kafka does not answer."""
    return max(((record.epoch, record.number) for record in read(kafka, topic, 1000)), default=(0, 0))


def end(kafka: KafkaCluster, topic: str) -> int:
    """The offset that the next record will have."""
    consumer = Consumer({**configuration(kafka), "group.id": "fault.test"})
    try:
        return int(consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=SECONDS)[1])
    finally:
        consumer.close()


def _records(consumer: Consumer, topic: str, last: int | None) -> Iterator[Record]:
    first, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=SECONDS)
    position = first if last is None else max(first, end - last)
    consumer.assign([TopicPartition(topic, 0, position)])
    ends = time.monotonic() + SECONDS
    while position < end:
        if time.monotonic() > ends:
            raise OSError(f"{topic} gives nothing at {position}, though it ends at {end}")
        for message in consumer.consume(min(500, end - position), timeout=0.5):
            if not message.error():
                position, ends = message.offset() + 1, time.monotonic() + SECONDS
                if record := _record(message):
                    yield record


def _record(message: Message) -> Record | None:
    """The event; None if this test has forged it."""
    try:
        headers = dict(message.headers() or ())
    except UnicodeDecodeError:  # so are its names
        return None
    if FORGED in headers or not headers:
        return None
    epoch, number, version = (int(headers[f"ce_{name}"]) for name in ("epoch", "sequence", "aggregateversion"))
    restated = "ce_restated" in headers or b".StreamRestated." in headers["ce_type"]
    kind = headers["ce_type"].decode()
    return Record(message.offset(), message.key().decode(), epoch, number, version, message.value(), restated, kind)
