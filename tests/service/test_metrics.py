"""The metrics that alarms read of a service's database and code."""

import re
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from infra.engine import Engine
from services.actors.handlers import HANDLERS
from services.actors.service import service
from shared.contracts.counties import County
from shared.messaging.handlers import projections
from shared.runtime.app import build
from shared.runtime.settings import Settings
from tests.support.client import client_of
from tests.support.databases import empty
from tests.support.waiting import eventually


@pytest.fixture
async def taken_over(db: asyncpg.Connection) -> AsyncIterator[None]:
    """Let newer code begin to rebuild every read model."""
    for table, number in projections(HANDLERS).items():
        await db.execute(
            "INSERT INTO projections VALUES ($1, $2, false) ON CONFLICT (name) DO UPDATE SET number = $2",
            table,
            number + 1,
        )
    yield
    await db.execute("TRUNCATE projections")


async def values(client: httpx.AsyncClient, metric: str) -> list[float]:
    """The metric's values for the service of these tests, without those of earlier services in this process."""
    text = (await client.get("/metrics")).text
    mine = [line for line in text.splitlines() if line.startswith(f'{metric}{{county="norrbotten",service="actors"')]
    return [float(line.rsplit(" ", 1)[1]) for line in mine]


async def test_a_neighbours_stream_never_heard_is_infinitely_old(api: httpx.AsyncClient, settings: Settings) -> None:
    others = len(settings.counties) - 1

    assert await values(api, "norrsam_link_unheard_seconds") == [float("inf")] * others
    assert await values(api, "norrsam_link_incomplete_seconds") == [float("inf")] * others
    assert await values(api, "norrsam_gap_numbers") == [0.0] * others


async def test_a_relay_with_the_lock_counts_as_leading(api: httpx.AsyncClient) -> None:
    async def leads() -> None:
        assert await values(api, "norrsam_relay_leads") == [1.0]

    await eventually(leads)


async def test_a_process_is_outdated_after_newer_code_took_over(api: httpx.AsyncClient, taken_over: None) -> None:
    assert await values(api, "norrsam_projections_outdated") == [float(len(projections(HANDLERS)))]
    assert await values(api, "norrsam_projections_rebuilding") == [0.0]


async def test_an_unmigrated_database_is_up_and_lacks_migrations(
    postgres: Engine, settings: Settings, county: County
) -> None:
    elsewhere = settings.county("jamtland")
    await empty(postgres, [elsewhere.database(service.name)])
    async with client_of(build([service], settings, elsewhere)) as client:
        text = (await client.get("/metrics")).text
    labels = 'county="jamtland",service="actors"'

    assert f"norrsam_database_up{{{labels}}} 1.0" in text
    assert re.search(rf"norrsam_migrations_pending\{{{labels}\}} [1-9]", text)


async def test_mails_that_are_refused_or_late_are_counted(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    write = """
        INSERT INTO notices (id, epoch, kind, recipient, about, at, tried_next, outcome, settled_at)
        SELECT gen_random_uuid(), 1, 'seat', gen_random_uuid(), gen_random_uuid(), now() - $1::int * interval '1 hour',
            now(), $2::text, CASE WHEN $2::text IS NOT NULL THEN now() END
    """
    await db.executemany(write, [(9, "refused"), (2, None), (1, None), (9, "sent")])

    refused, late = [await values(api, f"norrsam_notices_{name}") for name in ("refused", "late_seconds")]
    await db.execute("DELETE FROM notices")

    assert refused == [1.0]
    assert late == [pytest.approx(2 * 3600, abs=600)]
