"""The public statistics: published by the clock, open to all, and never a small number."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from services.reports.commands import publishing
from shared.links.freshness import Freshness
from shared.messaging.outbox import Transaction, Writer
from tests.service.reports.given import published

NOBODY = UUID(int=0)
JULY = datetime(2026, 7, 1, 10, tzinfo=UTC)
Run = Callable[..., Awaitable[datetime | None]]


@pytest.fixture
def publish(db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the job at a moment, as if the county's signals were complete until then."""

    async def run(at: datetime, until: datetime | None) -> datetime | None:
        async def completeness(*_: object) -> list[Freshness]:
            return [Freshness(county="norrbotten", complete_until=until)]

        monkeypatch.setattr(publishing, "completeness", completeness)
        async with db.transaction():
            return await publishing.publish(
                Transaction(db, Writer("norrbotten", "http://test", lambda: at), None), NOBODY
            )

    return run


async def signal(db: asyncpg.Connection, **changes: Any) -> None:
    facts = {"county": "norrbotten", "municipality": None, "police_area": None, "site_type": None, "iso_week": 10}
    await published(db, "shipment-signals.ShipmentSignalReleased", id=str(uuid4()), **facts | changes)


async def quarters(client: httpx.AsyncClient) -> list[tuple[int, int]]:
    answer = (await client.get("/reports/public-statistics")).json()
    return [(each["year"], each["quarter"]) for each in answer["quarters"]]


async def first_quarter(client: httpx.AsyncClient) -> dict[tuple[str, str], int | None]:
    answer = (await client.get("/reports/public-statistics")).json()
    found = next(each for each in answer["quarters"] if (each["year"], each["quarter"]) == (2026, 1))
    return {(each["dimension"], each["value"]): each["signals"] for each in found["numbers"]}


async def test_a_quarter_is_public_a_quarter_later_without_small_numbers(
    running: httpx.AsyncClient, db: asyncpg.Connection, publish: Run
) -> None:
    running.headers.pop("authorization", None)
    for kind, times in (("LETTER", 9), ("PARCEL", 2)):
        for _ in range(times):
            await signal(db, kind=kind)
    await signal(db, county="jamtland")
    await publish(JULY.replace(month=6), JULY.replace(month=6))
    assert await quarters(running) == []

    await publish(JULY, JULY)
    numbers = await first_quarter(running)
    assert numbers["signals", "ALL"] == numbers["category", "NARCOTICS"] == numbers["hazard", "H0-H1"] == 11
    assert numbers["kind", "LETTER"] is numbers["kind", "PARCEL"] is None, "the total would give the small one away"


async def test_no_quarter_before_the_first_signal_is_said_to_be_empty(
    running: httpx.AsyncClient, db: asyncpg.Connection, publish: Run
) -> None:
    await publish(JULY, JULY)
    assert await quarters(running) == []

    await signal(db, iso_week_year=2025, iso_week=10)
    await signal(db, county="jamtland", iso_week_year=2024, iso_week=40)
    await publish(JULY, JULY)
    assert await quarters(running) == [(2026, 1), (2025, 4), (2025, 3), (2025, 2), (2025, 1)]


async def test_a_public_number_changes_by_five_or_not_at_all(
    running: httpx.AsyncClient, db: asyncpg.Connection, publish: Run
) -> None:
    for _ in range(8):
        await signal(db)
    await publish(JULY, JULY)
    await signal(db)
    await publish(JULY.replace(day=2), JULY)
    assert (await first_quarter(running))["signals", "ALL"] == 8
    for _ in range(4):
        await signal(db)
    await publish(JULY.replace(day=3), JULY)
    assert (await first_quarter(running))["signals", "ALL"] == 13


async def test_nothing_is_published_before_all_of_a_quarter_is_known(
    running: httpx.AsyncClient, db: asyncpg.Connection, publish: Run
) -> None:
    for until in (None, JULY.replace(month=3)):
        again = await publish(JULY, until)
        assert again is not None
        assert again < JULY.replace(hour=11)
        assert (await running.get("/reports/public-statistics")).json()["quarters"] == []
