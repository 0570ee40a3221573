"""Faults with two processes of one county: a frozen leader, a first contact by both, a reset consumer group."""

import http.client
import json
import signal
import time
from contextlib import suppress
from functools import partial
from random import Random

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from infra.engine.county import CountyProcess
from infra.engine.ports import HOST
from infra.kafka.clients import configuration
from tests.faults import topic, witness
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import KAFKA, POSTGRES, Kind
from tests.faults.waits import require, until

TAKEN_OVER_WITHIN = 30.0
RECEIVING = ("checkpoints", "dead_letters", "reacted", "links", "projections")
"""The tables that say what a service has received."""


def _leader_frozen(field: Field, rng: Random, county: str) -> str | None:
    """Suspend the leader until the other process leads; then resume it."""
    first, second = field.county(county), field.replica(county)
    try:
        second.launch()
        second.wait_until_ready()
        leader, other = (first, second) if _leads(first) else (second, first)
        frozen = field.process(leader.part)
        time.sleep(rng.uniform(0, 1))
        frozen.suspend()
        try:
            taken_over = until(lambda: _leads(other), TAKEN_OVER_WITHIN, 0.2)
            time.sleep(rng.uniform(0, 6))
        finally:
            frozen.resume()
        require(lambda: _leads(leader) != _leads(other), 15, f"one process of {county} leads, and not two")
        time.sleep(rng.uniform(0, 2))
        return f"process {frozen.pid} was stopped, and another led meanwhile" if taken_over else None
    finally:
        second.part.stop(10, rng.choice((signal.SIGTERM, signal.SIGKILL)))


def _first_contact(field: Field, rng: Random, county: str) -> str | None:
    """Delete all that the county has received, and start two of its processes at once."""
    first, second = field.county(county), field.replica(county)
    first.stop()
    for subject in SUBJECTS:
        field.databases.execute(
            field.database(county, subject),
            *(f"DELETE FROM {table} WHERE county <> '{county}'" for table in subject.tables),
            *(f"DELETE FROM {table}" for table in RECEIVING),
            witness.FORGET,
        )
    try:
        for process in (first, second):
            process.launch()
        for process in (first, second):
            process.wait_until_ready()
        time.sleep(rng.uniform(2, 6))
        field.process(first.part)
        field.process(second.part)
    finally:
        second.part.stop(10, rng.choice((signal.SIGTERM, signal.SIGKILL)))
    return "two processes began with nothing"


def _group_reset(field: Field, rng: Random, county: str) -> str | None:
    """Set the consumer group to the beginning or the end. Delivery must not depend on it: the checkpoint decides."""
    field.county(county).stop()
    kafka = field.kafka(county).administered
    admin = AdminClient({**configuration(kafka), "error_cb": lambda _: None})
    at_end = rng.random() < 0.3
    done = True
    for subject in SUBJECTS:
        topics = [field.topic(name, subject) for name in COUNTIES if name != county]
        offsets = [TopicPartition(name, 0, topic.end(kafka, name) if at_end else 0) for name in topics]
        group = ConsumerGroupTopicPartitions(f"{county}.{subject.service}", offsets)
        done &= until(partial(_altered, admin, group), 15, 0.5)
    field.start(county)
    return f"the group was set to the {'end' if at_end else 'beginning'}" if done else None


def _altered(admin: AdminClient, group: ConsumerGroupTopicPartitions) -> bool:
    """Whether the offsets were set. A group coordinator refuses while it is loading the group."""
    with suppress(KafkaException):
        for future in admin.alter_consumer_group_offsets([group]).values():
            return all(partition.error is None for partition in future.result().topic_partitions)
    return False


def _leads(county: CountyProcess) -> bool:
    """Whether the process reports that all its relays lead."""
    connection = http.client.HTTPConnection(HOST, county.port, timeout=2)
    with suppress(OSError, http.client.HTTPException, ValueError):
        connection.request("GET", "/health/ready")
        health = json.loads(connection.getresponse().read())
        return all(health["services"][service]["relay"]["leader"] for service in county.services)
    return False


KINDS = (
    Kind("leader frozen", _leader_frozen, frozenset({POSTGRES})),
    Kind("first contact by two", _first_contact, frozenset({POSTGRES})),
    Kind("group reset", _group_reset, frozenset({KAFKA})),
)
