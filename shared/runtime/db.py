"""A service's database: pooled connections for commands and queries, own ones for relay and inbox.

Invariant: only `begin` hands out a Transaction, so an event is written in the transaction that changes its
aggregate, or not at all.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import asyncpg

from shared.contracts.counties import County
from shared.links import identity
from shared.links.identity import RestoredDatabase
from shared.messaging.outbox import Transaction, Writer
from shared.runtime.settings import Settings, SettingsError

Connection = asyncpg.Connection
"""The one name of a database connection in services."""
Opened = TypeVar("Opened", bound=Transaction)

POOL_SIZE = 10
STATEMENT_TIMEOUT = "10s"
ACQUIRE_SECONDS = 5.0
IDLE_SECONDS = 60.0
CONNECT_SECONDS = 5.0
CLOSE_SECONDS = 1.0


def arguments(settings: Settings, county: County, service: str) -> dict[str, Any]:
    """The arguments with which asyncpg logs in to a service's database; login role and database have the same name.

    The password is asked for at each connection: one that was replaced counts without a restart. SettingsError if its
    file cannot be read now; later that is an outage.
    """
    name = county.database(service)
    settings.password(name)

    def password() -> str | None:
        try:
            return settings.password(name) or None
        except SettingsError as error:
            raise OSError(str(error)) from None

    return {
        "dsn": settings.postgres,
        "user": name,
        "database": name,
        "password": password,
        "timeout": CONNECT_SECONDS,
    }


class Database:
    """The pool of one service. It opens no connection before one is needed: a process starts while Postgres is away."""

    def __init__(self, name: str, arguments: dict[str, Any], writer: Writer, wake: asyncio.Event) -> None:
        self._name = name
        self._arguments = arguments
        self.writer = writer
        self._wake = wake
        self._pool: asyncpg.Pool | None = None
        self.doubt: str | None = None
        """Why this may not be the database that published; None while all is well."""

    async def open(self) -> None:
        """Makes the pool. Whether Postgres answers shows when a connection is used."""
        self._pool = await asyncpg.create_pool(
            **self._arguments,
            min_size=0,
            max_size=POOL_SIZE,
            max_inactive_connection_lifetime=IDLE_SECONDS,
            init=self.look,
            reset=_keep,
            server_settings=self._server_settings({"statement_timeout": STATEMENT_TIMEOUT}),
        )

    async def close(self) -> None:
        """Closes every connection of the pool, after CLOSE_SECONDS also those in use."""
        if self._pool is None:
            return
        try:
            await asyncio.wait_for(self._pool.close(), CLOSE_SECONDS)
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for queries. Raises OSError, TimeoutError or a PostgresError if Postgres cannot serve."""
        if self._pool is None:
            raise RuntimeError(f"database {self._name} is not open")
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
            yield cast(asyncpg.Connection, conn)

    @asynccontextmanager
    async def begin(
        self, kind: type[Opened], correlation_id: str | None, traceparent: str | None = None
    ) -> AsyncIterator[Opened]:
        """A transaction of that class, committed at the end, or rolled back if anything is raised within.

        A commit that emitted events wakes the relay. Raises RestoredDatabase if this database may not publish.
        """
        async with self.read() as conn:
            if self.doubt:
                await self.look(conn)
                if self.doubt:
                    raise RestoredDatabase(self.doubt)
            tx = kind(conn, self.writer, correlation_id, traceparent=traceparent)
            async with conn.transaction():
                yield tx
        if tx.emitted:
            self._wake.set()

    async def connect(self, **server_settings: str) -> asyncpg.Connection:
        """A new connection outside the pool, without a statement timeout unless ``server_settings`` set one.

        Raises RestoredDatabase if this database may not be the one that published.
        """
        conn: asyncpg.Connection = await asyncpg.connect(
            **self._arguments, server_settings=self._server_settings(server_settings)
        )
        try:
            await identity.check(conn)
        except BaseException:
            conn.terminate()
            raise
        return conn

    async def look(self, conn: asyncpg.Connection) -> None:
        """Sets ``doubt`` to the state of this database. Queries get their connection all the same."""
        try:
            await identity.check(conn)
            self.doubt = None
        except RestoredDatabase as error:
            self.doubt = str(error)

    def _server_settings(self, more: dict[str, str]) -> dict[str, str]:
        return {"application_name": f"norrsam {self._name}", "timezone": "UTC", "jit": "off", **more}


async def takes_writes(conn: asyncpg.Connection) -> bool:
    """Whether commands can be carried out: this is neither a standby nor set to read only."""
    return bool(await conn.fetchval("SELECT current_setting('transaction_read_only') = 'off'"))


async def _keep(_: asyncpg.Connection) -> None:
    """Resets nothing: nobody changes a session, and the pool's default costs a round trip each time.

    asyncpg itself rolls back an open transaction before it calls this.
    """
