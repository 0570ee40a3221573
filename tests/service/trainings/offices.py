"""Two counties over HTTP, each with its own database; the test carries the events instead of Kafka."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from services.trainings.handlers import HANDLERS, JOBS
from shared.contracts.counties import County
from shared.contracts.registry import EVENTS
from shared.messaging.handlers import handle
from shared.messaging.outbox import Writer
from shared.protocol.envelope import Envelope
from shared.protocol.received import Received
from shared.runtime import due
from shared.runtime.settings import Settings
from tests.unit.trainings.given import OCCASION, OPEN_DAY, TRAINING

TABLES = "trainings, enrolments, actors, participants, asked, certificate_codes, calendar_secret"
MACHINERY = "outbox, reacted, idempotency_keys, due, dead_letters, checkpoints"
PERSON = {"actor_type": "POST_AGENT", "function": "POST_STAFF"}


@dataclass
class Clock:
    """The time on every clock."""

    now: datetime = OPEN_DAY


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
    epoch: int = 1
    restated: bool = False
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
        await due.run(self.db, self.writer, JOBS)

    @property
    def writer(self) -> Writer:
        return Writer(self.name, "http://county.test", lambda: CLOCK.now)

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
            await handle(self.db, self.writer, HANDLERS, received)

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
            time=CLOCK.now,
            epoch=self.epoch,
            number=row["position"],
            version=int(headers["ce_aggregateversion"]),
            correlation_id=None,
            causation_id=None,
            traceparent=None,
            restated=self.restated,
        )
        return Received(event.county, event, envelope)


@dataclass
class Offices:
    """The host and the asker."""

    host: Office
    asker: Office

    async def settle(self) -> None:
        """Deliver all events both ways until there are no more."""
        while await self.host.carry_to(self.asker) + await self.asker.carry_to(self.host):
            pass

    async def opened(self, **changes: Any) -> dict[str, Any]:
        """Register an occasion of the host, and tell the other county."""
        training = await self.host.post("/trainings", TRAINING, status=201)
        details = {**OCCASION, **changes, "training": training["id"]}
        body = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in details.items()}
        occasion = await self.host.post("/occasions", body, status=201)
        await self.settle()
        return dict(occasion)

    async def pass_time(self, time: timedelta) -> None:
        """Move the clock on, and do the due jobs of both."""
        CLOCK.now += time
        for office in (self.host, self.asker):
            await office.turn()
        await self.settle()


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer, which must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def persons(*names: str, **changes: Any) -> list[dict[str, Any]]:
    """Participants by function; the names are of towns, not of persons."""
    return [{**PERSON, "name": f"Ombud {name}", "mailbox": f"{name}@ombud.example", **changes} for name in names]


async def enrolled(office: Office, occasion: dict[str, Any], *names: str, **more: Any) -> dict[str, Any]:
    """Request seats, and return the body of the answer."""
    reference = {"county": occasion["county"], "id": occasion["id"]}
    body = {"occasion": reference, "participants": persons(*names), **more}
    return dict(await office.post("/enrolments", body, status=201))


def states(request: dict[str, Any]) -> list[str | None]:
    """The state shown of each participant's seat."""
    return [seat["state"] for seat in request["seats"]]


def path(aggregate: dict[str, Any], resource: str = "enrolments") -> str:
    return f"/{resource}/{aggregate['county']}/{aggregate['id']}"


def ids(request: dict[str, Any]) -> list[str]:
    """The ids of its participants."""
    return [str(UUID(each["id"])) for each in request["participants"]]
