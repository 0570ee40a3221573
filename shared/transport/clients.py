"""Starts and stops the clients of Kafka, so that no connection outlives its client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaError,
    NotCoordinatorForGroupError,
)

Client: TypeAlias = AIOKafkaProducer | AIOKafkaConsumer | AIOKafkaAdminClient

NO_COORDINATOR = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)
"""Said of a group by a Kafka that has just started."""
STOP_SECONDS = 5.0
UNSUBSCRIBE_TURNS = 100  # of the event loop; a time would say nothing on a busy machine

_ending: set[asyncio.Task[None]] = set()
"""The tasks that still start or stop a client: asyncio itself keeps no task alive."""


async def start(client: Client) -> None:
    """Start the client, or stop it again if that fails.

    A start that is cancelled goes on until the library has an answer or gives up: cut off, it would leave the
    connection open on which it asks for the cluster's metadata.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except BaseException:
        await _end(client, after=starting)
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
    """Stop the client and close its connections. What was not confirmed is sent again.

    A client may wait long for a broker that is gone. This waits at most STOP_SECONDS; the client goes on stopping.
    """
    await _end(client)


async def _end(client: Client, after: asyncio.Future[None] | None = None) -> None:
    ending = asyncio.ensure_future(_close(client, after))
    _ending.add(ending)
    ending.add_done_callback(_ending.discard)
    done, _ = await asyncio.wait({ending}, timeout=STOP_SECONDS)
    for each in done:
        each.result()


async def _close(client: Client, after: asyncio.Future[None] | None) -> None:
    """Stop the client once ``after`` has ended.

    In a task of its own: a producer that is cut off goes on sending, and the library, where it awaits what it has
    cancelled itself, ends whatever stops a client.
    """
    with suppress(KafkaError, OSError, asyncio.CancelledError):
        if after:
            await asyncio.wait({after})
        await (client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop())


async def end_fetches(consumer: AIOKafkaConsumer) -> None:
    """End what a consumer without a group fetches, before it is stopped.

    Stopped while it waits to repeat a fetch that failed, the library raises CancelledError and hangs up nothing.
    Without topics it ends the fetch by itself. With a group it would fail, and hang up nothing either.
    """
    consumer.unsubscribe()
    for _ in range(UNSUBSCRIBE_TURNS):
        await asyncio.sleep(0)
