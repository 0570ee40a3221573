"""Asks a Kafka for the time of the newest report of each county."""

from collections.abc import Iterable

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from infra.kafka.clients import configuration
from shared.contracts.topics import LINKS, topic_name
from shared.transport.kafka import KafkaCluster

ANSWERS_WITHIN = 5.0


def newest(kafka: KafkaCluster, counties: Iterable[str]) -> dict[str, float]:
    """The time of the newest record in the `links` of each county, in seconds since 1970; 0 if there is none.

    KafkaException if it does not answer in five seconds or does not allow it, LoginRefused if it lets nobody in. Each
    call logs in anew: a new password counts.
    """
    wanted = {TopicPartition(topic_name(county, LINKS), 0): county for county in counties}
    client = AdminClient({**configuration(kafka), "error_cb": ignore})
    asked = client.list_offsets(dict.fromkeys(wanted, OffsetSpec.max_timestamp()), request_timeout=ANSWERS_WITHIN)
    return {wanted[partition]: max(answer.result().timestamp, 0) / 1000 for partition, answer in asked.items()}


def ignore(_: object) -> None:
    """Ignore failed tries of the client: only the outcome counts."""
