"""Signs that a database was restored, and has to be recovered (docs/protocol.md, E2 and J7)."""

import time

import asyncpg

from shared.links import identity
from shared.links.heard import Heard, contradiction
from shared.links.identity import RestoredDatabase
from shared.protocol.judging import DAY_SECONDS
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster


async def sign_of_restore(
    conn: asyncpg.Connection, kafka: KafkaCluster, streams: ServiceStreams, heard: Heard
) -> str | None:
    """The sign that this database has to be recovered, in words; None if there is none."""
    try:
        await identity.check(conn)
    except RestoredDatabase as doubt:
        return str(doubt)
    epoch = await identity.epoch(conn)
    if epoch > time.time() + DAY_SECONDS:
        return f"its epoch {epoch} is more than a day ahead of the time here, so nobody believes it"
    found = await contradiction(conn, kafka, streams, heard)
    return f"the topic or a neighbour has {found}" if found else None
