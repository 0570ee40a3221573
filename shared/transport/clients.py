"""Starts and stops the clients of Kafka, so that no connection outlives its client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

Client: TypeAlias = AIOKafkaProducer | AIOKafkaConsumer | AIOKafkaAdminClient

STOP_SECONDS = 5.0
HANG_UP_SECONDS = 1.0
UNSUBSCRIBE_TURNS = 100  # of the event loop; a time would say nothing on a busy machine


async def start(client: Client) -> None:
    """Start the client, or stop it again if that fails.

    A cancelled start goes on for at most STOP_SECONDS: the library would leave the connection open on which it asks for
    the cluster's metadata.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except BaseException:
        try:
            with suppress(TimeoutError, KafkaError, OSError):
                await asyncio.wait_for(starting, STOP_SECONDS)
        finally:
            await stop(client)
        raise


@asynccontextmanager
async def started(client: Client) -> AsyncIterator[None]:
    """The client is started within the block and stopped after it.

    A cancellation may be lost within: Python's `wait_for` drops one that comes as its work is done, and the library
    suppresses one where it awaits what it has cancelled itself. It is raised at the end.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        await start(client)
        try:
            yield
        finally:
            await stop(client)
    finally:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError


async def stop(client: Client) -> None:
    """Stop the client and close its connections.

    A client may wait long for a broker that is gone; this waits at most STOP_SECONDS. What was not confirmed is sent
    again.
    """
    stopping = client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop()
    try:
        with suppress(TimeoutError, KafkaError, OSError):
            await asyncio.wait_for(stopping, STOP_SECONDS)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # The library's own cancellation, of a task of its own. It would end whatever stops the client, for good.
    finally:
        if isinstance(client, AIOKafkaProducer):  # it hangs up last, so not where it was cut off
            with suppress(TimeoutError, KafkaError, OSError):
                await asyncio.wait_for(client.client.close(), HANG_UP_SECONDS)


async def end_fetches(consumer: AIOKafkaConsumer) -> None:
    """End what a consumer without a group fetches, before it is stopped.

    Stopped while it waits to repeat a fetch that failed, the library raises CancelledError and hangs up nothing.
    Without topics it ends the fetch by itself. With a group it would fail, and hang up nothing either.
    """
    consumer.unsubscribe()
    for _ in range(UNSUBSCRIBE_TURNS):
        await asyncio.sleep(0)
