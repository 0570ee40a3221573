"""Two ends of a topic on real Kafka and real Postgres: an owner with a relay, a receiver with an inbox.

They deliver toys, so that what is tested is the delivery and nothing else.
"""

import asyncio
import random
import string
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import asyncpg
from confluent_kafka.admin import AdminClient, NewTopic

from infra import topics
from infra.engine import Engine
from shared.contracts.topics import LINKS, all_topics, county_of, topic_name
from shared.links import checkpoints, first_contact
from shared.messaging.handlers import Handler
from shared.messaging.inbox import Inbox
from shared.messaging.leading import Connect
from shared.messaging.outbox import Transaction, Writer
from shared.messaging.relay import Chore, Relay
from shared.protocol.envelope import parse
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster
from tests.delivery.toy import PROJECTION, TOYS, UPSERT, ToyChanged
from tests.support.databases import copied, empty
from tests.support.waiting import eventually

MIGRATIONS = Path(__file__).parents[2] / "shared" / "messaging" / "migrations"
TOYS_ROLE = "toys"
"""The login role of every node, and the database that theirs are copies of: tables keep their owner in a copy."""


def county_name() -> str:
    """A county that no other test has: so its topics and databases are new."""
    return "".join(random.choices(string.ascii_lowercase, k=12))


async def toys_connection(engine: Engine, database: str, **server_settings: str) -> asyncpg.Connection:
    """A connection to a database of toys, as its service."""
    known: dict[str, Any] = {"user": TOYS_ROLE, "password": engine.database_password}
    return await asyncpg.connect(engine.postgres, database=database, server_settings=server_settings, **known)


async def make_toys_database(engine: Engine, name: str) -> None:
    """Put a new database of toys, which has not asked yet, in the place of ``name``."""
    if await copied(engine, TOYS_ROLE, name, TOYS_ROLE):
        return
    await empty(engine, [TOYS_ROLE])
    conn = await toys_connection(engine, TOYS_ROLE)
    for file in sorted(MIGRATIONS.glob("*.sql")):
        await conn.execute(file.read_text())
    await conn.execute(TOYS)
    await conn.close()
    await copied(engine, TOYS_ROLE, name, TOYS_ROLE)


class Node:
    """A county's service: its database, and the tasks of its relay and its inbox."""

    def __init__(self, engine: Engine, county: str) -> None:
        self.county = county
        self.topic, self.links = topic_name(county, "actors"), topic_name(county, LINKS)
        self.writer = Writer(county, "http://127.0.0.1:8000")
        self.wake = asyncio.Event()
        self.kafka = KafkaCluster(engine.kafka)
        self._engine = engine
        self._tasks: list[asyncio.Task[None]] = []
        self.conn: asyncpg.Connection

    @property
    def database(self) -> str:
        return f"{self.county}_actors"

    def streams(self, reads: Sequence[str] = ()) -> ServiceStreams:
        return ServiceStreams(self.county, "actors", [self.topic], list(reads))

    async def connect(self, **server_settings: str) -> asyncpg.Connection:
        return await toys_connection(self._engine, self.database, **server_settings)

    async def open(self) -> Self:
        every = all_topics([self.county])
        await self.create_topics({topic: every[topic].topic_settings() for topic in (self.topic, self.links)})
        await self.make_database()
        await self.conn.execute("UPDATE identity SET doubt = NULL")  # it has asked whether its county is new
        return self

    async def make_database(self) -> None:
        """A new database, which has not asked yet."""
        await make_toys_database(self._engine, self.database)
        self.conn = await self.connect()

    async def wipe(self) -> None:
        """The database is gone, and another is in its place."""
        await self.stop()
        await self.conn.close()
        await self.make_database()

    async def begin(self, *others: "Node", patience: float = 0) -> str | None:
        """The new database asks whether its county was there before; the doubt that it has then."""

        @asynccontextmanager
        async def read() -> AsyncIterator[asyncpg.Connection]:
            conn = await self.connect()
            try:
                yield conn
            finally:
                await conn.close()

        counties = [self.county, *(each.county for each in others)]
        await first_contact.begin(read, self.kafka, self.streams(), counties, patience)
        return await self.doubt()

    def start(self, run: Callable[[], Awaitable[None]]) -> None:
        async def task() -> None:
            await run()

        self._tasks.append(asyncio.create_task(task()))

    def replica(self) -> Self:
        """A second process of the same service, on the same database."""
        other = type(self)(self._engine, self.county)
        other.conn = self.conn
        return other

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def close(self) -> None:
        await self.stop()
        await self.conn.close()

    def relay(self, reads: Sequence[str] = (), chores: Sequence[Chore] = ()) -> Relay:
        """Its relay works: numbers, sends, reports on links."""
        relay = Relay(self.streams(reads), self.connect, self.kafka, self.wake, chores)
        self.start(relay.run)
        return relay

    def receive(
        self,
        topics: Sequence[str],
        handlers: Sequence[Handler] = (PROJECTION,),
        reports: Sequence[str] | None = None,
    ) -> Inbox:
        """Its inbox works: applies ``topics``, and hears their owners and ``reports`` on links."""
        heard = [topic_name(county_of(topic), LINKS) for topic in topics] if reports is None else reports
        connect: Connect = self.connect
        inbox = Inbox(self.streams(topics), heard, handlers, connect, self.kafka, self.writer, self.wake)
        self.start(inbox.run)
        return inbox

    async def emit(self, toy: UUID, version: int, name: str = "a toy") -> None:
        """An own toy is in this version, and its event in the outbox."""
        async with self.conn.transaction():
            await self.conn.execute(UPSERT, self.county, toy, name, 1, version, 0)
            await self.write(self.conn, toy, version, name)
        self.wake.set()

    async def write(self, conn: asyncpg.Connection, toy: UUID, version: int, name: str = "a toy") -> None:
        """The event is in the outbox if the connection's transaction commits."""
        event = ToyChanged(id=toy, county=self.county, name=name)
        await Transaction(conn, self.writer, "correlation").emit(event, version)

    async def create_topics(self, settings: Mapping[str, Mapping[str, str]]) -> None:
        """New topics with these settings; no more than a test reads, for each costs as much as the test."""
        admin = AdminClient({"bootstrap.servers": self._engine.kafka})
        wanted = [NewTopic(topic, 1, 1, config=dict(config)) for topic, config in settings.items()]
        await asyncio.to_thread(topics.create, admin, wanted)

    async def toys(self, county: str | None = None) -> dict[UUID, tuple[int, str]]:
        """Every toy that is not withdrawn, of ``county`` or of all the others."""
        rows = await self.conn.fetch(
            "SELECT id, version, name FROM toys WHERE NOT withdrawn AND (county = $1 OR ($1 IS NULL AND county <> $2))",
            county,
            self.county,
        )
        return {row["id"]: (row["version"], row["name"]) for row in rows}

    async def shows(self, toys: Collection[UUID]) -> None:
        """Wait until it shows these toys of the others, and no more."""

        async def shown() -> None:
            assert set(await self.toys()) == set(toys)

        await eventually(shown)

    async def stream(self) -> Any:
        row = await self.conn.fetchrow("SELECT * FROM streams WHERE topic = $1", self.topic)
        assert row is not None, "nothing leads yet"
        return row

    async def doubt(self) -> str | None:
        doubt: str | None = await self.conn.fetchval("SELECT doubt FROM identity")
        return doubt

    async def checkpoint(self, topic: str) -> Any:
        """Its row, with the times that unchanged reports have proved since."""
        known = await checkpoints.all_progress(self.conn, [topic])
        assert known, f"{topic} has not been read yet"
        progress, row = known[topic]
        heard = progress.owner_head.as_of if progress.owner_head else None
        return {**row, "complete_until": progress.complete_until, "heard_as_of": heard}

    async def gaps(self, topic: str) -> list[tuple[int, int]]:
        gaps = await self.conn.fetchval("SELECT gaps FROM checkpoints WHERE topic = $1", topic)
        return [(gap.lower, gap.upper - 1) for gap in gaps or []]

    async def letters(self) -> list[asyncpg.Record]:
        return await self.conn.fetch("SELECT * FROM dead_letters ORDER BY record_offset")

    async def published(self) -> list[tuple[int, int, str]]:
        """(epoch, number, id) of what the own topic has, in the order of the log."""
        records = [record async for batch in self.kafka.read(self.topic) for record in batch]
        return [(each.epoch, each.number, each.id) for each in (parse(self.topic, one.headers) for one in records)]

    async def back_up(self) -> None:
        """A copy of the database is kept, as a copy of its files would be."""
        await self.stop()
        await self.conn.close()
        await copied(self._engine, self.database, f"{self.database}_copy", TOYS_ROLE)
        self.conn = await self.connect()

    async def restore(self) -> None:
        """The database is as it was when it was backed up."""
        await self.stop()
        await self.conn.close()
        await copied(self._engine, f"{self.database}_copy", self.database, TOYS_ROLE)
        self.conn = await self.connect()


class Owner(Node):
    """The one whose topic the tests are about."""


class Receiver(Node):
    """One that reads the topics of others."""
