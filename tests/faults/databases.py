"""Direct access to the counties' databases, as the administrator."""

import asyncio
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from shared.outages import DATABASE_ERRORS
from tests.faults.pace import PACE

AWAY = DATABASE_ERRORS
"""Errors that a query raises while the server is down or out of resources."""
SECONDS = 30.0 * PACE


class Databases:
    """Opens a connection for each call, so that a server killed between two calls does no harm."""

    def __init__(self, admin_dsn: str) -> None:
        self._admin_dsn = admin_dsn

    def fetch(self, database: str, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows of a query; works while transactions are read-only by default."""

        async def work() -> list[asyncpg.Record]:
            conn = await self._connect(database)
            try:
                return list(await conn.fetch(sql, *values))
            finally:
                conn.terminate()

        return asyncio.run(work())

    def execute(self, database: str, *statements: str) -> None:
        """Execute the statements, each in its own transaction."""

        async def work() -> None:
            conn = await self._connect(database)
            try:
                for statement in statements:
                    await conn.execute(statement)
            finally:
                conn.terminate()

        asyncio.run(work())

    def dsn(self, database: str) -> str:
        """The administrator's address of a database."""
        return urlunsplit(urlsplit(self._admin_dsn)._replace(path=f"/{database}"))

    async def _connect(self, database: str) -> asyncpg.Connection:
        settings = {"default_transaction_read_only": "off", "application_name": "fault test"}
        return await asyncpg.connect(
            self.dsn(database), timeout=SECONDS, command_timeout=SECONDS, server_settings=settings
        )
