"""The host Jämtland and the asker Västernorrland over HTTP, with PostgreSQL and without Kafka."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from infra.engine import Engine
from services.trainings.handlers import HANDLERS, JOBS
from services.trainings.service import service
from shared.contracts.counties import DEFAULT, parse
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.service.offices import CLOCK, MACHINERY, Clocked, Office
from tests.service.trainings.offices import TABLES, Offices
from tests.support.databases import forget, fresh
from tests.support.tokens import Tokens
from tests.unit.trainings.given import OPEN_DAY

COUNTIES = {county.name: county for county in parse(DEFAULT)}
NAMES = ("jamtland", "vasternorrland")


@pytest.fixture(scope="module")
async def connects(postgres: Engine, settings: Settings) -> dict[str, Connect]:
    """The databases: fresh and migrated, once for each file of tests."""
    return {name: await fresh(postgres, settings, COUNTIES[name], service) for name in NAMES}


@pytest.fixture(scope="module")
async def apps(connects: dict[str, Connect], settings: Settings) -> AsyncIterator[dict[str, FastAPI]]:
    """The applications without relay and inbox: the tests carry events and run due jobs."""
    clocked = Clocked(**settings.model_dump())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "start", lambda part: part.db.open())
        found = {name: build([service], clocked, COUNTIES[name]) for name in NAMES}
        first, second = (app.router.lifespan_context(app) for app in found.values())
        async with first, second:
            yield found


@pytest.fixture
async def offices(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Offices]:
    """Both counties with empty databases, on a day in March 2027."""
    CLOCK.now = OPEN_DAY
    made = []
    for name in NAMES:
        conn = await connects[name]()
        await forget(conn, f"{TABLES}, {MACHINERY}")
        await conn.execute("UPDATE identity SET epoch = 1")
        headers = tokens.headers(name, "COUNTY_COORDINATOR", sub="coordinator", function="COUNTY_COORDINATOR")
        transport = httpx.ASGITransport(app=apps[name])
        client = httpx.AsyncClient(transport=transport, base_url="http://county.test", headers=headers)
        made.append(Office(COUNTIES[name], client, conn, HANDLERS, JOBS))
    yield Offices(*made)
    for office in made:
        await office.api.aclose()
        await office.db.close()
