"""All that a service's database holds, as text."""

import asyncio
from urllib.parse import urlsplit

import asyncpg

from infra.engine import Engine

_TABLES = "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname"


def everything_kept(engine: Engine, database: str) -> dict[str, str]:
    """Every row of every table of the database, as text; bytes as the text that they are."""
    return asyncio.run(_everything(engine, database))


async def _everything(engine: Engine, name: str) -> dict[str, str]:
    parts = urlsplit(engine.postgres)
    conn = await asyncpg.connect(
        host=parts.hostname, port=parts.port, user=name, database=name, password=engine.database_password
    )
    try:
        tables = [row["relname"] for row in await conn.fetch(_TABLES)]
        return {
            table: "\n".join(sorted(_text(row) for row in await conn.fetch(f"SELECT * FROM {table}")))
            for table in tables
        }
    finally:
        await conn.close()


def _text(row: asyncpg.Record) -> str:
    values = (value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row.values())
    return " | ".join(values)
