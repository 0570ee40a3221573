"""Functions of the own county hear that there is something to read: a new routine, and once a week new signals."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.shipment_alerts.commands import telling
from services.shipment_alerts.handlers import HANDLERS
from shared.contracts.counties import County
from shared.messaging.handlers import handle
from shared.messaging.outbox import Transaction, Writer
from shared.protocol.received import Received
from shared.runtime.notices import queue
from shared.runtime.notices.queue import Notice
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import (
    ROUTINE,
    TODAY,
    ok,
    path,
    published,
    received,
    released,
    seen,
    with_sites,
)

COORDINATOR, MUNICIPAL, MANAGER, OTHERS = (UUID(int=number, version=4) for number in range(1, 5))
WEEK = timedelta(weeks=1)


def actor(kind: str, county: str = "vasterbotten", **functions: UUID) -> Received:
    """An actor with these functions, each with a mailbox."""
    fields = {"sector": "BUSINESS", "level": "LOCAL", "name": "Ombud i Umeå", "type": kind}
    contacts = [
        {"id": str(one), "function": name, "mailbox": f"{name}@{kind}.example"} for name, one in functions.items()
    ]
    return received(
        "ActorRegistered", 1, {**fields, "id": str(uuid4()), "county": county, "contact_functions": contacts}
    )


@pytest.fixture
async def office(db: asyncpg.Connection, county: County) -> "Office":
    found = Office(db, county)
    await found.receive(
        actor("POST_AGENT", SITE_MANAGER=MANAGER, POST_STAFF=uuid4()),
        actor("COUNTY_BOARD", COUNTY_COORDINATOR=COORDINATOR),
        actor("MUNICIPALITY", MUNICIPAL_COORDINATOR=MUNICIPAL),
        actor("POST_AGENT", county="jamtland", SITE_MANAGER=OTHERS),
    )
    return found


class Office:
    def __init__(self, db: asyncpg.Connection, county: County) -> None:
        self.db, self.county = db, county

    async def receive(self, *events: Received) -> None:
        writer = Writer(self.county.name, "http://county.test")
        async with self.db.transaction():
            await handle(self.db, writer, HANDLERS, events)

    async def letters(self) -> Sequence[Notice]:
        return await queue.find(self.db, settled=True)

    async def digest(self, at: datetime) -> datetime:
        async with self.db.transaction():
            tx = Transaction(self.db, Writer(self.county.name, "http://county.test", lambda: at), None, caused_at=at)
            return await telling.send_digests(tx, UUID(int=0))


def monday() -> datetime:
    """The morning after this week."""
    return datetime(TODAY.year, TODAY.month, TODAY.day, 7, tzinfo=UTC) + timedelta(days=7 - TODAY.weekday())


def neighbours_routine(**changes: Any) -> dict[str, Any]:
    newest = ROUTINE | {"number": 1, "approved_by": "COUNTY_COORDINATOR"} | changes
    return {"id": str(UUID(int=9, version=4)), "county": "jamtland", "versions": [newest], "status": "ACTIVE"}


async def test_who_sees_to_acknowledgements_is_told_of_a_new_routine(api: Callers, office: Office) -> None:
    await published(api)

    (letter,) = await office.letters()

    assert (letter.kind, letter.recipient, letter.address) == (
        "routine-to-acknowledge",
        MANAGER,
        "SITE_MANAGER@POST_AGENT.example",
    )
    assert "Västerbottens län" in str(letter.text)
    assert "nummer 1" in str(letter.text)


async def test_a_routine_for_the_police_asks_nobody(api: Callers, office: Office) -> None:
    await published(api, audience=["POLICE"])

    assert await office.letters() == []


async def test_a_routine_of_a_neighbour_is_told_too(office: Office) -> None:
    await office.receive(received("RoutinePublished", 1, neighbours_routine()))

    (letter,) = await office.letters()

    assert letter.recipient == MANAGER
    assert "Jämtlands län" in str(letter.text)


async def test_a_later_routine_waits_for_its_day_and_is_taken_back(api: Callers, office: Office) -> None:
    routine = await published(api, valid_from=(TODAY + timedelta(days=30)).isoformat())
    (letter,) = await office.letters()
    assert letter.at.astimezone(UTC).date() == TODAY + timedelta(days=30)

    ok(await api.coordinator.post(path(routine, "guidance/routines") + "/withdraw", headers=seen(routine)))

    assert [each.outcome for each in await office.letters()] == ["replaced"]


async def test_each_function_hears_of_the_signals_that_it_may_see(api: Callers, office: Office) -> None:
    await with_sites(api)
    for tlp in ("AMBER", "GREEN"):
        await released(api, tlp=tlp)

    again = await office.digest(monday())

    assert again.astimezone(UTC) > monday() + timedelta(days=6)
    heard = {letter.recipient: str(letter.text) for letter in await office.letters()}
    assert heard.keys() == {COORDINATOR, MUNICIPAL}
    assert "Västerbottens län: 2" in heard[COORDINATOR]
    assert "Västerbottens län: 1" in heard[MUNICIPAL]


async def test_a_function_may_do_without_the_digest(api: Callers, office: Office) -> None:
    await with_sites(api)
    await released(api, tlp="GREEN")
    ok(await api.coordinator.put(f"/shipment-alerts/digests/{MUNICIPAL}", json={"wanted": False}))

    await office.digest(monday())

    assert [letter.recipient for letter in await office.letters()] == [COORDINATOR]


@pytest.mark.parametrize("function", [OTHERS, UUID(int=9)])
async def test_who_is_no_own_function_has_no_wish(api: Callers, office: Office, function: UUID) -> None:
    """It is another county's, or there is none of that id."""
    refused = ok(await api.coordinator.put(f"/shipment-alerts/digests/{function}", json={"wanted": False}), 404)

    assert refused["type"] == "/problems/not-found"
    assert await office.db.fetchval("SELECT count(*) FROM without_digest") == 0


async def test_a_quiet_week_and_a_missed_monday_tell_nothing(api: Callers, office: Office) -> None:
    await with_sites(api)
    await office.digest(monday())
    await released(api, tlp="GREEN")

    again = await office.digest(monday() + timedelta(days=1))

    assert await office.letters() == []
    assert again.astimezone(UTC).weekday() == 0
