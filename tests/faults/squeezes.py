"""A running PostgreSQL that cannot serve: read-only, out of connections, or out of space."""

import asyncio
import time
from random import Random

import asyncpg

from infra.engine.databases import run_apart
from tests.faults.commands import SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import POSTGRES, Kind
from tests.faults.waits import until

OUT_OF_SPACE = "out of space"
FELT_WITHIN = 15.0
FULL_WITHIN = 30.0
_TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'norrsam %'"
_TERMINATE_ONE = """
    SELECT pg_terminate_backend(pid) FROM (
        SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'norrsam %' ORDER BY random() LIMIT 1) AS one
"""
_TOO_LARGE = "CREATE TABLE fault_full AS SELECT repeat('x', 1000) FROM generate_series(1, 1000)"


def _read_only(field: Field, rng: Random, _: str) -> str | None:
    doubts = field.crowd.doubts
    field.databases.execute(
        "postgres", "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"
    )
    try:
        felt = until(lambda: field.crowd.doubts > doubts, FELT_WITHIN)
        time.sleep(rng.uniform(0, 5))
    finally:
        reset = "ALTER SYSTEM RESET default_transaction_read_only"
        field.databases.execute("postgres", reset, "SELECT pg_reload_conf()")
    return f"{field.crowd.doubts - doubts} commands were not taken" if felt else None


def _out_of_connections(field: Field, rng: Random, county: str) -> str | None:
    """Take all connections, and terminate those of the services."""
    doubts = field.crowd.doubts
    held = run_apart(_hold_all, field, county, rng.uniform(2, 6))
    return f"{held} connections were held; {field.crowd.doubts - doubts} answers did not come" if held else None


async def _hold_all(field: Field, county: str, seconds: float) -> int:
    """Hold every free connection for ``seconds``; returns how many were held, 0 if the limit was never reached."""
    role = field.database(county, SUBJECTS[0])
    password = field.engine.database_password
    held: list[asyncpg.Connection] = []
    admin = await asyncpg.connect(field.databases.dsn("postgres"), timeout=10)
    try:
        full, ends = False, time.monotonic() + FULL_WITHIN
        while time.monotonic() < ends:
            try:
                held.append(
                    await asyncpg.connect(
                        field.engine.postgres, user=role, database=role, password=password, timeout=10
                    )
                )
            except asyncpg.TooManyConnectionsError:
                if not full:
                    full, ends = True, time.monotonic() + seconds
                    await admin.execute(_TERMINATE)  # what they leave is taken too
                await asyncio.sleep(0.02)
        return len(held) if full else 0
    finally:
        for conn in (admin, *held):
            conn.terminate()


def _sessions_ended(field: Field, rng: Random, _: str) -> str | None:
    """End single sessions of the services, of any county and any use, one after the other."""
    ended, ends = 0, time.monotonic() + rng.uniform(3, 10)
    while time.monotonic() < ends:
        ended += len(field.databases.fetch("postgres", _TERMINATE_ONE))
        time.sleep(rng.uniform(0, 0.3))
    return f"{ended} sessions were ended, one by one" if ended else None


def _out_of_space(field: Field, rng: Random, _: str) -> str | None:
    """Fill the file system of one county's databases."""
    assert field.volume is not None
    doubts, database, full = field.crowd.doubts, field.database(field.cramped, SUBJECTS[0]), False
    if not field.volume.fill():
        return None
    try:
        until(lambda: field.crowd.doubts > doubts, FELT_WITHIN)
        try:
            field.databases.execute(database, _TOO_LARGE, "DROP TABLE fault_full")
        except asyncpg.DiskFullError:
            full = True
        time.sleep(rng.uniform(0, 5))
    finally:
        field.volume.free()
    return f"{database} had no space left; {field.crowd.doubts - doubts} commands were not taken" if full else None


KINDS = (
    Kind("read-only", _read_only, frozenset({POSTGRES})),
    Kind("sessions ended", _sessions_ended, frozenset({POSTGRES})),
    Kind("out of connections", _out_of_connections, frozenset({POSTGRES})),
    Kind(OUT_OF_SPACE, _out_of_space, frozenset({POSTGRES})),
)
