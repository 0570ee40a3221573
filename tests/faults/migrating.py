"""A county that is killed while its databases are migrated."""

import time
from random import Random

import httpx

from tests.faults.commands import SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import POSTGRES, Kind
from tests.faults.waits import require, until

_SLOW = "ALTER TABLE fault_effects ADD COLUMN {0} int; SELECT pg_sleep(2);"
_UNDER_WAY = """
    SELECT FROM pg_stat_activity
    WHERE datname = $1 AND query LIKE '%pg_sleep(2)%' AND state = 'active' AND pid <> pg_backend_pid()
"""
_COLUMN = "SELECT FROM information_schema.columns WHERE table_name = 'fault_effects' AND column_name = $1"
_APPLIED = "SELECT FROM migrations WHERE name = $1"


def _killed_while_migrating(field: Field, rng: Random, county: str) -> str | None:
    """Kill migration and county. Started before the migration is complete, the county must not be ready."""
    subject = rng.choice(SUBJECTS)
    database, process = field.database(county, subject), field.county(county)
    column = f"more_{time.time_ns()}"
    name = field.add_migration(county, subject, _SLOW.format(column))

    def under_way() -> bool:
        return bool(field.databases.fetch(database, _UNDER_WAY, database))

    migration = field.migration(county)
    hit = until(under_way, 20)
    time.sleep(rng.uniform(0, 0.5))
    migration.stop()
    process.kill()
    require(lambda: not under_way(), 20, f"the killed migration of {county} has ended")
    applied = bool(field.databases.fetch(database, _APPLIED, f"faults/{name}"))
    if applied != bool(field.databases.fetch(database, _COLUMN, column)):
        raise RuntimeError(f"{county}: half of the migration {name} was kept")
    process.launch()
    require(lambda: _lives(process.url), 60, f"{county} answers")
    if process.is_ready() and not applied:
        raise RuntimeError(f"{county} says that it is ready, though {name} was not applied")
    field.migrate(county)
    process.wait_until_ready()
    return f"the process died within {name}" if hit and not applied else None


def _lives(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=2).is_success
    except httpx.TransportError:
        return False


KINDS = (Kind("killed while migrating", _killed_while_migrating, frozenset({POSTGRES})),)
