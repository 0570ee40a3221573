"""Puts a dump in the place of a service's database.

Invariant: the database's name belongs to the old or to the complete restored one; the old one is never dropped.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from infra.backups import BackupError, Login, fill
from infra.engine.databases import create_databases, make_database

_SESSIONS = """
    SELECT count(*) AS number, coalesce(string_agg(DISTINCT nullif(application_name, ''), ', '), 'no name') AS names
    FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'
"""


def restore(admin_dsn: str, login: Login, file: Path) -> str | None:
    """Replace the database by the dump; the name under which the old one is kept, None if there was none.

    BackupError, and nothing has changed, if the dump is damaged or somebody is connected to the database.
    """
    staging = replace(login, database=f"{login.database}_restoring")
    asyncio.run(_prepare(admin_dsn, login, staging.database))
    try:
        fill(staging, file)
        return asyncio.run(_exchange(admin_dsn, login.database, staging.database))
    except BaseException:
        with suppress(OSError, asyncpg.PostgresError):
            asyncio.run(_drop(admin_dsn, staging.database))
        raise


async def _prepare(admin_dsn: str, login: Login, staging: str) -> None:
    """Make the empty database ``staging``."""
    connection = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        await _require_no_sessions(connection, login.database)
        await connection.execute(f'DROP DATABASE IF EXISTS "{staging}"')  # what an interrupted restore has left
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", login.role):
            await create_databases(admin_dsn, {login.role: login.password})
        await make_database(connection, staging, login.role)
    except asyncpg.ObjectInUseError:
        raise BackupError(f"Another restore works on {staging}; wait until it has ended.") from None
    finally:
        await connection.close()


async def _exchange(admin_dsn: str, name: str, staging: str) -> str | None:
    """Rename the old database away and ``staging`` to its name, in one transaction; the old one's new name."""
    kept = f"{name}_replaced_{datetime.now(UTC):%Y%m%dt%H%M%Sz}"
    connection = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        there = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        async with connection.transaction():
            if there:
                await connection.execute(f'ALTER DATABASE "{name}" RENAME TO "{kept}"')
            await connection.execute(f'ALTER DATABASE "{staging}" RENAME TO "{name}"')
    except asyncpg.ObjectInUseError as error:
        raise BackupError(f"{error}: somebody has connected meanwhile. Stop the county's services first.") from None
    finally:
        await connection.close()
    return kept if there else None


async def _require_no_sessions(connection: asyncpg.Connection, name: str) -> None:
    """Raise BackupError, with their names, if sessions are connected to the database."""
    row = await connection.fetchrow(_SESSIONS, name)
    assert row is not None
    if row["number"]:
        raise BackupError(
            f"{name} is in use by {row['number']} sessions ({row['names']}). Stop the county's services first (`kill` "
            "the process that `norrsam status` shows, or `./county NAME stop SERVICE`); nothing was changed."
        )


async def _drop(admin_dsn: str, name: str) -> None:
    connection = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()
