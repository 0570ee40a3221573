"""The base of every benchmark: a durable engine, and counties that run on it.

Counties are processes of their own, as in operation.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import psutil
from pydantic import SecretStr

from infra import topics
from infra.cli.county import local_token
from infra.engine import Engine
from services.actors.service import service
from shared.contracts.topics import topic_name
from shared.runtime.settings import Settings
from tests.support.databases import connector
from tests.support.waiting import eventually

Row = tuple[Any, ...]
"""A row of the outbox: the values of COLUMNS."""

COLUMNS = ("id", "topic", "key", "headers", "payload")
STREAM = "actors"
WATCH_SECONDS = 0.005
PATIENCE = 120.0

_ACKNOWLEDGED = "SELECT coalesce(max(acknowledged), 0) FROM streams WHERE topic = $1"
_ALL_SENT = """
    SELECT numbered = acknowledged AND NOT EXISTS (SELECT FROM outbox WHERE number IS NULL)
    FROM streams WHERE topic = $1
"""
_APPLIED = "SELECT coalesce(max(number), 0) FROM checkpoints WHERE topic = $1"


@dataclass(frozen=True, slots=True)
class Stage:
    """A fresh engine. ``scale`` shrinks every count and duration; ``rounds`` is the number of rounds."""

    engine: Engine
    scale: float = 1.0
    rounds: int = 3

    def prepare(self) -> None:
        """Create the topics and databases of every county."""
        topics.apply(self.engine.kafka, [county.name for county in self.engine.config.counties])
        self.engine.migrate()

    def scaled(self, count: int) -> int:
        """``count`` at this scale."""
        return max(1, int(count * self.scale))

    @property
    def settings(self) -> Settings:
        """The settings of a county on this engine."""
        return Settings(
            kafka=self.engine.kafka,
            postgres=self.engine.postgres,
            database_password=SecretStr(self.engine.database_password),
            counties=self.engine.config.counties,
        )

    # --- databases

    async def connect(self, county: str) -> asyncpg.Connection:
        """A connection to the county's actors database, in the service's role."""
        return await connector(self.settings, self.settings.county(county), service.name)()

    async def forget(self, county: str) -> None:
        """Empty the county's read model and progress."""
        conn = await self.connect(county)
        await conn.execute("TRUNCATE aggregates, checkpoints, dead_letters")
        await conn.close()

    # --- counties at work

    @contextmanager
    def serving(self, county: str, services: Sequence[str] = (service.name,)) -> Iterator[psutil.Process]:
        """Start the county's process with these services (by default the measured one) and wait until it is ready."""
        self.engine.start_county(county, services, env={"NORRSAM_FIRST_CONTACT_SECONDS": "0"})
        process = self.engine.county(county).part.process()
        assert process is not None
        try:
            yield process
        finally:
            self.engine.stop_county(county)

    async def relay(self, county: str, rows: Sequence[Row]) -> float:
        """Events per second that Kafka confirms to the running county, from the first batch of ``rows`` on."""
        topic, conn = topic_name(county, STREAM), await self.connect(county)
        await eventually(lambda: conn.fetchval(_ALL_SENT, topic), PATIENCE)
        before = await conn.fetchval(_ACKNOWLEDGED, topic)
        async with conn.transaction():
            await conn.copy_records_to_table("outbox", records=rows, columns=COLUMNS)
        rate = await _rate(conn, _ACKNOWLEDGED, topic, before, before + len(rows))
        await conn.close()
        return rate

    async def publish(self, county: str, rows: Sequence[Row]) -> None:
        """Start the stopped county, and wait until it has sent the events."""
        with self.serving(county):
            await self.relay(county, rows)

    async def receive(self, county: str, owner: str, last: int | None = None) -> float:
        """Events per second that the running county applies of ``owner``'s topic, or of its ``last`` ones."""
        topic = topic_name(owner, STREAM)
        source, conn = await self.connect(owner), await self.connect(county)
        end = await source.fetchval(_ACKNOWLEDGED, topic)
        before = await conn.fetchval(_APPLIED, topic) if last is None else end - last
        rate = await _rate(conn, _APPLIED, topic, before, end)
        await source.close()
        await conn.close()
        return rate

    def port(self, county: str) -> int:
        """The address of the county's process."""
        return self.engine.county(county).port

    def token(self, county: str) -> str:
        """A coordinator's token."""
        return local_token(self.engine.config.data, county, ["COUNTY_COORDINATOR"])


async def _rate(conn: asyncpg.Connection, query: str, topic: str, before: int, end: int) -> float:
    """Numbers per second up to ``end``, from the first batch seen, or from now if there was only one."""
    begun = time.perf_counter()
    first, seen = await _reached(conn, query, topic, min(before + 1, end))
    _, ended = await _reached(conn, query, topic, end)
    return (end - before) / (ended - begun) if first >= end else (end - first) / (ended - seen)


async def _reached(conn: asyncpg.Connection, query: str, topic: str, wanted: int) -> tuple[int, float]:
    """Wait until the topic reaches ``wanted``; return its number and the time when it was seen."""
    async with asyncio.timeout(PATIENCE):
        while (number := await conn.fetchval(query, topic)) < wanted:  # noqa: ASYNC110 - another process moves it
            await asyncio.sleep(WATCH_SECONDS)
    return number, time.perf_counter()
