"""The host Västerbotten and two invited counties over HTTP, with PostgreSQL and without Kafka."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from infra.engine import Engine
from services.meetings.handlers import HANDLERS, JOBS
from services.meetings.service import service
from shared.messaging.leading import Connect
from shared.runtime.settings import Settings
from tests.service.houses import COUNTIES, client, databases, emptied, running
from tests.service.meetings.boards import BOARD_NAMES, TABLES, Boards, actor_events
from tests.service.offices import CLOCK, Office
from tests.support.tokens import Tokens
from tests.unit.meetings.given import BEFORE, HOST


@pytest.fixture(scope="module")
async def connects(postgres: Engine, settings: Settings) -> dict[str, Connect]:
    """The databases, once for each file of tests."""
    return await databases(postgres, settings, service, BOARD_NAMES)


@pytest.fixture(scope="module")
async def apps(connects: dict[str, Connect], settings: Settings) -> AsyncIterator[dict[str, FastAPI]]:
    """The applications."""
    async with running(settings, service, BOARD_NAMES) as found:
        yield found


@pytest.fixture
async def boards(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Boards]:
    """The counties with empty databases but for their actors, two weeks before the meeting."""
    CLOCK.now = BEFORE
    made = []
    for name in BOARD_NAMES:
        conn = await emptied(connects[name], TABLES)
        headers = tokens.headers(name, "COUNTY_COORDINATOR", sub="coordinator", function="COUNTY_COORDINATOR")
        made.append(Office(COUNTIES[name], client(apps[name], headers), conn, HANDLERS, JOBS))
        await made[-1].receive(actor_events())
    umea = client(apps[HOST], tokens.headers(HOST, "MUNICIPAL_COORDINATOR", sub="umea", municipality="2480"))
    yield Boards(tokens, made[0], made[1], made[2], replace(made[0], api=umea))
    await umea.aclose()
    for office in made:
        await office.api.aclose()
        await office.db.close()
