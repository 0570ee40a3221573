"""Starts and stops the clients of Kafka, so that no connection outlives its client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

STOP_SECONDS = 5.0
HANG_UP_SECONDS = 1.0


async def start(client: Any) -> None:
    """Start the client, or stop it again if that fails.

    A start is not cancelled before it has the cluster's metadata: the library would leave the connection open on which
    it asks for them. Afterwards it may wait for a topic that does not exist, and is cancelled.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except BaseException:
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(_metadata_or_end(starting, client), STOP_SECONDS)
        finally:
            starting.cancel()
            await stop(client)
        raise


async def _metadata_or_end(starting: "asyncio.Future[Any]", client: Any) -> None:
    while not starting.done() and any(each._sync_task is None for each in connections(client)):  # noqa: ASYNC110
        await asyncio.sleep(0.01)  # the library gives no event for it


@asynccontextmanager
async def started(client: Any) -> AsyncIterator[None]:
    """The client is started within the block and stopped after it."""
    await start(client)
    try:
        yield
    finally:
        await stop(client)


async def stop(client: Any) -> None:
    """Stop the client and close its connections.

    A client may wait long for a broker that is gone; this waits at most STOP_SECONDS. What was not confirmed is sent
    again.
    """
    opened = connections(client)  # a broker forgets its consumers
    stopping = client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop()
    try:
        with suppress(TimeoutError, KafkaError, OSError):
            await asyncio.wait_for(stopping, STOP_SECONDS)
    finally:
        for each in opened:  # the library closes them last, so not where it was cut off
            with suppress(TimeoutError, KafkaError, OSError):
                await asyncio.wait_for(each.close(), HANG_UP_SECONDS)


def connections(client: Any) -> list[AIOKafkaClient]:
    """The connections to Kafka of a producer, a consumer, an administrator, or a broker's consumers."""
    if isinstance(client, KafkaBroker):
        consumers = (getattr(each, "consumer", None) for each in client.subscribers)
        return [consumer._client for consumer in consumers if consumer is not None]
    return [client.client if isinstance(client, AIOKafkaProducer) else client._client]
