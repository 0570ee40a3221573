"""Jämtland and Norrbotten over HTTP, with PostgreSQL and without Kafka; the test carries the events."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from infra.engine import Engine
from services.initiatives.handlers import HANDLERS, JOBS
from services.initiatives.service import service
from shared.contracts.counties import DEFAULT, parse
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.service.initiatives.callers import CALLERS, Counties, CountyOffice
from tests.service.initiatives.offices import MunicipalOffice, Offices
from tests.service.offices import CLOCK, MACHINERY, Clocked
from tests.support.databases import forget, fresh
from tests.support.tokens import Tokens
from tests.unit.trainings.given import OPEN_DAY

COUNTIES = {county.name: county for county in parse(DEFAULT)}
TABLES = "home, pictures, local_work, measures, borrowed, joint_measures, lessons, est, est_observations, est_measures"


@pytest.fixture(scope="module")
async def connects(postgres: Engine, settings: Settings) -> dict[str, Connect]:
    """The databases: fresh and migrated, once for each file of tests."""
    return {name: await fresh(postgres, settings, COUNTIES[name], service) for name in CALLERS}


@pytest.fixture(scope="module")
async def apps(connects: dict[str, Connect], settings: Settings) -> AsyncIterator[dict[str, FastAPI]]:
    """The applications without relay and inbox: the tests carry events and run due jobs."""
    clocked = Clocked(**settings.model_dump())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "start", lambda part: part.db.open())
        found = {name: build([service], clocked, COUNTIES[name]) for name in CALLERS}
        first, second = (app.router.lifespan_context(app) for app in found.values())
        async with first, second:
            yield found


@pytest.fixture
async def counties(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Counties]:
    """Both counties with empty databases, on a day in March 2027, each with its callers."""
    CLOCK.now = OPEN_DAY
    made = {}
    for name, callers in CALLERS.items():
        conn = await connects[name]()
        await forget(conn, f"{TABLES}, {MACHINERY}")
        await conn.execute("UPDATE identity SET epoch = 1")
        transport = httpx.ASGITransport(app=apps[name])
        clients = {
            caller: httpx.AsyncClient(
                transport=transport,
                base_url="http://county.test",
                headers=tokens.headers(name, role, sub=caller, **claims),
            )
            for caller, (role, claims) in callers.items()
        }
        made[name] = CountyOffice.of(COUNTIES[name], clients, conn)
    yield Counties(*made.values())
    for office in made.values():
        for client in office.clients.values():
            await client.aclose()
        await office.db.close()


@pytest.fixture
async def offices(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Offices]:
    """Both counties with empty databases, on 10 June 2026, for whatever municipality calls."""
    CLOCK.now = datetime(2026, 6, 10, 10, tzinfo=UTC)
    made = []
    for name, app in apps.items():
        conn = await connects[name]()
        await forget(conn, f"{TABLES}, {MACHINERY}")
        headers = tokens.headers(name, "COUNTY_COORDINATOR", function="COUNTY_COORDINATOR")
        transport = httpx.ASGITransport(app=app)
        client = httpx.AsyncClient(transport=transport, base_url="http://county.test", headers=headers)
        made.append(MunicipalOffice(COUNTIES[name], client, conn, HANDLERS, JOBS, tokens=tokens))
    yield Offices(*made)
    for office in made:
        await office.api.aclose()
        await office.db.close()
