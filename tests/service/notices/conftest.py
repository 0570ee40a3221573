"""A mail server, and an office with a database that writes to it."""

from collections.abc import AsyncIterator

import pytest

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.databases import fresh
from tests.support.mail import MailServer, mail_server
from tests.support.post import Post, post, to_server


@pytest.fixture(scope="module")
async def connect(postgres: Engine, settings: Settings, county: County) -> Connect:
    return await fresh(postgres, settings, county, toy.service)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as found:
        yield found


@pytest.fixture
async def office(connect: Connect, county: County, server: MailServer) -> AsyncIterator[Post]:
    async with post(connect, county, to_server(server.port)) as found:
        yield found
