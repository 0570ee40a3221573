"""All that a service's database holds, as text; and an operator's commands on an engine."""

import asyncio
import os
import subprocess
from urllib.parse import urlsplit

import asyncpg

from infra.engine import Engine
from infra.engine.settings import PROJECT

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


def norrsam(engine: Engine, *words: str) -> str:
    """What the command prints, run by the operator of this engine."""
    own = {
        "NORRSAM_DATA": str(engine.config.data),
        "NORRSAM_KAFKA": engine.kafka,
        "NORRSAM_POSTGRES": engine.postgres,
    }
    done = subprocess.run(
        [*engine.config.program, *words],
        cwd=PROJECT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
