"""A partner agency's side: it reads the topics with its own tools, and needs no code of Norrsam."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from confluent_kafka import Consumer, TopicPartition

from infra.engine.engine import Engine
from infra.kafka.clients import configuration, watermarks
from shared.transport.kafka import KafkaCluster
from shared.transport.login import KafkaLogin

SECONDS = 10.0
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """The events of one topic: all, and the newest of each subject."""

    events: list[CloudEvent]
    newest: dict[str, CloudEvent]


def read_at(engine: Engine, county: str, topics: Sequence[str]) -> dict[str, Seen]:
    """As `read_all`, at the Kafka of this county; a secured one knows no partners yet, so as its administrator."""
    kafka = engine.kafka_of(county).administered
    return read_all(kafka.bootstrap, topics, kafka.login)


def read_all(bootstrap: str, topics: Sequence[str], login: KafkaLogin | None = None) -> dict[str, Seen]:
    """Read every event of the topics, from the earliest to the present end, with the CloudEvents SDK."""
    own: dict[str, str | int | bool] = {"group.id": "partner.demo", "enable.auto.commit": False}
    consumer = Consumer(configuration(KafkaCluster(bootstrap, login)) | own)
    try:
        bounds = {topic: watermarks(consumer, topic, SECONDS) for topic in topics}
        # All at once: each new assignment waits until Kafka has answered the request for the one before.
        consumer.assign([TopicPartition(topic, 0, first) for topic, (first, _) in bounds.items()])
        events: dict[str, list[CloudEvent]] = {topic: [] for topic in topics}
        while any(len(events[topic]) < end - first for topic, (first, end) in bounds.items()):
            for message in consumer.consume(500, timeout=0.2):
                record = KafkaMessage(dict(message.headers() or []), message.key(), message.value())
                events[message.topic()].append(from_binary(record, JSONFormat(), CloudEvent))
        return {topic: Seen(found, _newest(found)) for topic, found in events.items()}
    finally:
        consumer.close()


def mentions(value: object, code: str) -> bool:
    """Whether a text anywhere in ``value`` has ``code`` as a word of its own.

    The few digits of a municipality turn up by chance in numbers, times, checksums and ids: those do not count.
    """
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        word = rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])"
        return re.search(word, _UUID.sub("", value)) is not None
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    return isinstance(value, Iterable) and any(mentions(each, code) for each in value)


def _newest(events: Iterable[CloudEvent]) -> dict[str, CloudEvent]:
    newest: dict[str, CloudEvent] = {}
    for event in events:
        known = newest.get(str(event.get_subject()))
        if known is None or _age(known) < _age(event):
            newest[str(event.get_subject())] = event
    return newest


def _age(event: CloudEvent) -> tuple[int, int]:
    return int(event.get_extension("epoch")), int(event.get_extension("aggregateversion"))
