"""The publications of each quarter: the numbers as they were, and which of them are shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reports.domain.catalogue import Period
from services.reports.domain.statistics import PublicName
from services.reports.store.tables import SIGNALS
from shared.runtime.db import Connection

_GROUPS = f"""
    SELECT state ->> 'kind' AS kind, state ->> 'origin' AS origin, state ->> 'hazard_class' AS hazard,
        state ->> 'category' AS category, count(*) AS count
    FROM signals
    WHERE kind = 'signal' AND {SIGNALS.visible_sql} AND county = $1 AND sort_key >= $2 AND sort_key < $3
        AND state ->> 'status' IN ('RELEASED', 'EXPIRED') AND state @> '{{"exercise": false}}'
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_FIRST = f"""
    SELECT min(sort_key) FROM signals WHERE kind = 'signal' AND {SIGNALS.visible_sql} AND county = $1
"""
_FIND = "SELECT counts, shown, published_at FROM publications WHERE (year, quarter) = ($1, $2) FOR UPDATE"
_KEEP = """
    INSERT INTO publications (year, quarter, counts, shown, published_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (year, quarter) DO UPDATE SET counts = EXCLUDED.counts, shown = EXCLUDED.shown,
        published_at = EXCLUDED.published_at
"""
_ALL = "SELECT year, quarter, shown, published_at FROM publications ORDER BY year DESC, quarter DESC"


@dataclass(frozen=True, slots=True)
class Publication:
    """The numbers of a quarter as they are known here, and as everybody sees them: None where one is hidden."""

    counts: Mapping[PublicName, int]
    shown: Mapping[PublicName, int | None]


async def groups(conn: Connection, county: str, period: Period) -> list[dict[str, Any]]:
    """The county's signals of the quarter, counted by all that is public of one."""
    days = period.first.isoformat(), period.end.isoformat()
    return [dict(row) for row in await conn.fetch(_GROUPS, county, *days)]


async def first_day(conn: Connection, county: str) -> str | None:
    """The first day, as in 2026-03-05, of which the county has a signal; None if it has none."""
    found = await conn.fetchval(_FIRST, county)
    return None if found is None else str(found)


async def find(conn: Connection, period: Period) -> Publication | None:
    """The publication of the quarter, locked; None if there is none."""
    row = await conn.fetchrow(_FIND, period.year, period.quarter)
    return None if row is None else Publication(_read(row["counts"]), _read(row["shown"]))


async def keep(conn: Connection, period: Period, publication: Publication, now: datetime) -> None:
    """This is published of the quarter from now on."""
    columns = (
        json.dumps(sorted([*name, n] for name, n in each.items())) for each in (publication.counts, publication.shown)
    )
    await conn.execute(_KEEP, period.year, period.quarter, *columns, now)


async def all_shown(conn: Connection) -> list[dict[str, Any]]:
    """All that everybody sees, newest quarter first."""
    rows = await conn.fetch(_ALL)
    return [{**row, "shown": json.loads(row["shown"])} for row in rows]


def _read(stored: str) -> dict[PublicName, Any]:
    return {(dimension, value): n for dimension, value, n in json.loads(stored)}
