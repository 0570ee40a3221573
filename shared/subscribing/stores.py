"""The subscriber's own database, in whose transactions the position moves: SQLite or PostgreSQL.

Both understand the same statements, with parameters $1, $2, …
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Protocol

import asyncpg
from faststream import Context

from shared import outages

SqliteConnection = Annotated[sqlite3.Connection, Context("transaction")]
"""The open transaction, as a parameter of a handler."""
PostgresConnection = Annotated[asyncpg.Connection, Context("transaction")]
"""The open transaction, as a parameter of a handler."""


class Store(Protocol):
    """A database with one connection."""

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Gives the connection, with a transaction that an error undoes. Another one waits meanwhile."""

    async def fetch(self, conn: Any, statement: str, *values: object) -> Sequence[Any]:
        """The rows of one statement."""


class SqliteStore:
    """A file of SQLite, made if it is not there. Other programs may read it meanwhile.

    ``connection`` is for reading outside of a handler.
    """

    def __init__(self, path: Path | str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self._alone = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[sqlite3.Connection]:
        """See Store."""
        async with self._alone:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    async def fetch(self, conn: sqlite3.Connection, statement: str, *values: object) -> Sequence[sqlite3.Row]:
        """See Store."""
        return conn.execute(statement, {str(at): value for at, value in enumerate(values, 1)}).fetchall()


class PostgresStore:
    """A database of PostgreSQL, by its address and `asyncpg.connect`'s settings. A lost connection is made anew."""

    def __init__(self, address: str, **settings: Any) -> None:
        self._connect = partial(asyncpg.connect, address, **settings)
        self._conn: asyncpg.Connection | None = None
        self._alone = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """See Store."""
        async with self._alone:
            if self._conn is None or self._conn.is_closed():
                self._conn = await self._connect()
            async with self._conn.transaction():
                yield self._conn

    async def close(self) -> None:
        """Hang up."""
        if self._conn is not None:
            await self._conn.close()

    async def fetch(self, conn: asyncpg.Connection, statement: str, *values: object) -> Sequence[asyncpg.Record]:
        """See Store."""
        return await conn.fetch(statement, *values)


def is_outage(error: BaseException) -> bool:
    """Whether ``error`` passes by waiting. SQLite is locked or full, or a table is not made yet: OperationalError."""
    return isinstance(error, sqlite3.OperationalError) or outages.is_outage(error)
