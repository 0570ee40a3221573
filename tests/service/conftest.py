"""The actors service of one county, over HTTP, with a real PostgreSQL and no Kafka."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import pytest

from infra.engine import Engine
from services.actors.service import service
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.settings import Settings
from tests.support.client import client_of
from tests.support.databases import forget, fresh
from tests.support.locks import watched
from tests.support.tokens import Tokens


@pytest.fixture(autouse=True)
def _locks_come_in_order(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    locks = watched(monkeypatch)
    yield
    assert locks.wrong == []


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    """The database of the service: fresh and migrated, once for each file of tests."""
    return await fresh(postgres, settings, county, service)


@pytest.fixture
async def db(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the service's database, which holds nothing yet."""
    conn = await connect()
    await forget(conn, "aggregates, contact_persons, outbox, idempotency_keys")
    yield conn
    await conn.close()


@pytest.fixture(scope="module")
async def running(connect: Connect, settings: Settings, county: County) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has no token."""
    async with client_of(build([service], settings, county)) as client:
        yield client


@pytest.fixture
def api(running: httpx.AsyncClient, db: asyncpg.Connection, county: County, tokens: Tokens) -> httpx.AsyncClient:
    """A client of a coordinator of the county."""
    running.headers.update(tokens.headers(county.name, "COUNTY_COORDINATOR"))
    return running
