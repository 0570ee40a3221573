"""What a sender does when its topic does not end with the record that it has sent last."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from shared.links.faults import Faults
from shared.messaging.sender import Sender
from shared.protocol.tail import Tail
from shared.transport.kafka import KafkaCluster

LAST = "the last one"


@dataclass(frozen=True, slots=True)
class Record:
    offset: int
    id: str = LAST

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        return [("ce_id", self.id.encode())]


def sender(patch: pytest.MonkeyPatch, *found: Record) -> Sender:
    """Its topic had fourteen records when it sent the last one, and ends with ``found`` now."""

    async def read(*_: object) -> AsyncIterator[tuple[Record, ...]]:
        yield found

    patch.setattr(KafkaCluster, "read", read)
    made = Sender("norrbotten.shared.actors.v1", KafkaCluster("nowhere"), Faults(), asyncio.Event())
    made._tail, made._last = Tail(14, 10), LAST
    return made


async def test_a_topic_that_ends_with_the_last_record_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    one = sender(monkeypatch, Record(13))

    assert not await one.look(14)

    assert not one._misplaced


@pytest.mark.parametrize(
    ("found", "end", "shorter"),
    [
        (Record(11, "one before"), 12, True),
        (Record(13, "another where it lay"), 14, False),
        (Record(15, "another after it"), 16, False),
        (Record(11), 12, True),  # a copy of it where another one lay
        (None, 0, True),
    ],
    ids=["shorter", "replaced", "longer", "copied", "made anew"],
)
async def test_a_topic_that_ends_otherwise_is_compared_once_more(
    monkeypatch: pytest.MonkeyPatch, found: Record | None, end: int, shorter: bool
) -> None:
    one = sender(monkeypatch, *([found] if found else []))

    assert await one.look(end) is shorter

    assert one._misplaced
    assert one.wake.is_set()


async def test_a_topic_that_retention_has_emptied_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    one = sender(monkeypatch)

    assert not await one.look(14)

    assert not one._misplaced


async def test_a_batch_that_is_sent_meanwhile_is_not_taken_for_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    one = sender(monkeypatch, Record(14, "on its way"))
    one._last = None

    assert not await one.look(15)

    assert not one._misplaced
