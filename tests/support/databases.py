"""Fresh databases of services, migrated as in operation."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import asyncpg

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.runtime import migrations
from shared.runtime.db import arguments
from shared.runtime.service import AnyService, Service
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


async def copied(engine: Engine, source: str, name: str, owner: str) -> bool:
    """Put a copy of the database ``source`` in the place of ``name``; False if there is no such source.

    Nobody is connected to the source. To copy its files costs half of what it costs to log them.
    """
    admin = await asyncpg.connect(engine.postgres_admin_dsn)
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", source):
            return False
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" OWNER "{owner}" STRATEGY file_copy')
        await admin.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        return True
    finally:
        await admin.close()


async def fresh(engine: Engine, settings: Settings, county: County, service: AnyService) -> Connect:
    """Empty and migrate the service's database, and return how to connect to it.

    Each engine migrates it once, and copies it from then on, which costs a fifth.
    """
    name, files = county.database(service.name), migrations.of_service(service)
    connect = connector(settings, county, service.name)
    kept = f"{name}_{hashlib.sha256(''.join(file.checksum for file in files).encode()).hexdigest()[:8]}"
    if await copied(engine, kept, name, name):
        return connect
    await empty(engine, [name])
    await migrations.migrate(connect, files)
    if isinstance(service, Service):
        conn = await connect()
        await conn.execute("UPDATE identity SET doubt = NULL")  # it has asked whether its county is new
        await conn.close()
    await copied(engine, name, kept, name)
    return connect


async def forget(conn: asyncpg.Connection, tables: str) -> None:
    """Delete all rows of these tables, one after the other, and begin every number of the database again.

    TRUNCATE makes new files for each table and index, which takes a hundred times as long.
    """
    await conn.execute(";".join(f"DELETE FROM {table}" for table in tables.split(", ")))
    await conn.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")


def begin(engine: Engine, database: str) -> None:
    """The new database has asked whether its county was there before: where no Kafka runs, there is nobody to ask."""

    async def settle() -> None:
        conn = await asyncpg.connect(engine.postgres_admin_dsn, database=database)
        await conn.execute("UPDATE identity SET doubt = NULL")
        await conn.close()

    asyncio.run(settle())
