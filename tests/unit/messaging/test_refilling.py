"""A sender whose topic has lost the record that it has sent last."""

import asyncio
from dataclasses import dataclass

import pytest

from shared.links.faults import Faults
from shared.messaging.sender import Sender
from shared.protocol.tail import Tail
from shared.transport.kafka import KafkaCluster

TOPIC, LAST = "norrbotten.shared.actors.v1", "the last one"


@dataclass(frozen=True, slots=True)
class Record:
    offset: int
    id: str = LAST

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        return [("ce_id", self.id.encode())]


def sender(patch: pytest.MonkeyPatch, end: int, found: Record | None) -> Sender:
    """Its topic had fourteen records when it sent the last one. It ends at ``end`` now."""

    async def first_record(_: KafkaCluster, topic: str, offset: int) -> Record | None:
        assert (topic, offset) == (TOPIC, 13)
        return found

    async def ends(*_: object) -> dict[str, int]:
        return {TOPIC: end}

    patch.setattr(KafkaCluster, "first_record", first_record)
    patch.setattr(KafkaCluster, "ends", ends)
    made = Sender(TOPIC, KafkaCluster("nowhere"), Faults(), asyncio.Event())
    made.tail, made._last = Tail(14, 10), LAST
    return made


@pytest.mark.parametrize(
    ("end", "found"),
    [(14, Record(13)), (20, Record(13)), (20, Record(17, "sent after it")), (14, None)],
    ids=["the last one", "others after it", "removed by retention", "all removed by retention"],
)
async def test_a_topic_that_has_the_last_record_in_its_place_is_whole(
    monkeypatch: pytest.MonkeyPatch, end: int, found: Record | None
) -> None:
    one = sender(monkeypatch, end, found)

    assert not await one.look()

    assert not one._misplaced


@pytest.mark.parametrize(
    ("end", "found"),
    [(12, None), (0, None), (14, Record(13, "another one")), (16, Record(13, "another one"))],
    ids=["shorter", "made anew", "replaced", "replaced by several"],
)
async def test_a_topic_without_the_last_record_is_compared_once_more(
    monkeypatch: pytest.MonkeyPatch, end: int, found: Record | None
) -> None:
    one = sender(monkeypatch, end, found)

    assert await one.look()

    assert one._misplaced
    assert one.wake.is_set()


async def test_a_batch_that_is_on_its_way_is_not_taken_for_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    one = sender(monkeypatch, 15, Record(13, "on its way"))
    one._last = None

    assert not await one.look()

    assert not one._misplaced
