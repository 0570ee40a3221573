"""`norrsam topics plan` shows every difference from the register; `apply` changes what the register names."""

import asyncio

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    ResourceType,
)

from infra import topics
from infra.topics import Difference
from tests.delivery.harness import Owner
from tests.support.waiting import eventually

FOREIGN = {"compression.type": "lz4", "max.message.bytes": "2000000"}


async def test_what_is_not_the_register_s_is_shown_and_left_alone(owner: Owner) -> None:
    topics.apply(owner.kafka.bootstrap, [owner.county])
    admin = AdminClient({"bootstrap.servers": owner.kafka.bootstrap})
    changed = FOREIGN | {"retention.ms": "1000"}
    entries = [ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in changed.items()]
    resource = ConfigResource(ResourceType.TOPIC, owner.topic, incremental_configs=entries)
    (altered,) = admin.incremental_alter_configs([resource]).values()
    await asyncio.to_thread(altered.result)
    (grown,) = admin.create_partitions([NewPartitions(owner.topic, 2)]).values()
    await asyncio.to_thread(grown.result)
    kept = [
        Difference(owner.topic, "partitions", {"partitions": "2"}),
        Difference(owner.topic, "foreign", FOREIGN),
    ]

    def all_are_shown() -> None:
        found = topics.plan(owner.kafka.bootstrap, [owner.county])
        assert sorted(found, key=str) == sorted(
            [*kept, Difference(owner.topic, "change", {"retention.ms": "-1"})], key=str
        )

    await eventually(all_are_shown)
    topics.apply(owner.kafka.bootstrap, [owner.county])

    def those_are_left() -> None:
        assert sorted(topics.plan(owner.kafka.bootstrap, [owner.county]), key=str) == sorted(kept, key=str)

    await eventually(those_are_left)
    found = topics.plan(owner.kafka.bootstrap, [owner.county], replicas=3)
    own = [each for each in found if each.topic == owner.topic and each not in kept]
    assert own == [Difference(owner.topic, "replicas", {"replicas": "1"})]  # who is not there cannot confirm
    assert str(kept[0]) == f"{owner.topic} has 2 partitions; it needs exactly one"
