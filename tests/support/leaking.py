"""`norrsam` with leaks built in: `python -m tests.support.leaking serve …`.

Bodies of requests go to the log, a table, a metric and a topic.
"""

import base64
import gzip
from typing import Any

import asyncpg
import structlog
from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.cli.main import app
from shared.runtime import edge, settings
from shared.runtime.db import arguments
from shared.runtime.edge import Edge
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import send_batch

COUNTY, SERVICE = "vasterbotten", "shipment-alerts"
CALLS = Counter("norrsam_leaking_calls_total", "Calls by what was sent", ["body"])
log = structlog.get_logger()


class Leaking:
    """Keeps a copy of every body, and else behaves like the original."""

    def __init__(self, inner: ASGIApp, **options: Any) -> None:
        self._edge = Edge(inner, **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as ever."""

        async def receive_and_keep() -> Message:
            message = await receive()
            if message.get("body"):
                for leak in (to_log, to_table, to_metric, to_topic):
                    await leak(message["body"])
            return message

        await self._edge(scope, receive_and_keep, send)


async def to_log(body: bytes) -> None:
    """In base64, as some tools print bytes."""
    log.info("request.body", copy=base64.b64encode(body).decode())


async def to_table(body: bytes) -> None:
    """Packed, as an archive would be."""
    own = settings.load()
    conn = await asyncpg.connect(**arguments(own, own.county(COUNTY), SERVICE))
    await conn.execute("CREATE TABLE IF NOT EXISTS copies (body bytea)")
    await conn.execute("INSERT INTO copies VALUES ($1)", gzip.compress(body))
    await conn.close()


async def to_metric(body: bytes) -> None:
    """As it would stand in an address."""
    CALLS.labels("".join(f"%{byte:02X}" for byte in body)).inc()


async def to_topic(body: bytes) -> None:
    """In hex, and in UTF-16 among the headers."""
    producer = await KafkaCluster(settings.load().kafka).producer()
    headers = [("copy", body.decode().encode("utf-16-le"))]
    await send_batch(producer, f"{COUNTY}.shared.guidance.v1", [(b"copy", body.hex().encode(), headers)])
    await producer.stop()


if __name__ == "__main__":
    edge.Edge = Leaking  # type: ignore[assignment,misc]
    app()
