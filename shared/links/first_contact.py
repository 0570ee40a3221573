"""A new database asks whether its county was there before, and only then takes commands (docs/protocol.md, J8).

A migration gives it the doubt NEW. Its own topics and the reports on links either raise another one, which
`norrsam recover` settles, or take it away.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import asyncpg
import structlog

from shared.contracts.topics import LINKS, topic_name
from shared.links.heard import contradiction, read_reports
from shared.links.identity import NEW
from shared.links.reports import build_report
from shared.protocol.envelope import unnumbered
from shared.protocol.service_streams import ServiceStreams
from shared.transport.clients import stop
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import send_batch

log = structlog.get_logger()

POLL_SECONDS = 0.5

_SETTLE = "UPDATE identity SET doubt = $2 WHERE doubt = $1"

Read = Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]


async def begin(
    read: Read, kafka: KafkaCluster, streams: ServiceStreams, counties: Sequence[str], patience: float
) -> None:
    """Take the doubt NEW away from a database, or put the reason in its place why its county is not new.

    A county of which no report is there is waited for, ``patience`` seconds at most: its own Kafka may be as new as
    the database, and a mirror still on its way. Each new database says at once that it is there, so several that are
    new do not wait for each other. Raises OSError or a KafkaError while Kafka is away.
    """
    async with read() as conn:
        if await conn.fetchval("SELECT doubt FROM identity") != NEW:
            return
    topics = [*streams.writes, *(topic_name(county, LINKS) for county in counties)]
    began, ends, announced = time.monotonic(), None, False
    while True:
        before, ends = ends, await kafka.ends(topics)
        if ends != before:
            heard = await read_reports(kafka, counties, datetime.now(UTC), streams.service)
            async with read() as conn:
                found = await contradiction(conn, kafka, streams, heard)
            doubt = f"the county was there before: its topic or another county has {found}" if found else None
        silent = [each for each in counties if each != streams.county and (each, streams.service) not in heard.newest]
        if doubt or not silent or time.monotonic() - began >= patience:
            break
        if not announced:
            log.info("database.asks", service=streams.service, silent=silent)
            await _announce(read, kafka, streams)
            announced = True
        await asyncio.sleep(POLL_SECONDS)
    async with read() as conn:
        await conn.execute(_SETTLE, NEW, doubt)
    if doubt:
        log.critical("database.restored", service=streams.service, doubt=doubt)
    else:
        log.info("database.begins", service=streams.service, silent=silent)


async def _announce(read: Read, kafka: KafkaCluster, streams: ServiceStreams) -> None:
    """Report that this service is there, and has neither written nor applied anything."""
    now, topic = datetime.now(UTC), topic_name(streams.county, LINKS)
    async with read() as conn:
        report = await build_report(conn, streams, (int(now.timestamp() * 1000), 0), now)
    headers = unnumbered(topic, report.event_type, streams.service, now)
    producer = await kafka.producer()
    try:
        await send_batch(producer, topic, [(streams.service.encode(), report.write(), headers)])
    finally:
        await stop(producer)
