"""What says that a database was restored, and has to be recovered (docs/protocol.md, E2 and J7)."""

import time

import asyncpg

from shared.links import identity
from shared.links.heard import Heard
from shared.links.identity import RestoredDatabase, find_contradiction, numbered_events
from shared.protocol.judging import DAY_SECONDS
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster

TAIL_RECORDS = 1_000


async def sign_of_restore(
    conn: asyncpg.Connection, kafka: KafkaCluster, streams: ServiceStreams, heard: Heard
) -> str | None:
    """What says that this database has to be recovered, in words; None if nothing does."""
    try:
        await identity.check(conn)
    except RestoredDatabase as doubt:
        return str(doubt)
    epoch = await identity.epoch(conn)
    if epoch > time.time() + DAY_SECONDS:
        return f"its epoch {epoch} is more than a day ahead of the time here, so nobody believes it"
    found = await contradiction(conn, kafka, streams, heard)
    return f"the topic or a neighbour has {found}" if found else None


async def contradiction(
    conn: asyncpg.Connection, kafka: KafkaCluster, streams: ServiceStreams, heard: Heard
) -> str | None:
    """The first event that this database cannot have published, on its topics or in reports; None if there is none."""
    for topic in streams.writes:
        records = [record async for batch in kafka.read(topic, TAIL_RECORDS) for record in batch]
        events = [*await numbered_events(conn, topic, records), *heard.positions(topic)]
        if found := await find_contradiction(conn, topic, events):
            return f"{found} of {topic}"
    return None
