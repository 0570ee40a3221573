"""Clients of Kafka are stopped, whatever the library does meanwhile."""

import asyncio
from contextlib import suppress

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shared.transport.clients import started, stop


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


async def test_a_cancellation_that_the_library_swallows_is_not_lost() -> None:
    class Ready(Cancelled):
        async def start(self) -> None:
            """It is ready at once."""

        async def close(self) -> None:
            """It is gone at once."""

    async def use() -> None:
        async with started(Ready()):
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    using = asyncio.create_task(use())
    for _ in range(20):  # until it waits
        await asyncio.sleep(0)

    using.cancel()

    with pytest.raises(asyncio.CancelledError):
        await using
