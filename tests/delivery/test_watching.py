"""A topic that has less than was confirmed is filled by its owner, also while the owner has nothing to send."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from infra import topics
from shared.contracts.topics import STREAMS
from shared.links.faults import FaultKind, Faults
from shared.messaging import numbering, watch
from shared.messaging.relay import Relay
from shared.recovery.republishing import republish
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Bounds
from tests.delivery.harness import Owner, Receiver
from tests.support.waiting import eventually

EVENTS = 6
Loss = Callable[[Owner], Awaitable[None]]


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Bounds]:
    """The findings of each look, in order: looks come soon."""
    found: list[Bounds] = []
    real = KafkaCluster.bounds

    async def noted(self: KafkaCluster, names: Sequence[str]) -> dict[str, Bounds]:
        bounds = await real(self, names)
        found.extend(each for topic, each in bounds.items() if topic == names[0])
        return bounds

    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(KafkaCluster, "bounds", noted)
    return found


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[FaultKind, str | None]]:
    """Each fault that has begun, also one that is over before the test looks."""
    found: list[tuple[FaultKind, str | None]] = []
    real = Faults.begin

    def noted(self: Faults, kind: FaultKind, detail: str, topic: str | None = None) -> bool:
        found.append((kind, topic))
        return real(self, kind, detail, topic)

    monkeypatch.setattr(Faults, "begin", noted)
    return found


async def made_anew(owner: Owner) -> None:
    admin = AdminClient({"bootstrap.servers": owner.kafka.bootstrap})
    (deleted,) = admin.delete_topics([owner.topic]).values()
    await asyncio.to_thread(deleted.result)

    def made() -> None:
        assert owner.topic in [change.topic for change in topics.apply(owner.kafka.bootstrap, [owner.county])]

    await eventually(made)  # Kafka deletes a little later than it says


async def emptied(owner: Owner) -> None:
    await shortened(owner, EVENTS)


async def shortened(owner: Owner, before: int = 2) -> None:
    admin = AdminClient({"bootstrap.servers": owner.kafka.bootstrap})
    (removed,) = admin.delete_records([TopicPartition(owner.topic, 0, before)]).values()
    await asyncio.to_thread(removed.result)


async def numbers(owner: Owner) -> list[int]:
    return [number for _, number, _ in await owner.published()]


async def quiet(owner: Owner, looks: list[Bounds]) -> Relay:
    """All that the owner has is confirmed, and a look has found it."""
    for _ in range(EVENTS):
        await owner.emit(uuid4(), 1)
    working = owner.relay()

    def seen() -> None:
        assert looks
        assert looks[-1].end == EVENTS
        assert list(working.faults) == []

    await eventually(seen)
    return working


@pytest.mark.parametrize("loss", [made_anew, emptied, shortened])
async def test_a_quiet_owner_fills_a_topic_with_less_than_confirmed(
    owner: Owner, receiver: Receiver, looks: list[Bounds], told: list[tuple[FaultKind, str | None]], loss: Loss
) -> None:
    working = await quiet(owner, looks)

    await loss(owner)

    await eventually(lambda: (FaultKind.TOPIC_SHORT, owner.topic) in told)

    async def whole() -> None:
        assert set(await numbers(owner)) == set(range(1, EVENTS + 1))
        assert list(working.faults) == []

    await eventually(whole)
    receiver.receive([owner.topic])  # one that has never read

    async def living() -> None:
        assert set(await receiver.toys()) == set(await owner.toys(owner.county))
        assert await receiver.gaps(owner.topic) == []

    await eventually(living)


async def test_a_quiet_owner_sees_through_duplicates(owner: Owner, looks: list[Bounds]) -> None:
    await quiet(owner, looks)
    for _ in range(2):
        await republish(owner.conn, owner.kafka, owner.topic, 1, EVENTS - 1)

    def seen() -> None:
        assert looks[-1].end == 3 * EVENTS - 2

    await eventually(seen)

    await shortened(owner, EVENTS)  # number 6 is gone, and ten records are left

    async def whole() -> None:
        assert set(await numbers(owner)) == set(range(1, EVENTS + 1))

    await eventually(whole)


async def test_a_topic_emptied_while_nobody_led_is_filled(owner: Owner, looks: list[Bounds]) -> None:
    await quiet(owner, looks)
    await owner.stop()
    await emptied(owner)

    owner.relay()

    async def whole() -> None:
        assert await numbers(owner) == list(range(1, EVENTS + 1))

    await eventually(whole)


async def test_a_look_older_than_the_filling_fills_nothing(
    owner: Owner, looks: list[Bounds], monkeypatch: pytest.MonkeyPatch
) -> None:
    await quiet(owner, looks)
    await owner.stop()
    await owner.emit(uuid4(), 1)
    await numbering.number(owner.conn, [owner.topic])
    await owner.conn.execute("UPDATE streams SET acknowledged = numbered")  # the topic has lost its last record
    at_once = KafkaCluster.bounds

    async def whole() -> None:
        assert await numbers(owner) == list(range(1, EVENTS + 2))

    async def late(self: KafkaCluster, names: Sequence[str]) -> dict[str, Bounds]:
        found = await at_once(self, names)
        await eventually(whole)
        return found

    monkeypatch.setattr(KafkaCluster, "bounds", late)
    looks.clear()
    owner.relay()

    await eventually(lambda: len(looks) > 2)
    await whole()


async def test_what_retention_has_removed_is_not_published_again(
    owner: Owner, looks: list[Bounds], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STREAMS, "actors", replace(STREAMS["actors"], retention=timedelta(hours=1)))
    await quiet(owner, looks)
    await owner.conn.execute("UPDATE outbox SET written_at = written_at - interval '2 hours'")

    await emptied(owner)

    def seen() -> None:
        assert [each for each in looks if each.first == EVENTS][2:]

    await eventually(seen)
    assert await numbers(owner) == []
