"""Tries, as a partner, what it must not be able to do, in ways that would change nothing if they were allowed.

Kafka grants DESCRIBE of a topic with READ, WRITE, ALTER and DELETE, and DESCRIBE_CONFIGS with ALTER_CONFIGS: who may
not describe may do none of these. Of a group it is DESCRIBE with READ and DELETE.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from infra.kafka.clients import configuration
from infra.mirror.newest import ANSWERS_WITHIN, ignore
from shared.transport.kafka import KafkaCluster

OF_A_TOPIC = ("READ, WRITE, ALTER, DELETE, DESCRIBE", "CREATE", "DESCRIBE_CONFIGS, ALTER_CONFIGS")
_REFUSED = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}


def not_refused(kafka: KafkaCluster, topics: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Each thing that Kafka did not refuse, in words. KafkaException if it does not answer."""
    admin = AdminClient({**configuration(kafka), "error_cb": ignore})
    shown = admin.list_topics(timeout=ANSWERS_WITHIN).topics
    made = admin.create_topics([NewTopic(topic, 1, 1) for topic in topics], validate_only=True)
    told = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic) for topic in topics])
    configured = {key.name: future for key, future in told.items()}
    seen = admin.describe_consumer_groups(list(groups), request_timeout=ANSWERS_WITHIN)
    allowed = ([topic for topic in topics if topic in shown], _allowed(made), _allowed(configured))
    found = [f"{each} of {topic}" for each, those in zip(OF_A_TOPIC, allowed, strict=True) for topic in those]
    return found + [f"READ of group {group}" for group in _allowed(seen)]


def _allowed(futures: Mapping[str, Any]) -> Iterator[str]:
    for name, future in futures.items():
        try:
            future.result()
        except KafkaException as error:
            code = error.args[0].code()
            if code in _REFUSED:
                continue
            if code not in (KafkaError.TOPIC_ALREADY_EXISTS, KafkaError.GROUP_ID_NOT_FOUND):
                raise
        yield name
