"""Areas, weeks, quarters and years of EST of every county."""

from typing import Any
from uuid import UUID

from shared.contracts.est import EstArea, EstQuarterPriority, EstWeeklyPicture, EstYearReview
from shared.contracts.weeks import YearWeek
from shared.runtime.aggregates import AggregateTable, Stored, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key

CLOSE = "est-close"
"""The due kind of an own area: to close the pictures whose time has come."""

_LAST_CLOSED = """
    SELECT state ->> 'iso_week_year' AS year, state ->> 'iso_week' AS week FROM est
    WHERE county = $1 AND kind = 'weekly-picture' AND state ->> 'area' = $2 ORDER BY sort_key LIMIT 1
"""
_UNPLANNED = f"""
    SELECT id FROM est WHERE county = $1 AND kind = 'est-area' AND state ->> 'status' = 'ACTIVE'
        AND NOT EXISTS (SELECT FROM due WHERE due.kind = '{CLOSE}' AND due.id = est.id)
"""
_OF_MUNICIPALITY = "SELECT id FROM est WHERE county = $1 AND kind = 'est-area' AND state ->> 'municipality' = $2"


def _sort_key(state: Any) -> str:
    """Areas by their names; weeks, quarters and years the newest first."""
    if isinstance(state, EstArea):
        return sort_key(state.name)
    if isinstance(state, EstWeeklyPicture):
        return newest_first(state.iso_week_year, state.iso_week)
    return (
        newest_first(state.year, state.quarter) if isinstance(state, EstQuarterPriority) else newest_first(state.year)
    )


def newest_first(year: int, number: int = 0) -> str:
    """A sort key by which what is later comes first."""
    return f"{9999 - year:04}-{99 - number:02}"


def _search_text(state: Any) -> list[str]:
    if isinstance(state, EstArea):
        return [state.name]
    if isinstance(state, EstQuarterPriority):
        return [state.reason]
    return [state.text, *(each.text for each in state.conclusions)] if isinstance(state, EstYearReview) else []


EST_STREAM = StreamTable(
    "initiatives",
    "est",
    1,
    {
        "est-area": EstArea,
        "weekly-picture": EstWeeklyPicture,
        "quarter-priority": EstQuarterPriority,
        "year-review": EstYearReview,
    },
    _sort_key,
    _search_text,
)
AREAS = AggregateTable(EST_STREAM, EstArea)
PICTURES = AggregateTable(EST_STREAM, EstWeeklyPicture)
PRIORITIES = AggregateTable(EST_STREAM, EstQuarterPriority)
REVIEWS = AggregateTable(EST_STREAM, EstYearReview)


async def last_closed(conn: Connection, county: str, area: UUID) -> YearWeek | None:
    """The latest week of an area whose picture is closed."""
    row = await conn.fetchrow(_LAST_CLOSED, county, str(area))
    return YearWeek(int(row["year"]), int(row["week"])) if row else None


async def areas_of(conn: Connection, county: str, municipality: str) -> list[Stored[EstArea]]:
    """Every area of a municipality, retired ones too."""
    rows = await conn.fetch(_OF_MUNICIPALITY, county, municipality)
    return list((await AREAS.find_all(conn, county, [row["id"] for row in rows])).values())


async def unplanned_areas(conn: Connection, county: str) -> list[UUID]:
    """Own areas for which no closing is planned."""
    return [row["id"] for row in await conn.fetch(_UNPLANNED, county)]
