"""Clients of Kafka are stopped, whatever the library does meanwhile."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shared.transport.clients import stop


class Cancelled(AIOKafkaAdminClient):
    """A client in which the library cancels a task of its own."""

    def __init__(self) -> None:
        pass

    async def close(self) -> None:
        raise asyncio.CancelledError


class Slow(Cancelled):
    """A client that waits for a broker that is gone."""

    async def close(self) -> None:
        await asyncio.Event().wait()


async def test_a_cancellation_within_the_library_ends_nothing_else() -> None:
    await stop(Cancelled())


async def test_whoever_stops_a_client_can_be_cancelled() -> None:
    stopping = asyncio.create_task(stop(Slow()))
    await asyncio.sleep(0)

    stopping.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stopping
