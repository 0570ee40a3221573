"""Two counties over HTTP, each with a database of its own, and between them whatever the test carries. No Kafka."""

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
    """What every clock shows."""

    now: datetime = OPEN_DAY


CLOCK = Clock()


class Clocked(Settings):
    """Settings whose clock is the test's."""

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
        """What is due has been done."""
        CLOCK.now = at or CLOCK.now
        await due.run(self.db, self.writer, JOBS)

    @property
    def writer(self) -> Writer:
        return Writer(self.name, "http://county.test", lambda: CLOCK.now)

    async def sent(self, after: int = 0) -> list[Received]:
        """What this county has published, in order."""
        rows = await self.db.fetch(
            "SELECT position, headers, payload FROM outbox WHERE position > $1 ORDER BY 1", after
        )
        return [self._received(row) for row in rows]

    async def types(self) -> list[str]:
        return [type(each.event).__name__ for each in await self.sent()]

    async def receive(self, received: Sequence[Received]) -> None:
        """A batch has come."""
        async with self.db.transaction():
            await handle(self.db, self.writer, HANDLERS, received)

    async def carry_to(self, other: "Office") -> int:
        """What is new has come to the other county, one by one; how much it was."""
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
    """The host, and who asks."""

    host: Office
    asker: Office

    async def settle(self) -> None:
        """All that each has published has come to the other, and all that that led to."""
        while await self.host.carry_to(self.asker) + await self.asker.carry_to(self.host):
            pass

    async def opened(self, **changes: Any) -> dict[str, Any]:
        """An occasion of the host that both know."""
        training = await self.host.post("/trainings", TRAINING, status=201)
        details = {**OCCASION, **changes, "training": training["id"]}
        body = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in details.items()}
        occasion = await self.host.post("/occasions", body, status=201)
        await self.settle()
        return dict(occasion)

    async def pass_time(self, time: timedelta) -> None:
        """So much time has passed, and both have looked at their clocks."""
        CLOCK.now += time
        for office in (self.host, self.asker):
            await office.turn()
        await self.settle()


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that is as it should be."""
    assert answer.status_code == status, answer.text
    return answer.json()


def persons(*names: str, **changes: Any) -> list[dict[str, Any]]:
    """Participants by function; the names are places, and no persons."""
    return [{**PERSON, "name": f"Ombud {name}", "mailbox": f"{name}@ombud.example", **changes} for name in names]


async def enrolled(office: Office, occasion: dict[str, Any], *names: str, **more: Any) -> dict[str, Any]:
    """A request for seats has been made."""
    reference = {"county": occasion["county"], "id": occasion["id"]}
    body = {"occasion": reference, "participants": persons(*names), **more}
    return dict(await office.post("/enrolments", body, status=201))


def states(request: dict[str, Any]) -> list[str | None]:
    """What is shown of each participant's seat."""
    return [seat["state"] for seat in request["seats"]]


def path(aggregate: dict[str, Any], resource: str = "enrolments") -> str:
    return f"/{resource}/{aggregate['county']}/{aggregate['id']}"


def ids(request: dict[str, Any]) -> list[str]:
    """Its participants."""
    return [str(UUID(each["id"])) for each in request["participants"]]
