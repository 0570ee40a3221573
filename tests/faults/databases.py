"""Direct access to the counties' databases, as the administrator."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from shared.outages import DATABASE_ERRORS
from tests.faults.pace import PACE

T = TypeVar("T")
AWAY = DATABASE_ERRORS
"""Errors that a query raises while the server is down or out of resources."""
SECONDS = 30.0 * PACE


class Databases:
    """Opens a connection for each call, so that a server killed between two calls does no harm."""

    def __init__(self, admin_dsn: str) -> None:
        self._admin_dsn = admin_dsn

    def fetch(self, database: str, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows of a query; works while transactions are read-only by default."""

        async def work(conn: asyncpg.Connection) -> list[asyncpg.Record]:
            return list(await conn.fetch(sql, *values))

        return self.do(database, work)

    def execute(self, database: str, *statements: str) -> None:
        """Execute the statements, each in its own transaction."""

        async def work(conn: asyncpg.Connection) -> None:
            for statement in statements:
                await conn.execute(statement)

        self.do(database, work)

    def do(self, database: str, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Do ``work`` on a connection of its own, and give its result."""

        async def connected() -> T:
            conn = await self._connect(database)
            try:
                return await work(conn)
            finally:
                conn.terminate()

        return asyncio.run(connected())

    def dsn(self, database: str) -> str:
        """The administrator's address of a database."""
        return urlunsplit(urlsplit(self._admin_dsn)._replace(path=f"/{database}"))

    async def _connect(self, database: str) -> asyncpg.Connection:
        settings = {"default_transaction_read_only": "off", "application_name": "fault test"}
        return await asyncpg.connect(
            self.dsn(database), timeout=SECONDS, command_timeout=SECONDS, server_settings=settings
        )
