"""Everything that a service's database holds."""

import asyncio
from urllib.parse import urlsplit

import asyncpg

from infra.engine import Engine

_TABLES = "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname"


Row = tuple[object, ...]


def everything_kept(engine: Engine, database: str) -> dict[str, str]:
    """Every row of every table of the database, as text; bytes as the text that they are."""
    return {table: "\n".join(sorted(map(_text, rows))) for table, rows in rows_kept(engine, database).items()}


def rows_kept(engine: Engine, database: str) -> dict[str, list[Row]]:
    """The values of every row of every table of the database."""
    return asyncio.run(_rows(engine, database))


async def _rows(engine: Engine, name: str) -> dict[str, list[Row]]:
    parts = urlsplit(engine.postgres)
    conn = await asyncpg.connect(
        host=parts.hostname, port=parts.port, user=name, database=name, password=engine.database_password
    )
    try:
        tables = [row["relname"] for row in await conn.fetch(_TABLES)]
        return {table: [tuple(row.values()) for row in await conn.fetch(f"SELECT * FROM {table}")] for table in tables}
    finally:
        await conn.close()


def _text(row: Row) -> str:
    return " | ".join(value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row)
