"""Fresh databases of services, migrated as in operation."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime import migrations
from shared.runtime.db import arguments
from shared.runtime.service import Service
from shared.runtime.settings import Settings


def connector(settings: Settings, county: County, service: str) -> Connect:
    """Opens connections to the service's database, as the service itself."""

    async def connect(**server_settings: str) -> asyncpg.Connection:
        known: dict[str, Any] = arguments(settings, county, service)
        return await asyncpg.connect(**known, server_settings=server_settings)

    return connect


async def empty(engine: Engine, names: Sequence[str]) -> None:
    """Create empty databases of these names, with their login roles."""
    admin = await asyncpg.connect(engine.postgres_admin_dsn)
    try:
        for name in names:
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await admin.close()
    engine.create_databases(names)


async def fresh(engine: Engine, settings: Settings, county: County, service: Service) -> Connect:
    """Empty and migrate the service's database, and return how to connect to it."""
    await empty(engine, [county.database(service.name)])
    connect = connector(settings, county, service.name)
    await migrations.migrate(connect, migrations.of_service(service))
    conn = await connect()
    await conn.execute("UPDATE identity SET doubt = NULL")  # it has asked whether its county is new
    await conn.close()
    return connect


def begin(engine: Engine, database: str) -> None:
    """The new database has asked whether its county was there before: where no Kafka runs, there is nobody to ask."""

    async def settle() -> None:
        conn = await asyncpg.connect(engine.postgres_admin_dsn, database=database)
        await conn.execute("UPDATE identity SET doubt = NULL")
        await conn.close()

    asyncio.run(settle())
