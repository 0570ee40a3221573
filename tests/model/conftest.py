"""A database in which the toys of the model are known."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from infra.engine import Engine
from shared.contracts import registry
from shared.recovery import restating
from tests.delivery.harness import make_toys_database, toys_connection
from tests.model.toys import KNOWN, SERVICE, ToysRestated

DATABASE = "twins"


@pytest.fixture
async def conn(postgres: Engine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncpg.Connection]:
    monkeypatch.setitem(registry.MARKERS, SERVICE, ToysRestated)
    monkeypatch.setattr(restating, "_FINAL", [name for name, event in KNOWN.items() if event.final])
    await make_toys_database(postgres, DATABASE)
    conn = await toys_connection(postgres, DATABASE)
    await conn.execute("UPDATE identity SET doubt = NULL")  # it has asked whether its county was there before
    yield conn
    await conn.close()
