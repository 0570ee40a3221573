"""The example of CONTRIBUTING.md is a whole service: it works as it stands, and stays small."""

import importlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

import services
from infra.engine import Engine
from shared import contracts
from shared.contracts.counties import County
from shared.contracts.topics import STREAMS, Stream
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.settings import Settings
from tests.architecture.test_rooms import ROOMS
from tests.support.client import client_of
from tests.support.databases import fresh
from tests.support.tokens import Tokens

EXAMPLE = Path("docs/examples/service")
LATER = str((datetime.now(UTC) + timedelta(days=9)).date())
BULLETIN = {"title": "Ny rutin", "text": "Rutinen gäller från måndag.", "valid_until": LATER}


@pytest.fixture(scope="module")
def bulletins() -> Iterator[ModuleType]:
    """The package of the example, with its stream in the register."""
    places = ((services.__path__, EXAMPLE / "services"), (contracts.__path__, EXAMPLE / "shared" / "contracts"))
    for path, folder in places:
        path.append(str(folder.resolve()))
    STREAMS["bulletins"] = Stream("bulletins", "bulletins", "", "", "", "never", None)
    yield importlib.import_module("services.bulletins.service")
    del STREAMS["bulletins"]
    for path, folder in places:
        path.remove(str(folder.resolve()))


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County, bulletins: ModuleType) -> Connect:
    return await fresh(postgres, settings, county, bulletins.service)


@pytest.fixture
async def db(connect: Connect) -> AsyncIterator[asyncpg.Connection]:
    conn = await connect()
    await conn.execute("TRUNCATE bulletins, outbox")
    yield conn
    await conn.close()


@pytest.fixture
async def api(
    connect: Connect, settings: Settings, county: County, bulletins: ModuleType, tokens: Tokens
) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(build([bulletins.service], settings, county)) as client:
        client.headers.update(tokens.headers(county.name, "COUNTY_COORDINATOR"))
        yield client


async def titles(api: httpx.AsyncClient, **params: Any) -> list[str]:
    return [each["title"] for each in (await api.get("/bulletins", params=params)).json()["items"]]


async def test_the_example_publishes_changes_and_retires(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    made = await api.post("/bulletins", json=BULLETIN)
    address, tag = made.headers["location"], made.headers["etag"]

    assert (made.status_code, await titles(api, limit=1)) == (201, ["Ny rutin"])

    changed = await api.put(address, json=BULLETIN | {"title": "Ändrad rutin"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (await api.put(address, json=BULLETIN, headers={"If-Match": tag})).status_code == 412

    retired = await api.post(address + "/retire", headers={"If-Match": changed.headers["etag"]})
    assert (retired.json()["status"], await titles(api)) == ("RETIRED", [])
    types = [
        json.loads(row["headers"])["ce_type"] for row in await db.fetch("SELECT headers FROM outbox ORDER BY position")
    ]
    assert [each.split(".")[3] for each in types] == ["BulletinPublished", "BulletinPublished", "BulletinRetired"]


async def test_the_example_refuses_a_day_that_is_over(api: httpx.AsyncClient) -> None:
    answer = await api.post("/bulletins", json=BULLETIN | {"valid_until": "2020-01-01"})

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-valid-until")


async def test_the_example_shows_a_neighbours_bulletin(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    store = importlib.import_module("services.bulletins.store")
    event = importlib.import_module("shared.contracts.bulletins").BulletinPublished(
        id=uuid4(), county="jamtland", **BULLETIN | {"title": "Från Jämtland"}
    )
    stored = importlib.import_module("shared.runtime.aggregates").Stored(event, 1, 1, 1)

    await store.STREAM.upsert(db, [stored])

    assert "Från Jämtland" in await titles(api, county="jamtland")


def test_the_example_has_the_rooms_of_every_service_in_200_lines() -> None:
    files = [each for each in EXAMPLE.rglob("*") if each.suffix in (".py", ".sql")]

    rooms = {each.stem for each in (EXAMPLE / "services" / "bulletins").iterdir()} - {"__init__", "__pycache__"}

    assert rooms == ROOMS
    assert sum(len(each.read_text().splitlines()) for each in files) <= 200
