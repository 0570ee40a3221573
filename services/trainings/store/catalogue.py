"""Trainings and occasions of all counties."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from uuid import UUID

from shared.contracts.trainings import Occasion, Training
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key

DECIDE = "decide"
"""The due kind of an own occasion: to decide what the time has brought."""
CALENDAR_LIMIT = 1_000


def _sort_key(state: Training | Occasion) -> str:
    """Trainings by their titles, occasions by their time."""
    return sort_key(state.title) if isinstance(state, Training) else state.starts_at.astimezone(UTC).isoformat()


def _search_text(state: Training | Occasion) -> Sequence[str]:
    if isinstance(state, Training):
        return [state.title, state.goal]
    return [state.place] if state.place else []


CATALOGUE = StreamTable(
    "trainings", "trainings", 1, {"training": Training, "occasion": Occasion}, _sort_key, _search_text
)
TRAININGS = AggregateTable(CATALOGUE, Training)
OCCASIONS = AggregateTable(CATALOGUE, Occasion)

_FOR_COUNTY = f"""
    SELECT county, id, state FROM trainings
    WHERE kind = 'occasion' AND {CATALOGUE.visible_sql} AND (county = $1 OR state -> 'open_for' ? $1)
    ORDER BY sort_key DESC LIMIT {CALENDAR_LIMIT}
"""
_TITLES = f"""
    SELECT county, id, state ->> 'title' AS title FROM trainings
    WHERE kind = 'training' AND {CATALOGUE.visible_sql}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
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


async def occasions_for(conn: Connection, county: str) -> list[Occasion]:
    """The occasions that the county holds, or may ask for seats of; the latest ones if there are very many."""
    rows = await conn.fetch(_FOR_COUNTY, county)
    return [Occasion.read(row["state"].encode()) for row in reversed(rows)]


async def titles(conn: Connection, occasions: Iterable[Occasion]) -> dict[tuple[str, UUID], str]:
    """The titles of these occasions' trainings, where they are known, by county and id of the training."""
    wanted = sorted({(each.county, each.training) for each in occasions}, key=str)
    rows = await conn.fetch(_TITLES, [county for county, _ in wanted], [identity for _, identity in wanted])
    return {(row["county"], row["id"]): row["title"] for row in rows}


async def unplanned_occasions(conn: Connection, county: str) -> list[UUID]:
    """Own occasions that are not over, and for which no decision is planned."""
    return [row["id"] for row in await conn.fetch(_UNPLANNED, county)]
