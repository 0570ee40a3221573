"""The service of Västerbotten over HTTP, with PostgreSQL and without Kafka, and a client for each caller."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from infra.engine import Engine
from services.shipment_alerts.service import service
from shared.contracts.counties import DEFAULT, County, parse
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.support.databases import forget, fresh
from tests.support.tokens import Tokens

TABLES = (
    "signals, guidance, acknowledgements, sites, operators, drafts, actors, without_digest, "
    "partner_signals, partner_positions, notices, outbox, idempotency_keys, due, dead_letters"
)


@dataclass(frozen=True)
class Callers:
    """A client for each kind of caller."""

    coordinator: httpx.AsyncClient
    second: httpx.AsyncClient
    police: httpx.AsyncClient
    operator: httpx.AsyncClient
    municipality: httpx.AsyncClient
    reader: httpx.AsyncClient
    nobody: httpx.AsyncClient


@pytest.fixture(scope="module")
def county() -> County:
    """Västerbotten, with a large town and municipalities with one agent."""
    return next(county for county in parse(DEFAULT) if county.name == "vasterbotten")


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    """The database of the service: fresh and migrated, once for each file of tests."""
    return await fresh(postgres, settings, county, service)


@pytest.fixture
async def db(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the service's database, which holds nothing yet."""
    conn = await connect()
    await forget(conn, TABLES)
    yield conn
    await conn.close()


@pytest.fixture(scope="module")
async def app(connect: Connect, settings: Settings, county: County) -> AsyncIterator[FastAPI]:
    """The running application without relay and inbox: they would send what tests look at, and log meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "start", lambda part: part.db.open())
        app = build([service], settings, county)
        async with app.router.lifespan_context(app):
            yield app


@pytest.fixture
async def api(app: FastAPI, db: asyncpg.Connection, county: County, tokens: Tokens) -> AsyncIterator[Callers]:
    """A client for each kind of caller, on an empty database."""

    def client(*roles: str, **claims: object) -> httpx.AsyncClient:
        headers = tokens.headers(county.name, *roles, **claims) if roles else {}
        transport = httpx.ASGITransport(app=app)
        return httpx.AsyncClient(transport=transport, base_url="http://county.test", headers=headers)

    callers = Callers(
        coordinator=client("COUNTY_COORDINATOR", sub="first", function="COUNTY_COORDINATOR"),
        second=client("COUNTY_COORDINATOR", sub="second", function="COUNTY_ANDT_COORDINATOR"),
        police=client("POLICE", sub="police", function="LPO_CHIEF"),
        operator=client("OPERATOR", sub="system", organisation="postnord"),
        municipality=client("MUNICIPAL_COORDINATOR", sub="kommun", municipality="2480"),
        reader=client("READER", sub="reader"),
        nobody=client(),
    )
    yield callers
    for each in vars(callers).values():
        await each.aclose()
