"""No connection to Kafka outlives what it was made for, whenever that ends."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
from aiokafka import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError

from infra.engine import Engine
from shared.transport import clients
from shared.transport.kafka import KafkaCluster
from tests.delivery.forger import Forger
from tests.support.connections import open_connections
from tests.support.waiting import DEADLINE, eventually

NothingLeft: TypeAlias = Callable[[], Awaitable[None]]

REQUESTS = range(1, 8)
"""Starting a consumer sends some of these; in the last of them it has started."""


def cancel_at(request: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[asyncio.Task[Any]], None]:
    """The task is cancelled once a connection sends its ``request``th request."""
    sent, real = [0], AIOKafkaConnection.send
    watched: list[asyncio.Task[Any]] = []

    def send(self: AIOKafkaConnection, *what: Any, **how: Any) -> Any:
        sent[0] += 1
        if sent[0] == request:
            watched[0].cancel()
        return real(self, *what, **how)

    monkeypatch.setattr(AIOKafkaConnection, "send", send)
    return watched.append


def pause(of: type[AIOKafkaClient | AIOKafkaConnection], monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Kafka answers none of its requests until the event is set."""
    answers, real = asyncio.Event(), of.send

    async def send(self: Any, *what: Any, **how: Any) -> Any:
        await answers.wait()
        return await real(self, *what, **how)

    monkeypatch.setattr(of, "send", send)
    return answers


@pytest.fixture
async def nothing_left() -> NothingLeft:
    """Waits until no connection is open, and no task runs that did not before the test."""
    before = asyncio.all_tasks()

    def ended() -> None:
        assert open_connections() == []
        assert asyncio.all_tasks() - before == {asyncio.current_task()}

    return lambda: eventually(ended)


async def ended(task: asyncio.Task[Any]) -> None:
    async with asyncio.timeout(DEADLINE):
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("request_", REQUESTS)
async def test_given_reading_that_is_cancelled_then_nothing_is_open(
    engine: Engine, forger: Forger, monkeypatch: pytest.MonkeyPatch, request_: int
) -> None:
    async def read() -> None:
        async with KafkaCluster(forger.bootstrap).reading([forger.topic], "test") as reading:
            reading.seek(forger.topic, 0)
            while True:
                await reading.poll(timeout_ms=1_000)

    watch = cancel_at(request_, monkeypatch)

    task = asyncio.create_task(read())
    watch(task)
    await ended(task)

    assert engine.kafka not in open_connections()


@pytest.mark.parametrize("request_", REQUESTS)
async def test_given_a_look_that_is_cancelled_then_nothing_is_open(
    engine: Engine, forger: Forger, monkeypatch: pytest.MonkeyPatch, request_: int
) -> None:
    watch = cancel_at(request_, monkeypatch)

    task = asyncio.create_task(KafkaCluster(forger.bootstrap).ends([forger.topic]))
    watch(task)
    await ended(task)

    assert engine.kafka not in open_connections()


async def test_a_consumer_whose_fetches_fail_is_stopped_and_leaves_nothing(
    engine: Engine, forger: Forger, monkeypatch: pytest.MonkeyPatch, nothing_left: NothingLeft
) -> None:
    failed = asyncio.Event()

    async def fail(*_: object) -> None:
        failed.set()
        raise KafkaConnectionError("the broker went away")

    async with KafkaCluster(forger.bootstrap).reading([forger.topic], "test") as reading:
        reading.seek(forger.topic, 0)
        monkeypatch.setattr(AIOKafkaClient, "send", fail)
        await failed.wait()

    assert engine.kafka not in open_connections()
    await nothing_left()


async def test_a_producer_that_stops_while_kafka_pauses_leaves_nothing(
    forger: Forger, monkeypatch: pytest.MonkeyPatch, nothing_left: NothingLeft
) -> None:
    monkeypatch.setattr(clients, "STOP_SECONDS", 0.1)
    producer = await KafkaCluster(forger.bootstrap).producer()
    answers = pause(AIOKafkaClient, monkeypatch)
    await producer.send(forger.topic, b"late", partition=0)

    await clients.stop(producer)
    answers.set()

    await nothing_left()


async def test_a_start_cancelled_while_kafka_pauses_leaves_nothing(
    forger: Forger, monkeypatch: pytest.MonkeyPatch, nothing_left: NothingLeft
) -> None:
    monkeypatch.setattr(clients, "STOP_SECONDS", 0.1)
    answers = pause(AIOKafkaConnection, monkeypatch)
    looking = asyncio.create_task(KafkaCluster(forger.bootstrap).ends([forger.topic]))
    await eventually(open_connections)

    looking.cancel()
    await ended(looking)
    answers.set()

    await nothing_left()
