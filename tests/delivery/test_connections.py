"""No connection to Kafka outlives what it was made for, whenever that ends."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.conn import AIOKafkaConnection

from infra.engine import Engine
from shared.transport import clients
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Reading
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
    async def poll(reading: Reading) -> tuple[Any, ...]:
        return await reading.poll(timeout_ms=1_000, max_records=10)

    async def ignore(_: object) -> None:
        return

    watch = cancel_at(request_, monkeypatch)

    task = asyncio.create_task(KafkaCluster(forger.bootstrap).consume([forger.topic], "test", poll, ignore))
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


async def hang(client: Any) -> None:
    client._closed = True  # as the real one does first
    await asyncio.Event().wait()


@pytest.mark.parametrize("client", [AIOKafkaProducer, AIOKafkaConsumer])
async def test_given_a_client_that_does_not_stop_then_nothing_is_open(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, client: type[Any]
) -> None:
    monkeypatch.setattr(clients, "STOP_SECONDS", 0.1)
    monkeypatch.setattr(client, "stop", hang)
    started = client(bootstrap_servers=engine.kafka)
    await started.start()
    await clients.connections(started)[0].fetch_all_metadata()
    assert engine.kafka in open_connections()

    await clients.stop(started)

    assert engine.kafka not in open_connections()
