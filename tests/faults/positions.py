"""A mirror's own positions are gone or false, or what it has not brought yet is gone at its source.

The gap shows in the numbers of the events; the reader names it on its links, and the owner publishes them again.
"""

import json
import time
from functools import partial
from random import Random

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from infra.engine import federated
from infra.kafka.clients import configuration
from shared.transport.kafka import KafkaCluster
from tests.faults import topic
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import KAFKA, LINKS, Kind
from tests.faults.pace import PACE
from tests.faults.plan import FEDERATED
from tests.faults.proxy import Mode

SECONDS = 20.0 * PACE


def _positions(what: str, field: Field, rng: Random, county: str) -> str | None:
    """Stop the mirror, change what it has noted of one other county, and start it."""
    assert field.federation
    data, kafka = field.engine.config.data, field.kafka(county).administered
    other = rng.choice([one for one in COUNTIES if one != county])
    for part in (field.federation.watchdog(field.engine, county), field.federation.mirror(field.engine, county)):
        part.kill()
    time.sleep(rng.uniform(1, 4))  # what is written now has not been brought
    notes = f"mm2-offsets.{other}.internal"
    known = _noted(kafka, notes)
    producer = Producer({**configuration(kafka), "acks": "all"})
    for key in known:
        producer.produce(notes, _value(field, what, other, key), key, 0)
    left = producer.flush(SECONDS)
    field.engine.start_mirror(county, federated.peers_folder(data, county))
    if left:
        raise OSError(f"{notes} could not be written")
    return f"{len(known)} positions of {other} were {what}" if known else None


def _value(field: Field, what: str, source: str, key: bytes) -> bytes | None:
    """The note that takes the place of the true one."""
    if what == "lost":
        return None
    name = json.loads(key)[1]["topic"]
    last = topic.end(field.kafka(source).administered, name) - 1 if what == "set ahead" else 0
    return json.dumps({"offset": max(last, 0)}).encode()


def _noted(kafka: KafkaCluster, notes: str) -> set[bytes]:
    """The keys of the notes of a mirror."""
    consumer, found = Consumer({**configuration(kafka), "group.id": "fault.test"}), set()
    try:
        position, end = consumer.get_watermark_offsets(TopicPartition(notes, 0), timeout=SECONDS)
        consumer.assign([TopicPartition(notes, 0, position)])
        ends = time.monotonic() + SECONDS
        while position < end and time.monotonic() < ends:
            for message in consumer.consume(500, timeout=0.5):
                if not message.error():
                    position = message.offset() + 1
                    found.add(message.key())
        return {key for key in found if b".shared." in key}
    finally:
        consumer.close()


def _deleted_too_soon(field: Field, rng: Random, county: str) -> str | None:
    """While the link to another county is cut, the owner's Kafka deletes what that one has not got yet."""
    assert field.federation
    other = rng.choice([one for one in COUNTIES if one != county])
    kafka, name = field.kafka(county).administered, field.topic(county, rng.choice(SUBJECTS))
    link = field.federation.links[other, county]
    link.set(Mode.CUT)
    try:
        before = topic.end(kafka, name)
        time.sleep(rng.uniform(4, 10))
        end = topic.end(kafka, name)
        gone = [each for each in topic.read(kafka, name) if each.offset < end]
        field.forged |= {(name, each.epoch, each.number) for each in gone}
        field.log_cut.set()
        for done in AdminClient(configuration(kafka)).delete_records([TopicPartition(name, 0, end)]).values():
            done.result()
    finally:
        link.set(Mode.OPEN)
    return f"{end - before} records of {name} were deleted before {other} had them" if end > before else None


KINDS = (
    *(
        Kind(f"mirror's positions {what}", partial(_positions, what), of=FEDERATED)
        for what in ("lost", "set back", "set ahead")
    ),
    Kind("deleted too soon", _deleted_too_soon, frozenset({KAFKA, LINKS}), of=FEDERATED),
)
