"""Observations and measures of the weeks of own EST areas. They stay in this county, and are in no event."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.initiatives.domain.est_weeks import (
    EstObservation,
    EstObservationDetails,
    ShortMeasure,
    ShortMeasureDetails,
)
from shared.contracts.est_codes import EstCategory, EstPunctuality
from shared.contracts.weeks import YearWeek
from shared.runtime.db import Connection

_INSERT_OBSERVATION = """
    INSERT INTO est_observations (id, area, iso_week_year, iso_week, category, punctuality, reported_at, details)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_INSERT_MEASURE = """
    INSERT INTO est_measures (id, area, iso_week_year, iso_week, noted_at, details) VALUES ($1, $2, $3, $4, $5, $6)
"""
_COUNTS = """
    SELECT iso_week_year, iso_week, category, count(*) AS n FROM est_observations
    WHERE area = ANY ($1) AND iso_week_year = $2 AND ($3::integer IS NULL OR iso_week = $3) AND punctuality <> $4
    GROUP BY iso_week_year, iso_week, category ORDER BY iso_week, category
"""


async def add_observation(conn: Connection, observation: EstObservation) -> None:
    """The observation is kept."""
    details = observation.details
    row = (
        *(observation.id, observation.area, *details.iso, details.category, observation.punctuality),
        *(observation.reported_at, details.model_dump_json()),
    )
    await conn.execute(_INSERT_OBSERVATION, *row)


async def observation(conn: Connection, area: UUID, identity: UUID) -> EstObservation | None:
    """The observation of that area, locked; None if there is none."""
    row = await conn.fetchrow("SELECT * FROM est_observations WHERE (id, area) = ($1, $2) FOR UPDATE", identity, area)
    return None if row is None else _observation(row)


async def replace_observation(conn: Connection, identity: UUID, left: EstObservation | None) -> None:
    """This is left of an observation: its row with other details, or nothing."""
    if left is None:
        await conn.execute("DELETE FROM est_observations WHERE id = $1", identity)
    else:
        details = left.details.model_dump_json()
        await conn.execute("UPDATE est_observations SET details = $2 WHERE id = $1", identity, details)


async def observations(conn: Connection, area: UUID, week: YearWeek) -> list[EstObservation]:
    """The observations of a week in the order in which they came, late ones too."""
    sql = "SELECT * FROM est_observations WHERE (area, iso_week_year, iso_week) = ($1, $2, $3) ORDER BY reported_at, id"
    return [_observation(row) for row in await conn.fetch(sql, area, *week)]


def _observation(row: asyncpg.Record) -> EstObservation:
    details = EstObservationDetails.model_validate_json(row["details"])
    return EstObservation(row["id"], row["area"], details, row["reported_at"], EstPunctuality(row["punctuality"]))


async def counted(
    conn: Connection, areas: Sequence[UUID], year: int, week: int | None = None
) -> list[tuple[YearWeek, EstCategory, int]]:
    """How many observations count in the pictures of these areas, by week and category: none that came late."""
    rows = await conn.fetch(_COUNTS, list(areas), year, week, EstPunctuality.LATE)
    return [(YearWeek(row[0], row[1]), EstCategory(row["category"]), row["n"]) for row in rows]


async def add_measure(conn: Connection, measure: ShortMeasure) -> None:
    """The measure is kept."""
    row = (measure.id, measure.area, *measure.details.iso, measure.noted_at, measure.details.model_dump_json())
    await conn.execute(_INSERT_MEASURE, *row)


async def measures(conn: Connection, area: UUID, week: YearWeek) -> list[ShortMeasure]:
    """The measures of a week in the order in which they were noted."""
    sql = "SELECT * FROM est_measures WHERE (area, iso_week_year, iso_week) = ($1, $2, $3) ORDER BY noted_at, id"
    return [
        ShortMeasure(row["id"], area, ShortMeasureDetails.model_validate_json(row["details"]), row["noted_at"])
        for row in await conn.fetch(sql, area, *week)
    ]
