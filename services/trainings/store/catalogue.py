"""Trainings and occasions of all counties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from shared.contracts.asking import Reference
from shared.contracts.trainings import Occasion, Training
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key

DECIDE = "decide"
"""The due kind of an own occasion: to decide what the time has brought."""
CALENDAR_LIMIT = 1_000


def sort_key_at(moment: datetime) -> str:
    """The key of an occasion that begins then."""
    return moment.astimezone(UTC).isoformat()


def _sort_key(state: Training | Occasion) -> str:
    """Trainings by their titles, occasions by their time."""
    return sort_key(state.title) if isinstance(state, Training) else sort_key_at(state.starts_at)


def _search_text(state: Training | Occasion) -> Sequence[str]:
    if isinstance(state, Training):
        return [state.title, state.goal]
    return [state.place] if state.place else []


CATALOGUE = StreamTable(
    "trainings", "trainings", 1, {"training": Training, "occasion": Occasion}, _sort_key, _search_text
)
TRAININGS = AggregateTable(CATALOGUE, Training)
OCCASIONS = AggregateTable(CATALOGUE, Occasion)

_TAUGHT = f"""
    SELECT occasion.state, training.state ->> 'title' AS title, training.version AS revision,
        greatest(occasion.changed_at, training.changed_at) AS changed_at
    FROM trainings AS occasion LEFT JOIN trainings AS training
        ON training.kind = 'training'
            AND (training.county, training.id) = (occasion.county, (occasion.state ->> 'training')::uuid)
            AND {CATALOGUE.visible_sql.replace("withdrawn", "training.withdrawn")}
    WHERE occasion.kind = 'occasion' AND {CATALOGUE.visible_sql.replace("withdrawn", "occasion.withdrawn")} AND
"""
_FOR_COUNTY = f"""
    {_TAUGHT} (occasion.county = $1 OR occasion.state -> 'open_for' ? $1)
    ORDER BY occasion.sort_key DESC LIMIT {CALENDAR_LIMIT}
"""
_ONE = f"{_TAUGHT} (occasion.county, occasion.id) = ($1, $2)"
_OTHERS = f"""
    SELECT state FROM trainings
    WHERE kind = 'occasion' AND {CATALOGUE.visible_sql} AND county = $1 AND state ->> 'training' = $2::uuid::text
        AND sort_key > $3 AND state -> 'open_for' ? $4 AND state ->> 'status' IN ('PLANNED', 'OPEN')
    ORDER BY sort_key, id LIMIT 3
"""
_UNPLANNED = f"""
    SELECT id FROM trainings
    WHERE county = $1 AND kind = 'occasion' AND NOT withdrawn
        AND (state ->> 'status' IN ('PLANNED', 'OPEN', 'CLOSED') OR EXISTS (
            SELECT FROM enrolments AS answer
            WHERE answer.county = $1 AND answer.kind = 'answer' AND answer.state ->> 'occasion' = trainings.id::text
                AND answer.state @> '{{"settled": false}}'))
        AND NOT EXISTS (SELECT FROM due WHERE due.kind = '{DECIDE}' AND due.id = trainings.id)
"""


@dataclass(frozen=True, slots=True)
class Taught:
    """An occasion with what calendars show of its training: none if that is not known here.

    ``revision`` is the training's version. ``changed_at`` is when either was last changed, as this county has learnt.
    """

    occasion: Occasion
    title: str | None
    revision: int
    changed_at: datetime


async def occasions_for(conn: Connection, county: str) -> list[Taught]:
    """The occasions that the county holds, or may ask for seats of; the latest ones if there are very many."""
    return [_taught(row) for row in reversed(await conn.fetch(_FOR_COUNTY, county))]


async def taught(conn: Connection, occasion: Reference) -> Taught | None:
    """The occasion, of whatever county."""
    row = await conn.fetchrow(_ONE, occasion.county, occasion.id)
    return None if row is None else _taught(row)


async def others(conn: Connection, occasion: Occasion, county: str, now: datetime) -> list[Occasion]:
    """The next occasions of the same training that the county may ask for seats of, or soon may."""
    rows = await conn.fetch(_OTHERS, occasion.county, occasion.training, sort_key_at(now), county)
    return [Occasion.read(row["state"].encode()) for row in rows]


def _taught(row: asyncpg.Record) -> Taught:
    occasion = Occasion.read(row["state"].encode())
    return Taught(occasion, row["title"], row["revision"] or 1, row["changed_at"].astimezone(UTC))


async def unplanned_occasions(conn: Connection, county: str) -> list[UUID]:
    """Own occasions that are not over, and for which no decision is planned."""
    return [row["id"] for row in await conn.fetch(_UNPLANNED, county)]
