"""The limit of commands: pgbench sends a command's statements, without Python or HTTP."""

import asyncio
import json
import os
import re
import tempfile
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from infra.engine.binaries import program_folder
from services.actors.service import service
from services.actors.store import ACTORS, AGGREGATES
from shared.messaging import outbox
from shared.runtime import upserts
from tests.bench.events import changes
from tests.bench.stage import Row, Stage

CLIENTS = 8
ROWS = 5_000

_ONE_OF_ROWS = "('00000000-0000-7000-8000-' || lpad(:number::text, 12, '0'))::uuid"
_FILL = """
    INSERT INTO aggregates
    SELECT $1, ('00000000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid, 'actor', 1, 1, $2, $2, $3::text::jsonb
    FROM generate_series($4 + 1, $4 + $5) AS number
"""


@dataclass(frozen=True, slots=True)
class Bare:
    """The database of a county whose process is stopped, so only pgbench uses it. ``row`` is its event."""

    stage: Stage
    county: str
    row: Row

    @classmethod
    async def of(cls, stage: Stage, county: str) -> "Bare":
        """Fill the county with ROWS actors."""
        conn = await stage.connect(county)
        await fill(conn, county, ROWS)
        await conn.close()
        [row] = await changes(county, 1)
        return cls(stage, county, row)

    async def post(self, seconds: float) -> float:
        """Actors registered per second."""
        return await self._run([_written("uuidv7()", "1")], seconds)

    async def put(self, seconds: float) -> float:
        """Actors changed a second."""
        find = ACTORS.select_sql.replace("$1", ":county").replace("$2", f"ARRAY[{_ONE_OF_ROWS}]") + " FOR UPDATE"
        forget = f"DELETE FROM contact_persons WHERE actor = {_ONE_OF_ROWS} AND contact <> ALL (ARRAY[]::uuid[])"
        written = _written(_ONE_OF_ROWS, "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return await self._run([find, forget, written], seconds)

    async def _run(self, statements: list[str], seconds: float) -> float:
        queries = ";\n".join(" ".join(one.split()) for one in ("BEGIN", *statements, "COMMIT"))
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(f"\\set number random(1, {ROWS})\n{queries};\n")
            file.flush()
            printed = await self._pgbench(f"--file={file.name}", f"--time={max(1, round(seconds))}")
        found = re.search(r"tps = ([\d.]+)", printed)
        if found is None:
            raise RuntimeError(f"pgbench failed:\n{printed}")
        return float(found[1])

    async def _pgbench(self, *arguments: str) -> str:
        server = urlsplit(self.stage.engine.postgres)
        name = self.stage.settings.county(self.county).database(service.name)
        _, topic, key, headers, payload = self.row
        state = payload.decode()
        values = {"county": self.county, "name": json.loads(state)["name"].casefold(), "state": state}
        values |= {"topic": topic, "key": key.decode(), "headers": headers}
        process = await asyncio.create_subprocess_exec(
            str(program_folder(None) / "pgbench"),
            *(f"--define={name}={value}" for name, value in values.items()),
            *(f"--client={CLIENTS}", "--jobs=2", "--no-vacuum", "--protocol=prepared", *arguments),
            *(f"--host={server.hostname}", f"--port={server.port}", f"--username={name}", name),
            env={**os.environ, "PGPASSWORD": self.stage.engine.database_password},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return printed.decode()


def _written(identity: str, version: str) -> str:
    """The statement that writes an aggregate with its event."""
    sql = outbox._WRITE.format(change=upserts.one(AGGREGATES.name, AGGREGATES.projection))
    event = ["uuidv7()", ":topic", ":key", ":headers", ":state"]
    row = [":county", identity, "'actor'", "1", version, "1", ":name", ":name", ":state"]
    for place, value in reversed([*enumerate([*event, *row], 1)]):
        sql = sql.replace(f"${place}", value)
    return sql


async def fill(conn: asyncpg.Connection, county: str, count: int) -> None:
    """Add ``count`` own actors to the county."""
    [(*_, payload)] = await changes(county, 1)
    state, known = payload.decode(), await conn.fetchval("SELECT count(*) FROM aggregates")
    await conn.execute(_FILL, county, json.loads(state)["name"].casefold(), state, known, count)
