"""Asks Kafka up to where a partner has read: how far it is behind, and how long until it loses what it has not read."""

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from infra.kafka.clients import configuration
from infra.mirror.newest import ANSWERS_WITHIN, ignore
from infra.partners.agreement import Agreement
from infra.partners.table import parked_topic
from shared.contracts.topics import STREAMS, county_of, stream_name
from shared.transport.kafka import KafkaCluster


@dataclass(frozen=True, slots=True)
class ReadingPosition:
    """Up to where a group has read a topic: ``events`` are not read, of which the oldest is ``seconds`` old.

    It is deleted in ``to_loss`` seconds, inf if never. ``lost`` events were deleted before they were read. Without
    ``group`` nobody has read anything. Kafka keeps no time of reading: ``read_to`` is the time of the last record read.
    """

    group: str
    topic: str
    events: int
    lost: int
    read_to: datetime | None
    seconds: float
    to_loss: float


def positions(kafka: KafkaCluster, groups: str, topics: Sequence[str], now: datetime) -> list[ReadingPosition]:
    """The position of each group whose name begins so, in each topic.

    KafkaException, KafkaError or TimeoutError if Kafka does not answer.
    """
    admin = AdminClient({**configuration(kafka), "error_cb": ignore})
    listed = admin.list_consumer_groups(request_timeout=ANSWERS_WITHIN).result()
    names = sorted(each.group_id for each in listed.valid if each.group_id.startswith(groups))
    committed = {name: asyncio.run(kafka.committed(name)) for name in names}
    first, end = _offsets(admin, topics, OffsetSpec.earliest()), _offsets(admin, topics, OffsetSpec.latest())
    found = []
    for topic in topics:
        read = {name: offsets[topic] for name, offsets in committed.items() if topic in offsets}
        for group, offset in read.items() or [("", 0)]:
            found.append(asyncio.run(_position(kafka, group, topic, (first[topic], offset, end[topic]), now)))
    return found


async def parked(kafka: KafkaCluster, agreed: Agreement, county: str) -> int:
    """The number of events that the partner's webhook has refused, and that were not sent again."""
    topic = parked_topic(county, agreed.agency)
    bounds = (await kafka.bounds([topic])).get(topic)
    if bounds is None:
        return 0
    taken = await kafka.committed(f"{agreed.groups}parked")
    return bounds.end - max(bounds.first, taken.get(topic, 0))


def lines(agreed: Agreement, today: date, found: Sequence[ReadingPosition]) -> Iterator[str]:
    """A table for one partner."""
    left = (agreed.valid_until - today).days
    state = f"{left} days left" if agreed.holds(today) else "ended" if left < 0 else f"from {agreed.valid_from}"
    yield f"{agreed.agency}: {agreed.name}, until {agreed.valid_until} ({state})"
    yield f"  {'group':<12} {'stream':<16} {'county':<14} {'read to':<11} {'behind':>6} {'age':>6} {'to loss':>7}"
    for each in found:
        read = f"{each.read_to:%m-%d %H:%M}" if each.read_to else "never" if not each.group else "begun"
        behind = f"{each.events}" + (f"+{each.lost}" if each.lost else "")
        yield (
            f"  {each.group or '-':<12} {stream_name(each.topic):<16} {county_of(each.topic):<14} {read:<11} "
            f"{behind:>6} {_span(each.seconds):>6} {_span(each.to_loss):>7}"
        )


async def _position(
    kafka: KafkaCluster, group: str, topic: str, bounds: tuple[int, int, int], now: datetime
) -> ReadingPosition:
    first, offset, end = bounds
    lost = max(0, first - offset) if group else 0
    begin = max(first, offset)
    oldest = await kafka.first_record(topic, begin) if begin < end else None
    last = await kafka.first_record(topic, offset - 1) if group and first < offset <= end else None
    age = max(0.0, now.timestamp() - oldest.timestamp / 1000) if oldest else 0.0
    kept = STREAMS[stream_name(topic)].retention
    to_loss = kept.total_seconds() - age if kept and oldest else math.inf
    read_to = datetime.fromtimestamp(last.timestamp / 1000, UTC) if last else None
    return ReadingPosition(group, topic, max(0, end - begin), lost, read_to, age, to_loss)


def _offsets(admin: AdminClient, topics: Sequence[str], spec: OffsetSpec) -> dict[str, int]:
    asked = admin.list_offsets({TopicPartition(topic, 0): spec for topic in topics}, request_timeout=ANSWERS_WITHIN)
    return {partition.topic: answer.result().offset for partition, answer in asked.items()}


def _span(seconds: float) -> str:
    if seconds == math.inf:
        return "never"
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if abs(seconds) >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
