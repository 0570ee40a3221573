"""Makes the register's topics on a Kafka, those of all counties: a mirror fills the foreign ones.

Nothing is ever deleted or re-created here: a re-created topic loses events without an error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from shared.contracts.topics import all_topics

SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Change:
    """A difference from the register: a topic to make, with all its ``settings``, or settings to change."""

    topic: str
    new: bool
    settings: dict[str, str]

    def __str__(self) -> str:
        kind = "create" if self.new else "change"
        return f"{kind} {self.topic}: " + ", ".join(f"{name}={value}" for name, value in self.settings.items())


def plan(bootstrap: str, counties: Sequence[str]) -> list[Change]:
    """The changes that `apply` would make; ValueError if a topic has more than one partition."""
    return _plan(_admin(bootstrap), counties)


def apply(bootstrap: str, counties: Sequence[str]) -> list[Change]:
    """Make every missing topic of the register and set its settings; the changes made. Safe to repeat."""
    admin = _admin(bootstrap)
    changes = _plan(admin, counties)
    created = [NewTopic(each.topic, 1, -1, config=each.settings) for each in changes if each.new]
    if created:
        for future in admin.create_topics(created, operation_timeout=SECONDS).values():
            _unless_it_exists(future.result)
    altered = [_resource(each) for each in changes if not each.new]
    if altered:
        for future in admin.incremental_alter_configs(altered).values():
            future.result()
    return changes


def _admin(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})


def _plan(admin: AdminClient, counties: Sequence[str]) -> list[Change]:
    existing = admin.list_topics(timeout=SECONDS).topics
    wanted = {topic: dict(stream.topic_settings()) for topic, stream in sorted(all_topics(counties).items())}
    for topic in wanted:
        if topic in existing and len(existing[topic].partitions) != 1:
            raise ValueError(f"{topic} has {len(existing[topic].partitions)} partitions; its order needs exactly one")
    changes = [Change(topic, True, settings) for topic, settings in wanted.items() if topic not in existing]
    known = [ConfigResource(ResourceType.TOPIC, topic) for topic in wanted if topic in existing]
    if known:
        for resource, future in admin.describe_configs(known).items():
            present = {entry.name: entry.value for entry in future.result().values()}
            settings = wanted[resource.name]
            differing = {name: value for name, value in settings.items() if present.get(name) != value}
            if differing:
                changes.append(Change(resource.name, False, differing))
    return changes


def _resource(change: Change) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in change.settings.items()
    ]
    return ConfigResource(ResourceType.TOPIC, change.topic, incremental_configs=entries)


def _unless_it_exists(result: Callable[[], object]) -> None:
    try:
        result()
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise
