"""A database in which the toys of the model are known."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from infra.engine import Engine
from shared.contracts import registry
from shared.recovery import restating
from tests.delivery.harness import MIGRATIONS
from tests.delivery.toy import TOYS
from tests.model.toys import KNOWN, SERVICE, ToysRestated
from tests.support.databases import empty

DATABASE = "twins"


@pytest.fixture
async def conn(postgres: Engine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncpg.Connection]:
    monkeypatch.setitem(registry.MARKERS, SERVICE, ToysRestated)
    monkeypatch.setattr(restating, "_FINAL", [name for name, event in KNOWN.items() if event.final])
    await empty(postgres, [DATABASE])
    conn = await asyncpg.connect(
        postgres.postgres, user=DATABASE, database=DATABASE, password=postgres.database_password
    )
    for file in sorted(MIGRATIONS.glob("*.sql")):
        await conn.execute(file.read_text())
    await conn.execute(TOYS)
    await conn.execute("UPDATE identity SET doubt = NULL")  # it has asked whether its county was there before
    yield conn
    await conn.close()
