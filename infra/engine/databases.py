"""Makes databases and login roles: one of each for every service of every county."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import asyncpg

from infra.engine.errors import EngineError

_T = TypeVar("_T")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


async def create_databases(admin_dsn: str, passwords: Mapping[str, str]) -> list[str]:
    """Make for each name a login role with its password, and a database of its own; the names of new databases."""
    if wrong := [name for name in passwords if not _NAME.fullmatch(name)]:
        raise EngineError(
            f"{wrong[0]!r} cannot be a database: lower-case letters, digits and _ are allowed, 63 at most"
        )
    connection = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        return [name for name, password in passwords.items() if await _create(connection, name, password)]
    except asyncpg.InsufficientPrivilegeError as error:
        raise EngineError(
            f"The user of NORRSAM_POSTGRES may not make roles and databases: {error}. It needs CREATEROLE and CREATEDB."
        ) from None
    finally:
        await connection.close()


async def set_role_password(admin_dsn: str, role: str, password: str) -> None:
    """Give a login role another password. PostgresError if it is not there, or may not be changed."""
    connection = await asyncpg.connect(admin_dsn, timeout=10)
    try:
        found = await connection.fetchrow("SELECT quote_ident($1) AS role, quote_literal($2) AS secret", role, password)
        assert found
        await connection.execute(f"ALTER ROLE {found['role']} PASSWORD {found['secret']}")
    finally:
        await connection.close()


async def _create(connection: "asyncpg.Connection[asyncpg.Record]", name: str, password: str) -> bool:
    """Make the role and its database; True if the database is new. ``name`` has been checked."""
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
    secret = await connection.fetchval("SELECT quote_literal($1)", password)
    await connection.execute(f'{"ALTER" if known else "CREATE"} ROLE "{name}" LOGIN PASSWORD {secret}')
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        return False
    await make_database(connection, name, name)
    return True


async def make_database(connection: "asyncpg.Connection[asyncpg.Record]", name: str, owner: str) -> None:
    """Make an empty database that only its owner may enter."""
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await connection.execute(f'GRANT "{owner}" TO CURRENT_USER')  # else it may not give a database to the role
    await connection.execute(f'CREATE DATABASE "{name}" OWNER "{owner}" ENCODING \'UTF8\' TEMPLATE template0')
    await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')


def answers(dsn: str, timeout: float = 5) -> bool:
    """Whether a connection can be made now; a refused password raises."""
    try:
        run_apart(_connect_once, dsn, timeout)
    except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
        return False
    return True


async def _connect_once(dsn: str, seconds: float) -> None:
    connection = await asyncpg.connect(dsn, timeout=seconds)
    await connection.close()


def run_apart(work: Callable[..., Coroutine[Any, Any, _T]], *arguments: Any) -> _T:
    """Run ``work`` on an event loop of its own, even where one runs already; its result.

    The coroutine is made in the thread that runs it: a signal comes to the main thread, and would leave it unawaited.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work(*arguments))).result()
