"""The relay: gives each event of the outbox the next number of its topic, and has it sent.

Invariant: only the holder of the advisory lock numbers, on the very connection that holds it. A leader that was
frozen loses its session, and so can never number again what another has numbered since.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from shared.messaging.kafka import Connect, Kafka
from shared.messaging.outages import Outage, is_outage
from shared.messaging.sender import Sender

log = structlog.get_logger()

POLL_SECONDS = 0.2  # finds what other replicas have committed; own commits wake the relay at once
RETRY_SECONDS = 1.0
ANSWER_SECONDS = 15.0  # a database host that has vanished says nothing for hours
BATCH = 1_000
LEADER_SESSION = {
    "idle_session_timeout": "15s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}

_STREAMS = "SELECT topic, numbered FROM streams WHERE topic = ANY($1)"
_NUMBER = """
    WITH batch AS (
        SELECT position, topic, row_number() OVER (PARTITION BY topic ORDER BY position) AS step
        FROM (SELECT position, topic FROM outbox WHERE number IS NULL ORDER BY position LIMIT $1) AS unnumbered
    ), done AS (
        UPDATE outbox SET epoch = streams.epoch, number = streams.numbered + batch.step
        FROM batch JOIN streams USING (topic)
        WHERE outbox.position = batch.position AND outbox.number IS NULL
        RETURNING outbox.topic
    )
    SELECT topic, (SELECT count(*) FROM done WHERE done.topic = batch.topic) AS numbered, count(*) AS found
    FROM batch GROUP BY topic
"""
_ADVANCE = "UPDATE streams SET numbered = numbered + $2 WHERE topic = $1 AND numbered = $3"


class Relay:
    """One per service. ``wake`` is set by whoever has committed an event in this process."""

    def __init__(
        self, service: str, connect: Connect, topics: Sequence[str], kafka: Kafka, wake: asyncio.Event
    ) -> None:
        self._service = service
        self._connect = connect
        self._topics = topics
        self._wake = wake
        self._senders = [Sender(topic, kafka) for topic in topics]
        self.leader = False

    @property
    def state(self) -> dict[str, object]:
        """For health: whether this process leads, and what each stream's sender says of Kafka."""
        return {"leader": self.leader, "streams": {sender.topic: sender.state for sender in self._senders}}

    async def run(self) -> None:
        """Numbers and sends until it is cancelled. An outage of Postgres is waited out."""
        while True:
            try:
                async with self._lead() as conn:
                    await self._relay(conn)
            except Exception as error:
                if not is_outage(error):
                    log.exception("relay.failed", service=self._service)
                else:
                    log.warning("relay.waits", service=self._service, error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)

    @asynccontextmanager
    async def _lead(self) -> AsyncIterator[asyncpg.Connection]:
        conn = await self._connect(**LEADER_SESSION)
        try:
            while not await conn.fetchval(  # noqa: ASYNC110 - another session's lock tells nobody when it goes
                "SELECT pg_try_advisory_lock($1)", lock_key("relay")
            ):
                await asyncio.sleep(RETRY_SECONDS)
            self.leader = True
            log.info("relay.leads", service=self._service)
            yield conn
        finally:
            self.leader = False
            conn.terminate()

    async def _relay(self, conn: asyncpg.Connection) -> None:
        await conn.executemany(
            "INSERT INTO streams (topic) VALUES ($1) ON CONFLICT DO NOTHING",
            [(topic,) for topic in self._topics],
        )
        lock = asyncio.Lock()  # the connection is shared with the senders, one statement at a time
        async with asyncio.TaskGroup() as tasks:
            for sender in self._senders:
                tasks.create_task(sender.run(conn, lock))
            await self._number_for_ever(conn, lock)

    async def _number_for_ever(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        while True:
            self._wake.clear()
            async with asyncio.timeout(ANSWER_SECONDS), lock:
                numbered = await number(conn, self._topics)
            for sender in self._senders:
                if sender.topic in numbered:
                    sender.wake.set()
            if sum(numbered.values()) < BATCH:
                await _wait(self._wake, POLL_SECONDS)


async def number(conn: asyncpg.Connection, topics: Sequence[str]) -> dict[str, int]:
    """The oldest unnumbered events, at most BATCH, have the next numbers of their topics; how many by topic.

    Outage if another session has numbered at the same time: then nothing has changed.
    """
    async with conn.transaction():
        before = {row["topic"]: row["numbered"] for row in await conn.fetch(_STREAMS, topics)}
        counts = await conn.fetch(_NUMBER, BATCH)
        for topic, numbered, found in counts:
            advanced = await conn.execute(_ADVANCE, topic, numbered, before.get(topic))
            if numbered != found or advanced != "UPDATE 1":
                raise Outage(f"{topic} was numbered by another session, or is not in the register of this service")
    return {topic: numbered for topic, numbered, _ in counts}


def lock_key(name: str) -> int:
    """The advisory lock of that name. Databases are per service, so the name alone is enough."""
    return zlib.crc32(f"norrsam {name}".encode())


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
