"""A county's reports, in a database that holds nothing yet."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from infra.engine import Engine
from services.reports.service import service
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.settings import Settings
from tests.support.client import client_of
from tests.support.databases import forget, fresh
from tests.support.tokens import Tokens


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    return await fresh(postgres, settings, county, service)


@pytest.fixture
async def db(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    conn = await connect()
    await forget(
        conn,
        "actors, trainings, enrolments, meetings, signals, guidance, initiatives, publications, yearly_reports, outbox",
    )
    yield conn
    await conn.close()


@pytest.fixture(scope="module")
async def running(connect: Connect, settings: Settings, county: County) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has no token."""
    async with client_of(build([service], settings, county)) as client:
        yield client


@pytest.fixture
def api(running: httpx.AsyncClient, db: asyncpg.Connection, county: County, tokens: Tokens) -> httpx.AsyncClient:
    """A client of a reader of the county."""
    running.headers.update(tokens.headers(county.name, "READER"))
    return running
