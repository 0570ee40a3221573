"""Jämtland and Norrbotten over HTTP, with PostgreSQL and without Kafka; the test carries the events."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from infra.engine import Engine
from services.initiatives.handlers import HANDLERS, JOBS
from services.initiatives.service import service
from shared.messaging.leading import Connect
from shared.runtime.settings import Settings
from tests.service.houses import COUNTIES, client, databases, emptied, running
from tests.service.initiatives.callers import CALLERS, Counties, CountyOffice
from tests.service.initiatives.offices import MunicipalOffice, Offices
from tests.service.offices import CLOCK
from tests.support.tokens import Tokens
from tests.unit.trainings.given import OPEN_DAY

TABLES = (
    "home, pictures, revised_pictures, local_work, measures, borrowed, joint_measures, lessons, resources, est, "
    "est_observations, est_measures"
)


@pytest.fixture(scope="module")
async def connects(postgres: Engine, settings: Settings) -> dict[str, Connect]:
    """The databases, once for each file of tests."""
    return await databases(postgres, settings, service, CALLERS)


@pytest.fixture(scope="module")
async def apps(connects: dict[str, Connect], settings: Settings) -> AsyncIterator[dict[str, FastAPI]]:
    """The applications."""
    async with running(settings, service, CALLERS) as found:
        yield found


@pytest.fixture
async def counties(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Counties]:
    """Both counties with empty databases, on a day in March 2027, each with its callers."""
    CLOCK.now = OPEN_DAY
    made = {}
    for name, callers in CALLERS.items():
        conn = await emptied(connects[name], TABLES)
        clients = {
            caller: client(apps[name], tokens.headers(name, role, sub=caller, **claims))
            for caller, (role, claims) in callers.items()
        }
        made[name] = CountyOffice.of(COUNTIES[name], clients, conn)
    yield Counties(*made.values())
    for office in made.values():
        for each in office.clients.values():
            await each.aclose()
        await office.db.close()


@pytest.fixture
async def offices(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Offices]:
    """Both counties with empty databases, on 10 June 2026, for whatever municipality calls."""
    CLOCK.now = datetime(2026, 6, 10, 10, tzinfo=UTC)
    made = []
    for name, app in apps.items():
        conn = await emptied(connects[name], TABLES)
        api = client(app, tokens.headers(name, "COUNTY_COORDINATOR", function="COUNTY_COORDINATOR"))
        made.append(MunicipalOffice(COUNTIES[name], api, conn, HANDLERS, JOBS, tokens=tokens))
    yield Offices(*made)
    for office in made:
        await office.api.aclose()
        await office.db.close()
