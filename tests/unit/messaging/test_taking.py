"""A sender that is up to date sends what was just numbered, and reads only what it has missed."""

import asyncio
from typing import Any, cast

import asyncpg
import pytest

from shared.links.faults import Faults
from shared.messaging import sender as sender_module
from shared.messaging.sender import Sender
from shared.transport.kafka import KafkaCluster

TOPIC = "norrbotten.shared.actors.v1"


class Log:
    """The rows of the outbox, up to a number; counts how often they are read."""

    def __init__(self, last: int) -> None:
        self.last, self.reads = last, 0

    async def fetch(self, _: str, __: str, first: int, last: int, ___: int) -> list[asyncpg.Record]:
        self.reads += 1
        return rows(first, min(last, self.last))


def rows(first: int, last: int) -> list[asyncpg.Record]:
    return cast(list[asyncpg.Record], [{"number": number} for number in range(first, last + 1)])


async def following(sender: Sender, log: Log, after: int) -> list[int]:
    found: list[Any] = list(await sender._next_rows(cast(asyncpg.Connection, log), asyncio.Lock(), after))
    return [row["number"] for row in found]


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch) -> Sender:
    monkeypatch.setattr(sender_module, "BATCH", 3)
    return Sender(TOPIC, KafkaCluster("nowhere"), Faults(), asyncio.Event())


async def test_what_was_just_numbered_is_not_read_again(sender: Sender) -> None:
    log = Log(5)

    sender.take(rows(4, 4))
    sender.take(rows(5, 5))

    assert [await following(sender, log, 3), await following(sender, log, 5), log.reads] == [[4, 5], [], 0]


async def test_a_sender_that_is_behind_reads_what_lies_between(sender: Sender) -> None:
    log = Log(6)

    sender.take(rows(6, 6))

    assert [await following(sender, log, 3), await following(sender, log, 6), log.reads] == [[4, 5, 6], [], 1]


async def test_numbers_that_a_restate_gave_in_between_are_read(sender: Sender) -> None:
    log = Log(9)

    sender.take(rows(4, 5))
    sender.take(rows(9, 9))

    assert [await following(sender, log, after) for after in (3, 6)] == [[4, 5, 6], [7, 8, 9]]


async def test_a_backlog_is_read_and_not_kept(sender: Sender) -> None:
    log = Log(9)
    for number in range(1, 10):
        sender.take(rows(number, number))

    assert [await following(sender, log, after) for after in (0, 3, 6)] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert log.reads == 3


async def test_events_of_another_leader_are_read(sender: Sender) -> None:
    log = Log(2)

    sender.take([])

    assert [await following(sender, log, 0), log.reads] == [[1, 2], 1]
