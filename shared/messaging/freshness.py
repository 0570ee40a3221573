"""How new another county's data are here: said beside every list that shows them."""

from collections.abc import Mapping
from datetime import datetime

import asyncpg
from pydantic import BaseModel, ConfigDict


class Freshness(BaseModel):
    """How new another county's data are in this one."""

    model_config = ConfigDict(frozen=True)

    county: str
    complete_until: datetime | None
    applied_number: int
    last_event_at: datetime | None
    open_gaps: int
    dead_letters: int


_FRESHNESS = """
    SELECT c.topic, number, last_event_at,
           (SELECT coalesce(sum(last_number - first_number + 1), 0) FROM gaps g WHERE g.topic = c.topic) AS missing,
           (SELECT count(*) FROM dead_letters d WHERE d.topic = c.topic AND settled_at IS NULL) AS dead
    FROM checkpoints c WHERE topic = ANY($1)
"""


async def freshness(conn: asyncpg.Connection, topics: Mapping[str, str]) -> list[Freshness]:
    """For each county of ``topics`` (county → topic) what is known of it here; all of it zero before first contact."""
    rows = {row["topic"]: row for row in await conn.fetch(_FRESHNESS, list(topics.values()))}
    return [_fresh(county, rows.get(topic)) for county, topic in sorted(topics.items())]


def _fresh(county: str, row: asyncpg.Record | None) -> Freshness:
    return Freshness(
        county=county,
        complete_until=None,  # nothing is claimed until the owner's heads are heard
        applied_number=row["number"] if row else 0,
        last_event_at=row["last_event_at"] if row else None,
        open_gaps=int(row["missing"]) if row else 0,
        dead_letters=row["dead"] if row else 0,
    )
