"""Two ends of a topic on real Kafka and real Postgres: an owner with a relay, a receiver with an inbox.

They deliver a toy event, so that what is tested is the delivery and nothing else.
"""

import asyncio
import random
import string
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

import asyncpg
from confluent_kafka import Producer

from infra import topics
from infra.engine import Engine
from shared.contracts.event import Event
from shared.contracts.topics import LINKS, county_of, topic_name
from shared.messaging.handlers import Handler, Projection, Received, guard, still_withdrawn
from shared.messaging.inbox import Inbox
from shared.messaging.kafka import Connect, Kafka
from shared.messaging.links import Party
from shared.messaging.outbox import Transaction, Writer
from shared.messaging.relay import Relay

MIGRATIONS = Path(__file__).parents[2] / "shared" / "messaging" / "migrations"
BROKEN = "broken"
TOYS = """
    CREATE TABLE toys (county text, id uuid, name text, epoch bigint, version bigint, number bigint,
        projection int, withdrawn boolean NOT NULL DEFAULT false, PRIMARY KEY (county, id));
    CREATE TABLE calls (id uuid, version bigint);
"""
UPSERT = f"""
    INSERT INTO toys AS t VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (county, id) DO UPDATE
    SET name = EXCLUDED.name, epoch = EXCLUDED.epoch, version = EXCLUDED.version, number = EXCLUDED.number,
        projection = EXCLUDED.projection, withdrawn = {still_withdrawn("t")}
    WHERE {guard("t")}
"""


class ToyChanged(Event):
    """The event that the tests deliver."""

    event_type: ClassVar[str] = "se.norrsam.actors.ToyChanged.v1"

    name: str


async def project(conn: asyncpg.Connection, received: Sequence[Received]) -> None:
    for each in received:
        assert isinstance(each.event, ToyChanged)
        if each.event.name.startswith(BROKEN):
            raise ZeroDivisionError("this toy breaks the handler")
        await conn.execute(
            UPSERT,
            each.county,
            each.event.id,
            each.event.name,
            *each.age,
        )


PROJECTION = Projection("toys", 1, (ToyChanged,), project)


def county_name() -> str:
    """A county that no other test has: so its topics and databases are new."""
    return "".join(random.choices(string.ascii_lowercase, k=12))


class Node:
    """A county's service: its database, and a task that relays or receives."""

    def __init__(self, engine: Engine, county: str) -> None:
        self.county = county
        self.topic = topic_name(county, "actors")
        self.writer = Writer(county, "http://127.0.0.1:8000")
        self.wake = asyncio.Event()
        self.kafka = Kafka(engine.kafka)
        self._engine = engine
        self._task: asyncio.Task[None] | None = None
        self.conn: asyncpg.Connection

    async def connect(self, **server_settings: str) -> asyncpg.Connection:
        name = f"{self.county}_actors"
        password = self._engine.database_password
        return await asyncpg.connect(
            self._engine.postgres, user=name, database=name, password=password, server_settings=server_settings
        )

    async def open(self) -> Self:
        self._engine.create_databases([f"{self.county}_actors"])
        topics.apply(self._engine.kafka, [self.county])
        self.conn = await self.connect()
        for file in sorted(MIGRATIONS.glob("*.sql")):
            await self.conn.execute(file.read_text())
        await self.conn.execute(TOYS)
        return self

    def start(self, run: Callable[[], Awaitable[None]]) -> None:
        async def task() -> None:
            await run()

        self._task = asyncio.create_task(task())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def close(self) -> None:
        await self.stop()
        await self.conn.close()


class Owner(Node):
    """Writes toys into its outbox; its relay sends them."""

    def relay(self) -> None:
        connect: Connect = self.connect
        self.start(Relay(Party(self.county, "actors", [self.topic], []), connect, self.kafka, self.wake).run)

    async def emit(self, toy: UUID, version: int, name: str = "a toy") -> None:
        async with self.conn.transaction():
            tx = Transaction(self.conn, self.writer, "correlation")
            await tx.emit(ToyChanged(id=toy, county=self.county, name=name), version)
        self.wake.set()


class Receiver(Node):
    """Reads the topics of other counties into its table of toys."""

    def receive(self, topics: Sequence[str], handlers: Sequence[Handler] = (PROJECTION,)) -> Inbox:
        party = Party(self.county, "actors", [], topics)
        reports = [topic_name(county_of(topic), LINKS) for topic in topics]
        inbox = Inbox(party, reports, handlers, self.connect, self.kafka, self.writer, self.wake)
        self.start(inbox.run)
        return inbox

    async def toys(self) -> dict[UUID, tuple[int, str]]:
        rows = await self.conn.fetch("SELECT id, version, name FROM toys")
        return {row["id"]: (row["version"], row["name"]) for row in rows}

    async def checkpoint(self, topic: str) -> Any:
        return await self.conn.fetchrow("SELECT * FROM checkpoints WHERE topic = $1", topic)

    async def gaps(self, topic: str) -> list[tuple[int, int]]:
        gaps = await self.conn.fetchval("SELECT gaps FROM checkpoints WHERE topic = $1", topic)
        return [(gap.lower, gap.upper - 1) for gap in gaps or []]

    async def letters(self) -> list[asyncpg.Record]:
        return await self.conn.fetch("SELECT * FROM dead_letters ORDER BY record_offset")


class Forger:
    """Writes to a topic whatever it likes, as a broken or malicious program could."""

    def __init__(self, engine: Engine, county: str) -> None:
        self.county = county
        self.topic = topic_name(county, "actors")
        self._producer = Producer({"bootstrap.servers": engine.kafka, "linger.ms": 50, "batch.num.messages": 1000})

    def headers(self, number: int, toy: UUID, **changed: bytes | None) -> dict[str, bytes | None]:
        """True headers, but for what is ``changed``."""
        return {
            "ce_specversion": b"1.0",
            "ce_id": str(uuid4()).encode(),
            "ce_source": f"/counties/{self.county}/actors".encode(),
            "ce_type": ToyChanged.event_type.encode(),
            "ce_subject": str(toy).encode(),
            "ce_time": b"2026-11-23T10:00:00.000Z",
            "ce_aggregateversion": b"1",
            "ce_epoch": b"1",
            "ce_sequence": b"%012d" % number,
            **changed,
        }

    def data(self, toy: UUID, name: str = "a toy", county: str | None = None) -> bytes:
        return ToyChanged(id=toy, county=county or self.county, name=name).write()

    def send(self, headers: dict[str, bytes | None], value: bytes | None, key: bytes = b"key") -> None:
        self._producer.produce(self.topic, key=key, value=value, headers=list(headers.items()))

    def good(self, number: int, toy: UUID | None = None, version: int = 1, name: str = "a toy") -> UUID:
        toy = toy or uuid4()
        self.send(self.headers(number, toy, ce_aggregateversion=b"%d" % version), self.data(toy, name))
        return toy

    def flush(self) -> None:
        assert self._producer.flush(10) == 0
