"""Judges what a mirror may do in another county, and which of its events are known here."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient

from infra.kafka.clients import configuration
from infra.mirror.newest import ANSWERS_WITHIN, ignore
from shared.contracts.registry import EVENTS
from shared.contracts.topics import STREAMS, topic_name
from shared.transport.kafka import KafkaCluster

READS = {"READ", "DESCRIBE", "DESCRIBE_CONFIGS"}
"""All that a mirror may do in another county."""
Rights = Mapping[str, Set[str]]


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what at, what was found, and what to do about it; empty if all is well."""

    what: str
    found: str
    do: str = ""


def rights(kafka: KafkaCluster) -> dict[str, set[str]]:
    """All that the user may do with each topic that it sees, as Kafka says: nothing is tried, so nothing is refused.

    KafkaException if it does not answer in ten seconds.
    """
    admin = AdminClient({**configuration(kafka), "error_cb": ignore})
    seen = list(admin.list_topics(timeout=ANSWERS_WITHIN).topics)
    if not seen:
        return {}
    asked = admin.describe_topics(
        TopicCollection(seen), include_authorized_operations=True, request_timeout=ANSWERS_WITHIN
    )
    return {topic: {each.name for each in answer.result().authorized_operations} for topic, answer in asked.items()}


def writes_nothing(other: str, may: Rights) -> Look:
    """Whether the mirror may do nothing in the other county but read."""
    found = [f"{' '.join(sorted(more))} of {topic}" for topic, each in sorted(may.items()) if (more := each - READS)]
    return _spare("writes nothing", other, f"it may also {', '.join(found)}" if found else "")


def sees_nothing_else(other: str, may: Rights) -> Look:
    """Whether the mirror sees no topic but those that the other county shares."""
    found = sorted(set(may) - {topic_name(other, stream) for stream in STREAMS})
    return _spare("sees nothing else", other, f"it also sees {', '.join(found)}" if found else "")


def schemas(contract: Path) -> Look:
    """Whether all event types are known here that were the other county's when it made its bundle."""
    try:
        types = {each for kinds in json.loads(contract.read_text(encoding="utf-8")).values() for each in kinds}
    except (OSError, ValueError, AttributeError):
        return Look("schemas", "its types of events are not on record", "add its bundle, or ask for a new one")
    if unknown := sorted(types - EVENTS.keys()):
        do = "upgrade here: until then they wait as dead letters"
        return Look("schemas", f"not known here: {', '.join(unknown[:3])}; {len(unknown)} in all", do)
    return Look("schemas", f"{len(types)} types of events, all known here")


def _spare(what: str, other: str, found: str) -> Look:
    return Look(what, found, f"{other}: `norrsam access plan` shows a rule that somebody made" if found else "")
