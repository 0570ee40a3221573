"""The host Västerbotten and two invited counties over HTTP, with PostgreSQL and without Kafka."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from infra.engine import Engine
from services.meetings.handlers import HANDLERS, JOBS
from services.meetings.service import service
from shared.contracts.counties import DEFAULT, parse
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.service.meetings.boards import BOARD_NAMES, TABLES, Boards, actor_events
from tests.service.offices import CLOCK, MACHINERY, Clocked, Office
from tests.support.databases import forget, fresh
from tests.support.tokens import Tokens
from tests.unit.meetings.given import BEFORE, HOST

COUNTIES = {county.name: county for county in parse(DEFAULT)}


@pytest.fixture(scope="module")
async def connects(postgres: Engine, settings: Settings) -> dict[str, Connect]:
    """The databases: fresh and migrated, once for each file of tests."""
    return {name: await fresh(postgres, settings, COUNTIES[name], service) for name in BOARD_NAMES}


@pytest.fixture(scope="module")
async def apps(connects: dict[str, Connect], settings: Settings) -> AsyncIterator[dict[str, FastAPI]]:
    """The applications without relay and inbox: the tests carry events."""
    clocked = Clocked(**settings.model_dump())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "start", lambda part: part.db.open())
        found = {name: build([service], clocked, COUNTIES[name]) for name in BOARD_NAMES}
        async with AsyncExitStack() as stack:
            for app in found.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield found


@pytest.fixture
async def boards(apps: dict[str, FastAPI], connects: dict[str, Connect], tokens: Tokens) -> AsyncIterator[Boards]:
    """The counties with empty databases but for their actors, two weeks before the meeting."""
    CLOCK.now = BEFORE
    made = []
    for name in BOARD_NAMES:
        conn = await connects[name]()
        await forget(conn, f"{TABLES}, {MACHINERY}")
        await conn.execute("UPDATE identity SET epoch = 1")
        headers = tokens.headers(name, "COUNTY_COORDINATOR", sub="coordinator", function="COUNTY_COORDINATOR")
        transport = httpx.ASGITransport(app=apps[name])
        client = httpx.AsyncClient(transport=transport, base_url="http://county.test", headers=headers)
        made.append(Office(COUNTIES[name], client, conn, HANDLERS, JOBS))
        await made[-1].receive(actor_events())
    mine = tokens.headers(HOST, "MUNICIPAL_COORDINATOR", sub="umea", municipality="2480")
    transport = httpx.ASGITransport(app=apps[HOST])
    client = httpx.AsyncClient(transport=transport, base_url="http://county.test", headers=mine)
    yield Boards(tokens, made[0], made[1], made[2], replace(made[0], api=client))
    await client.aclose()
    for office in made:
        await office.api.aclose()
        await office.db.close()
