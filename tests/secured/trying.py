"""Tries everything that can be done to a Kafka, with one client of each kind, and tells what was allowed."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka.conn import create_conn
from aiokafka.errors import NoError, TopicAuthorizationFailedError
from aiokafka.protocol.fetch import FetchRequest
from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from infra.kafka.clients import configuration
from shared.transport.kafka import KafkaCluster
from tests.support.waiting import DEADLINE

SECONDS = DEADLINE
QUIET = logging.Logger("rdkafka", logging.CRITICAL + 1)
"""The library writes to the terminal that a transaction is denied."""
DENIED = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
}
ALLOWED = {None, KafkaError.TOPIC_ALREADY_EXISTS, KafkaError.GROUP_ID_NOT_FOUND, KafkaError.NON_EMPTY_GROUP}
ANSWERS = ALLOWED | DENIED
UNREADY = {KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.COORDINATOR_NOT_AVAILABLE}
"""Said by a Kafka that has stood still. It looks at rights before it looks whether it can answer."""


class Cell(NamedTuple):
    """Something that can be tried."""

    kind: str
    name: str
    operation: str


Outcomes = dict[Cell, bool]


def everything(kafka: KafkaCluster, topics: Sequence[str], groups: Sequence[str], ids: Sequence[str]) -> Outcomes:
    """Whether each operation on each topic, group and transactional id was allowed, and on the cluster itself.

    DELETE of a topic is not tried here. Where all is allowed, a user and a rule are left.
    """
    admin = AdminClient(configuration(kafka))
    seen = admin.list_topics(timeout=SECONDS).topics
    retention = [_retention(topic) for topic in topics]
    return {
        **{Cell("topic", topic, "DESCRIBE"): topic in seen for topic in topics},
        **asyncio.run(_fetch(kafka, topics)),
        **_write(kafka, topics),
        **_of_topics("CREATE", admin.create_topics([NewTopic(each, 1, 1) for each in topics], validate_only=True)),
        **_of_topics("ALTER", admin.create_partitions([NewPartitions(each, 2) for each in topics], validate_only=True)),
        **_of_topics("ALTER_CONFIGS", admin.incremental_alter_configs(retention, validate_only=True)),
        **_of_topics("DESCRIBE_CONFIGS", admin.describe_configs([_topic(each) for each in topics])),
        **_groups(admin, groups, next((each for each in topics if each in seen), topics[0])),
        **{Cell("transactional id", each, "WRITE"): _transaction(kafka, each) for each in ids},
        **_cluster(admin),
    }


def delete(kafka: KafkaCluster, topics: Sequence[str]) -> Outcomes:
    """Whether each topic could be deleted."""
    admin = AdminClient(configuration(kafka))
    return _of_topics("DELETE", admin.delete_topics(list(topics)))


def wait_for_groups(kafka: KafkaCluster, groups: Sequence[str]) -> None:
    """Wait until Kafka can say of each group what is in it: one that has just started cannot."""
    admin, deadline = AdminClient(configuration(kafka)), time.monotonic() + SECONDS
    while codes := {_code(future.result) for future in admin.describe_consumer_groups(list(groups)).values()} - ANSWERS:
        assert time.monotonic() < deadline, codes
        time.sleep(0.2)


def _of_topics(operation: str, futures: Mapping[Any, Any]) -> Outcomes:
    return {
        Cell("topic", str(getattr(key, "name", key)), operation): _allowed(future.result)
        for key, future in futures.items()
    }


def _code(result: Callable[[], object]) -> int | None:
    """The code of the error; None if there is none."""
    try:
        result()
    except KafkaException as error:
        return int(error.args[0].code())
    return None


def _allowed(result: Callable[[], object]) -> bool:
    """Whether it was not denied: what exists already, or is not there, was allowed."""
    code = _code(result)
    assert code in ANSWERS | UNREADY, code
    return code not in DENIED


def _tells(result: Callable[[], Sequence[object]]) -> bool:
    """Whether anything is told: the library gives an empty answer where rules may not be seen."""
    return _allowed(result) and bool(result())


def _topic(name: str) -> ConfigResource:
    return ConfigResource(ResourceType.TOPIC, name)


def _retention(name: str) -> ConfigResource:
    entry = ConfigEntry("retention.ms", "1000", incremental_operation=AlterConfigOpType.SET)
    return ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])


async def _fetch(kafka: KafkaCluster, topics: Sequence[str]) -> Outcomes:
    """One request for all topics: a client that asks first which there are would not fetch from a hidden one."""
    assert kafka.login
    host, _, port = kafka.bootstrap.rpartition(":")
    conn = await create_conn(host, int(port), **kafka.login.arguments())
    try:
        wanted = [(topic, [(0, 0, 1_000)]) for topic in topics]
        answer = await conn.send(FetchRequest(100, 1, 1_000_000, 0, wanted))
    finally:
        await conn.close()
    codes = {topic: partitions[0][1] for topic, partitions in answer.topics}
    assert set(codes.values()) <= {NoError.errno, TopicAuthorizationFailedError.errno}, codes
    return {Cell("topic", topic, "READ"): code == NoError.errno for topic, code in codes.items()}


def _write(kafka: KafkaCluster, topics: Iterable[str]) -> Outcomes:
    producer = Producer({**configuration(kafka), "message.timeout.ms": int(SECONDS * 1000), "linger.ms": 0})
    found: dict[str, bool] = {}

    def told(error: KafkaError | None, message: Message) -> None:
        assert error is None or error.code() in DENIED, error
        found[str(message.topic())] = error is None

    for topic in topics:
        producer.produce(topic, b"tried", on_delivery=told)
    producer.flush(SECONDS)
    return {Cell("topic", topic, "WRITE"): found[topic] for topic in topics}


def _groups(admin: AdminClient, groups: Sequence[str], topic: str) -> Outcomes:
    """READ of a group is to commit in it, of one topic for all; Kafka looks at the group first."""
    commits = [ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 0)]) for group in groups]
    read = [next(iter(admin.alter_consumer_group_offsets([each]).items())) for each in commits]
    described = admin.describe_consumer_groups(list(groups))
    deleted = admin.delete_consumer_groups(list(groups))
    return {
        **{Cell("group", group, "READ"): _allowed(future.result) for group, future in read},
        **{Cell("group", group, "DESCRIBE"): _allowed(future.result) for group, future in described.items()},
        **{Cell("group", group, "DELETE"): _allowed(future.result) for group, future in deleted.items()},
    }


def _transaction(kafka: KafkaCluster, identity: str) -> bool:
    producer = Producer({**configuration(kafka), "transactional.id": identity}, logger=QUIET)
    return _allowed(lambda: producer.init_transactions(SECONDS))


def _cluster(admin: AdminClient) -> Outcomes:
    rule = ("norrbotten.shared.", ResourcePatternType.PREFIXED, "User:administrator", "*", AclOperation.READ)
    binding = AclBinding(ResourceType.TOPIC, *rule, AclPermissionType.ALLOW)
    asked = AclBindingFilter(
        ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
    )
    password = UserScramCredentialUpsertion(
        "nobody", ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), b"guessed"
    )
    (given,) = admin.create_acls([binding]).values()
    (changed,) = admin.alter_user_scram_credentials([password]).values()
    return {
        Cell("cluster", "rules", "DESCRIBE"): _tells(admin.describe_acls(asked).result),
        Cell("cluster", "rules", "ALTER"): _allowed(given.result),
        Cell("cluster", "users", "ALTER"): _allowed(changed.result),
    }
