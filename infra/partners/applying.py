"""Makes the county's Kafka as the agreements say that hold today, and takes away what is no longer agreed."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from infra.access import applying
from infra.access.applying import SECONDS, Changes
from infra.access.users import is_partner
from infra.engine.private import make_passwords
from infra.kafka.clients import configuration
from infra.partners import table
from infra.partners.agreement import Agreement
from infra.partners.own_topic import holds_events
from shared.transport.kafka import KafkaCluster
from shared.transport.quotas import Entity, Quotas, quotas, set_quotas


@dataclass(frozen=True, slots=True)
class PartnerChanges:
    """How a Kafka differs from the agreements: users and rules, partners' own topics, and quotas to be set or gone.

    ``topics`` are missing, with their settings; ``topics_foreign`` hold events for a partner, and none is agreed.
    """

    access: Changes
    topics: Mapping[str, Mapping[str, str]]
    topics_foreign: Collection[str]
    quotas: Mapping[Entity, tuple[Mapping[str, float], Collection[str]]]

    def lines(self) -> Iterator[str]:
        """A table of what is added and removed, of at most 80 columns."""
        yield from self.access.lines()
        for topic in self.topics:
            yield f"add     topic {topic}"
        for topic in self.topics_foreign:
            yield f"delete  topic {topic}"
        for (_, name), (wanted, gone) in sorted(self.quotas.items()):
            yield from (f"set     {name}: {quota} {value:.0f}" for quota, value in sorted(wanted.items()))
            yield from (f"remove  {name}: {quota}" for quota in sorted(gone))


def holding(agreed: Sequence[Agreement], today: date) -> list[Agreement]:
    """The agreements that hold today."""
    return [each for each in agreed if each.holds(today)]


def plan(kafka: KafkaCluster, county: str, counties: Sequence[str], agreed: Sequence[Agreement]) -> PartnerChanges:
    """How the Kafka differs from these agreements. KafkaException, KafkaError or OSError if it does not answer."""
    users = [each.user(county) for each in agreed]
    access = applying.plan(kafka, users, table.grants(county, agreed, counties), county)
    there = AdminClient(configuration(kafka)).list_topics(timeout=SECONDS).topics
    wanted = table.topics(county, agreed)
    missing = {topic: settings for topic, settings in wanted.items() if topic not in there}
    foreign = [topic for topic in there if holds_events(topic, county) and topic not in wanted]
    differing = _differing(table.quotas(county, agreed), asyncio.run(quotas(kafka)), county)
    return PartnerChanges(access, missing, sorted(foreign), differing)


def apply(
    kafka: KafkaCluster, county: str, counties: Sequence[str], agreed: Sequence[Agreement], passwords: Path
) -> PartnerChanges:
    """Make it so, and give what was different. Safe to repeat. A new partner gets a new password.

    Whoever loses the right to log in loses the file of the password too. OSError also if a file cannot be written.
    """
    changes = plan(kafka, county, counties, agreed)
    users = [each.user(county) for each in agreed]
    make_passwords(passwords, changes.access.users_missing)
    admin = AdminClient(configuration(kafka))
    made = [NewTopic(topic, 1, -1, config=dict(settings)) for topic, settings in changes.topics.items()]
    for future in admin.create_topics(made).values() if made else ():
        try:
            future.result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
    asyncio.run(_limit(kafka, changes.quotas))  # before anybody new may come
    applying.apply(kafka, users, table.grants(county, agreed, counties), passwords, county)
    for user in changes.access.users_foreign:
        (passwords / user).unlink(missing_ok=True)
    for future in admin.delete_topics(list(changes.topics_foreign)).values() if changes.topics_foreign else ():
        future.result()
    return changes


def _differing(wanted: Quotas, known: Quotas, county: str) -> dict[Entity, tuple[Mapping[str, float], Collection[str]]]:
    """Of users the county's partners alone are looked at; of addresses all, for nobody else sets any."""
    found: dict[Entity, tuple[Mapping[str, float], Collection[str]]] = {}
    for entity in wanted.keys() | known.keys():
        if entity[0] == "user" and not is_partner(entity[1], county):
            continue
        here, there = wanted.get(entity, {}), known.get(entity, {})
        set_ = {name: value for name, value in here.items() if there.get(name) != value}
        gone = there.keys() - here.keys()
        if set_ or gone:
            found[entity] = (set_, gone)
    return found


async def _limit(kafka: KafkaCluster, differing: Mapping[Entity, tuple[Mapping[str, float], Collection[str]]]) -> None:
    for entity, (wanted, gone) in differing.items():
        await set_quotas(kafka, entity, wanted, set(gone))
