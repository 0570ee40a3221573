"""When the first event of an epoch is sent."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.links import identity
from shared.links.faults import Faults
from shared.messaging import sender as module
from shared.messaging.sender import Sender
from shared.transport.kafka import KafkaCluster

TOPIC = "norrbotten.shared.actors.v1"
TURNS = 50


class Stream:
    """A connection to a database in this epoch, whose stream has nothing confirmed."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    async def execute(self, *_: object) -> None:
        """Nothing is kept."""

    async def fetch(self, *_: object) -> list[tuple[int, int]]:
        return [(self.epoch, 0)]


@pytest.mark.parametrize(("epoch", "there", "waits"), [(1, [], False), (7, [], True), (7, [(7, 1, "id")], False)])
async def test_an_epoch_begins_once_links_has_named_it(
    monkeypatch: pytest.MonkeyPatch, epoch: int, there: list[Any], waits: bool
) -> None:
    async def events(*_: object) -> list[Any]:
        return there

    async def none(*_: object) -> None:
        """Nothing contradicts the database."""

    async def read(*_: object) -> AsyncIterator[tuple[object, ...]]:
        yield ()

    async def ends(*_: object) -> dict[str, int]:
        return {TOPIC: 0}

    monkeypatch.setattr(module, "own_events", events)
    monkeypatch.setattr(identity, "record_contradiction", none)
    monkeypatch.setattr(KafkaCluster, "read", read)
    monkeypatch.setattr(KafkaCluster, "ends", ends)
    named = asyncio.Event()
    sender = Sender(TOPIC, KafkaCluster("nowhere"), Faults(), named)

    aligned = asyncio.create_task(sender._align(Stream(epoch), asyncio.Lock()))  # type: ignore[arg-type]
    for _ in range(TURNS):
        await asyncio.sleep(0)

    assert aligned.done() != waits
    named.set()
    await aligned
