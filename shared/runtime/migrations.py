"""Brings a database to the form that the code expects: numbered SQL files, forward only, each applied once.

Invariant: a file that has been applied anywhere is never changed; what it did is changed by a later file.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.messaging.leading import Connect
from shared.runtime.service import AnyService, Service

SETS = {
    "messaging": Path(__file__).parents[1] / "messaging" / "migrations",
    "runtime": Path(__file__).parent / "migrations",
}
LOCK = 0x6E6F727273616D  # "norrsam"
LOCK_POLL_SECONDS = 0.1
_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_MARKER = "-- no transaction"
_TABLE = """
    CREATE TABLE IF NOT EXISTS migrations (
        name       text        PRIMARY KEY,   -- <set>/<file>
        checksum   text        NOT NULL,      -- SHA-256 of the file
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
"""
_RECORD = "INSERT INTO migrations (name, checksum) VALUES ($1, $2)"


class MigrationError(Exception):
    """A database could not be brought to its form; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. ``name`` is kept in the database, so neither set nor file is ever renamed."""

    name: str
    sql: str

    @property
    def folder(self) -> str:
        """The set that it belongs to."""
        return self.name.split("/")[0]

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def alone(self) -> bool:
        """Whether it cannot run in a transaction, as CREATE INDEX CONCURRENTLY."""
        return self.sql.lstrip().startswith(_MARKER)


def of_service(service: AnyService) -> list[Migration]:
    """All migrations of a service's database, in order; MigrationError if files are misnamed."""
    sets = SETS if isinstance(service, Service) else {}
    return collect({**sets, service.name: service.migrations})


def collect(sets: Mapping[str, Path]) -> list[Migration]:
    """The migrations of several folders, folder by folder, each by number; MigrationError if files are misnamed."""
    migrations = []
    for name, folder in sets.items():
        numbers: dict[str, str] = {}
        for file in sorted(folder.glob("*.sql")):
            match = _FILE.fullmatch(file.name)
            if not match:
                raise MigrationError(f"{file} is not named like 0001_what_it_does.sql")
            if match[1] in numbers:
                raise MigrationError(f"{file} has the number of {numbers[match[1]]}; give it the next free one")
            numbers[match[1]] = file.name
            migrations.append(Migration(f"{name}/{file.name}", file.read_text("utf-8")))
    return migrations


async def migrate(connect: Connect, migrations: Sequence[Migration]) -> list[str]:
    """Applies every migration that the database lacks, and returns their names.

    Several processes may run it at once: one works, the others wait and find it done. Raises MigrationError, which
    names the file that failed, or was changed after it had been applied; the files before it stay applied.
    """
    conn = await connect()
    try:
        async with _locked(conn):
            await conn.execute("SET client_min_messages = warning")
            await conn.execute(_TABLE)
            rows = await conn.fetch("SELECT name, checksum FROM migrations")
            applied = {row["name"]: row["checksum"] for row in rows}
            todo = _todo(migrations, applied)
            for migration in todo:
                await _apply(conn, migration)
            return [migration.name for migration in todo]
    finally:
        await conn.close(timeout=5)


async def pending(conn: asyncpg.Connection, migrations: Sequence[Migration]) -> list[str]:
    """The names of the migrations that this database lacks."""
    if not await conn.fetchval("SELECT to_regclass('migrations') IS NOT NULL"):
        return [migration.name for migration in migrations]
    applied = {row["name"] for row in await conn.fetch("SELECT name FROM migrations")}
    return [migration.name for migration in migrations if migration.name not in applied]


def _todo(migrations: Sequence[Migration], applied: Mapping[str, str]) -> list[Migration]:
    todo: list[Migration] = []
    for migration in migrations:
        known = applied.get(migration.name)
        if known is None:
            todo.append(migration)
        elif known != migration.checksum:
            raise MigrationError(
                f"{migration.name} was changed after it had been applied."
                " Restore it, and put the change into a new file."
            )
        elif todo and todo[-1].folder == migration.folder:
            raise MigrationError(
                f"{todo[-1].name} comes before {migration.name}, which is applied already."
                " Give it the next free number."
            )
    return todo


@asynccontextmanager
async def _locked(conn: asyncpg.Connection) -> AsyncIterator[None]:
    # Asked for again and again, not waited for: a waiting statement holds a snapshot, and CREATE INDEX
    # CONCURRENTLY in the process that has the lock would wait for that snapshot in turn.
    while not await conn.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110 - another process holds it
        await asyncio.sleep(LOCK_POLL_SECONDS)
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def _apply(conn: asyncpg.Connection, migration: Migration) -> None:
    try:
        async with nullcontext() if migration.alone else conn.transaction():
            await conn.execute(migration.sql)
            await conn.execute(_RECORD, migration.name, migration.checksum)
    except asyncpg.PostgresError as error:
        raise MigrationError(_explain(migration, error)) from error


def _explain(migration: Migration, error: asyncpg.PostgresError) -> str:
    position = getattr(error, "position", None)
    line = f", line {migration.sql.count(chr(10), 0, int(position)) + 1}" if position else ""
    left = (
        "It does not run in a transaction: look for what it left behind (an invalid index), and remove it."
        if migration.alone
        else "Nothing of this file was applied."
    )
    return f"{migration.name}{line}: {error}. {left}"
