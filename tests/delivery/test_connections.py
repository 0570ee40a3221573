"""No connection to Kafka outlives what it was made for, whenever that ends."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from aiokafka import AIOKafkaClient, AIOKafkaProducer
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError

from infra.engine import Engine
from shared.transport import clients
from shared.transport.kafka import KafkaCluster
from tests.delivery.harness import Forger
from tests.support.connections import open_connections

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


async def ended(task: asyncio.Task[Any]) -> None:
    async with asyncio.timeout(30):
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
    engine: Engine, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, failed = asyncio.all_tasks(), asyncio.Event()

    async def fail(*_: object) -> None:
        failed.set()
        raise KafkaConnectionError("the broker went away")

    async with KafkaCluster(forger.bootstrap).reading([forger.topic], "test") as reading:
        reading.seek(forger.topic, 0)
        monkeypatch.setattr(AIOKafkaClient, "send", fail)
        await failed.wait()

    assert engine.kafka not in open_connections()
    assert asyncio.all_tasks() <= before


async def test_given_a_producer_that_does_not_stop_then_nothing_is_open(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(client: Any) -> None:
        client._closed = True  # as the real one does first
        await asyncio.Event().wait()

    monkeypatch.setattr(clients, "STOP_SECONDS", 0.1)
    monkeypatch.setattr(AIOKafkaProducer, "stop", hang)
    producer = await KafkaCluster(engine.kafka).producer()
    await producer.client.fetch_all_metadata()
    assert engine.kafka in open_connections()

    await clients.stop(producer)

    assert engine.kafka not in open_connections()
