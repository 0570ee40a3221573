"""Counties' applications without relay and inbox, on empty databases: the tests carry events and run due jobs."""

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from infra.engine import Engine
from shared.contracts.counties import DEFAULT, parse
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.db import Connection
from shared.runtime.part import Part
from shared.runtime.service import Service
from shared.runtime.settings import Settings
from tests.service.offices import MACHINERY, Clocked
from tests.support.databases import forget, fresh

COUNTIES = {county.name: county for county in parse(DEFAULT)}


async def databases(
    postgres: Engine, settings: Settings, service: Service, names: Collection[str]
) -> dict[str, Connect]:
    """A database of the service for each county: fresh and migrated."""
    return {name: await fresh(postgres, settings, COUNTIES[name], service) for name in names}


@asynccontextmanager
async def running(settings: Settings, service: Service, names: Collection[str]) -> AsyncIterator[dict[str, FastAPI]]:
    """The application of the service in each county, by the clock of the tests."""
    clocked = Clocked(**settings.model_dump())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "start", lambda part: part.db.open())
        found = {name: build([service], clocked, COUNTIES[name]) for name in names}
        async with AsyncExitStack() as stack:
            for app in found.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield found


async def emptied(connect: Connect, tables: str) -> Connection:
    """A connection to the database, which holds nothing any more in these tables and those of the machinery."""
    conn = await connect()
    await forget(conn, f"{tables}, {MACHINERY}")
    await conn.execute("UPDATE identity SET epoch = 1")
    return conn


def client(app: FastAPI, headers: dict[str, str]) -> httpx.AsyncClient:
    """A client of the application, with these headers."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://county.test", headers=headers)
