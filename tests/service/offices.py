"""Counties over HTTP, each with its own database; the test carries the events instead of Kafka."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx

from shared.contracts.counties import County
from shared.contracts.registry import EVENTS
from shared.messaging.handlers import Handler, handle
from shared.messaging.outbox import Writer
from shared.protocol.envelope import Envelope
from shared.protocol.received import Received, newest
from shared.runtime import due
from shared.runtime.due import Job
from shared.runtime.notices import queue
from shared.runtime.notices.queue import Notice
from shared.runtime.settings import Settings

MACHINERY = "outbox, notices, reacted, idempotency_keys, due, dead_letters, checkpoints"


@dataclass
class Clock:
    """The time on every clock."""

    now: datetime = datetime(2027, 1, 1, tzinfo=UTC)


CLOCK = Clock()


class Clocked(Settings):
    """Settings with the clock of the test."""

    def now(self) -> datetime:
        return CLOCK.now


@dataclass
class Office:
    """A county as its coordinator sees it, and its database."""

    county: County
    api: httpx.AsyncClient
    db: asyncpg.Connection
    handlers: Sequence[Handler]
    jobs: Mapping[str, Job]
    epoch: int = 1
    restated: bool = False
    ago: timedelta = timedelta()
    carried: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.county.name

    async def get(self, path: str, **query: Any) -> Any:
        return ok(await self.api.get(path, params=query))

    async def post(self, path: str, body: Any = None, seen: Any = None, status: int = 200) -> Any:
        headers = {} if seen is None else {"If-Match": f'"{seen["version"]}"'}
        return ok(await self.api.post(path, json=body, headers=headers), status)

    async def turn(self, at: datetime | None = None) -> None:
        """Do the due jobs."""
        CLOCK.now = at or CLOCK.now
        await due.run(self.db, self.writer, self.jobs)

    @property
    def writer(self) -> Writer:
        writer = Writer(self.name, "http://county.test", lambda: CLOCK.now)
        return replace(writer, mail_sender=f"samverkan@{self.name}.example")

    async def sent(self, after: int = 0) -> list[Received]:
        """The events that this county has published, in order."""
        rows = await self.db.fetch(
            "SELECT position, headers, payload FROM outbox WHERE position > $1 ORDER BY 1", after
        )
        return [self._received(row) for row in rows]

    async def types(self) -> list[str]:
        return [type(each.event).__name__ for each in await self.sent()]

    async def receive(self, received: Sequence[Received]) -> None:
        """Receive a batch."""
        async with self.db.transaction():
            await handle(self.db, self.writer, self.handlers, newest(received))

    async def letters(self) -> list[Notice]:
        """The letters that the people of this county got, or will get, oldest first."""
        return list(await queue.find(self.db, settled=True))

    async def told(self) -> list[str]:
        """The kinds of these letters."""
        return [letter.kind for letter in await self.letters()]

    async def carry_to(self, other: "Office") -> int:
        """Deliver new events to the other county one by one, and return their number."""
        fresh = await self.sent(self.carried.get(other.name, 0))
        for each in fresh:
            await other.receive([each])
            self.carried[other.name] = each.envelope.number
        return len(fresh)

    def _received(self, row: asyncpg.Record) -> Received:
        headers = json.loads(row["headers"])
        event = EVENTS[headers["ce_type"]].read(row["payload"])
        envelope = Envelope(
            id=headers["ce_id"],
            type=headers["ce_type"],
            subject=event.id,
            time=CLOCK.now - self.ago,
            epoch=self.epoch,
            number=row["position"],
            version=int(headers["ce_aggregateversion"]),
            correlation_id=None,
            causation_id=None,
            traceparent=None,
            restated=self.restated,
        )
        return Received(event.county, event, envelope)


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer, which must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()
