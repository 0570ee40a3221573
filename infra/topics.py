"""Makes the register's topics on a Kafka, those of all counties: a mirror fills the foreign ones.

Nothing is ever deleted or re-created here: a re-created topic loses events without an error.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Literal

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
    ResourceType,
)

from infra.kafka.clients import configuration
from shared.contracts.topics import all_topics
from shared.transport.kafka import KafkaCluster
from shared.transport.login import KafkaLogin

SECONDS, RETRY_SECONDS = 15.0, 0.5
NOT_YET = frozenset({KafkaError.INVALID_REPLICATION_FACTOR, KafkaError._TIMED_OUT})  # noqa: SLF001 (its documented name)
"""Said of brokers that have just started or stood still, and are not counted yet; and of too few brokers for good."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of a topic from the register, by what `apply` does about it.

    ``create`` and ``change`` are done, with ``settings``. ``foreign`` are settings that the register does not name,
    ``partitions`` says that there are too many, and ``replicas`` that there are more or fewer than NORRSAM_REPLICATION:
    these are left as they are, for somebody may have meant them, and moving data is for who administers the brokers.
    """

    topic: str
    kind: Literal["create", "change", "foreign", "partitions", "replicas"]
    settings: Mapping[str, str]

    @property
    def is_done(self) -> bool:
        """Whether `apply` makes the topic so."""
        return self.kind in ("create", "change")

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.settings.items())
        if self.kind == "partitions":
            return f"{self.topic} has {self.settings['partitions']} partitions; it needs exactly one"
        if self.kind == "replicas":
            count = self.settings["replicas"]
            return f"{self.topic} has {count} replicas: NORRSAM_REPLICATION counts for new topics alone"
        if self.kind == "foreign":
            return f"{self.topic} has settings that are not the register's: {said}"
        return f"{self.kind} {self.topic}: {said}"


def plan(
    bootstrap: str, counties: Sequence[str], login: KafkaLogin | None = None, replicas: int | None = None
) -> list[Difference]:
    """Every difference of the topics there from the register.

    A topic is to have so many ``replicas``, of which more than half confirm each record; by default as its broker says.
    """
    return _plan(_admin(bootstrap, login), counties, replicas)


def apply(
    bootstrap: str, counties: Sequence[str], login: KafkaLogin | None = None, replicas: int | None = None
) -> list[Difference]:
    """Make every missing topic of the register and set its settings; the differences, as `plan`. Safe to repeat."""
    admin = _admin(bootstrap, login)
    found, count = _plan(admin, counties, replicas), replicas or -1
    create(
        admin,
        [NewTopic(each.topic, 1, count, config=dict(each.settings)) for each in found if each.kind == "create"],
    )
    altered = [_resource(each) for each in found if each.kind == "change"]
    if altered:
        for future in admin.incremental_alter_configs(altered).values():
            future.result()
    return found


def create(admin: AdminClient, missing: Sequence[NewTopic]) -> None:
    """Make these topics; KafkaException if Kafka refuses one of them for good. One that is there is left as it is."""
    deadline = monotonic() + SECONDS
    while missing:
        futures = admin.create_topics(list(missing), operation_timeout=SECONDS)
        may_wait = monotonic() < deadline
        missing = [each for each in missing if not _is_made(futures[each.topic].result, may_wait)]
        if missing:
            sleep(RETRY_SECONDS)


def _admin(bootstrap: str, login: KafkaLogin | None) -> AdminClient:
    return AdminClient(configuration(KafkaCluster(bootstrap, login)))


def _plan(admin: AdminClient, counties: Sequence[str], replicas: int | None) -> list[Difference]:
    existing = admin.list_topics(timeout=SECONDS).topics
    confirming = {"min.insync.replicas": str(replicas // 2 + 1)} if replicas else {}
    streams = sorted(all_topics(counties).items())
    wanted = {topic: {**stream.topic_settings(), **confirming} for topic, stream in streams}
    found = [Difference(topic, "create", settings) for topic, settings in wanted.items() if topic not in existing]
    known = [topic for topic in wanted if topic in existing]
    for topic in known:
        if (count := len(existing[topic].partitions)) != 1:
            found.append(Difference(topic, "partitions", {"partitions": str(count)}))
        kept = {len(each.replicas) for each in existing[topic].partitions.values()}
        if replicas and kept != {replicas}:
            found.append(Difference(topic, "replicas", {"replicas": "/".join(map(str, sorted(kept)))}))
            del wanted[topic]["min.insync.replicas"]  # fewer than must confirm would take no record
    if known:
        resources = [ConfigResource(ResourceType.TOPIC, topic) for topic in known]
        for resource, future in admin.describe_configs(resources).items():
            found += _differing(resource.name, wanted[resource.name], future.result().values())
    return found


def _differing(topic: str, wanted: Mapping[str, str], present: Iterable[ConfigEntry]) -> Iterator[Difference]:
    values, foreign = {}, {}
    for entry in present:
        values[entry.name] = entry.value
        own = ConfigSource(entry.source) is ConfigSource.DYNAMIC_TOPIC_CONFIG
        # A broker that compresses on its own account makes what it stores unlike what was sent.
        if entry.name not in wanted and (own or (entry.name == "compression.type" and entry.value != "producer")):
            foreign[entry.name] = entry.value
    if differing := {name: value for name, value in wanted.items() if values.get(name) != value}:
        yield Difference(topic, "change", differing)
    if foreign:
        yield Difference(topic, "foreign", foreign)


def _resource(change: Difference) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in change.settings.items()
    ]
    return ConfigResource(ResourceType.TOPIC, change.topic, incremental_configs=entries)


def _is_made(result: Callable[[], object], may_wait: bool) -> bool:
    try:
        result()
    except KafkaException as error:
        if may_wait and error.args[0].code() in NOT_YET:
            return False
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise
    return True
