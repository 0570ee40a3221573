"""The host Jämtland and the asker Västernorrland over HTTP, with PostgreSQL and without Kafka."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from infra.engine import Engine
from services.trainings.handlers import HANDLERS, JOBS
from services.trainings.service import service
from shared.messaging.leading import Connect
from shared.runtime.settings import Settings
from tests.service.houses import COUNTIES, client, databases, emptied, running
from tests.service.offices import CLOCK, Office
from tests.service.trainings.offices import TABLES, Offices
from tests.support.tokens import Tokens
from tests.unit.trainings.given import OPEN_DAY

NAMES = ("jamtland", "vasternorrland")


@pytest.fixture(scope="module")
async def connects(postgres: Engine, settings: Settings) -> dict[str, Connect]:
    """The databases, once for each file of tests."""
    return await databases(postgres, settings, service, NAMES)


@pytest.fixture(scope="module")
async def apps(connects: dict[str, Connect], settings: Settings) -> AsyncIterator[dict[str, FastAPI]]:
    """The applications."""
    async with running(settings, service, NAMES) as found:
        yield found


@pytest.fixture
async def offices(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Offices]:
    """Both counties with empty databases, on a day in March 2027."""
    CLOCK.now = OPEN_DAY
    made = []
    for name in NAMES:
        conn = await emptied(connects[name], TABLES)
        headers = tokens.headers(name, "COUNTY_COORDINATOR", sub="coordinator", function="COUNTY_COORDINATOR")
        made.append(Office(COUNTIES[name], client(apps[name], headers), conn, HANDLERS, JOBS))
    yield Offices(*made)
    for office in made:
        await office.api.aclose()
        await office.db.close()
