"""Two counties over HTTP, each with its own database; the test carries the events instead of Kafka."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.service.offices import CLOCK, Office
from tests.unit.trainings.given import OCCASION, TRAINING

TABLES = "trainings, enrolments, actors, participants, municipal_requests, asked, certificate_codes, calendar_feeds"
PERSON = {"actor_type": "POST_AGENT", "function": "POST_STAFF"}


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
