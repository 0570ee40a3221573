from collections.abc import AsyncIterator

import httpx
import pytest

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime.app import build
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.client import client_of
from tests.support.databases import fresh
from tests.support.tokens import Tokens


@pytest.fixture(scope="module")
async def toys(postgres: Engine, settings: Settings, county: County) -> Connect:
    """The toy service's database: fresh, migrated."""
    return await fresh(postgres, settings, county, toy.service)


@pytest.fixture(scope="module")
async def client(toys: Connect, settings: Settings, county: County, tokens: Tokens) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the toy service that may do everything."""
    async with client_of(build([toy.service], settings, county)) as client:
        client.headers.update(tokens.headers(county.name, "COUNTY_COORDINATOR"))
        yield client
