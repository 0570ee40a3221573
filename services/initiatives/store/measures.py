"""Measures: those of this county, the ones that the others have released, and which follow another county's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.initiatives.domain.measures import HomeMeasure
from services.initiatives.store.home import HomeTable
from shared.contracts.asking import Reference
from shared.contracts.event import READER
from shared.contracts.measures import Measure, MeasureDetails, MeasureFollowUp
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key


def _search_text(measure: MeasureDetails) -> list[str]:
    return [measure.title, measure.local_theme or "", measure.operational_goal]


MEASURES_STREAM = StreamTable(
    "initiatives",
    "measures",
    1,
    {"measure": Measure},
    sort_key=lambda measure: sort_key(measure.title),
    search_text=_search_text,
)
MEASURES = HomeTable(HomeMeasure, AggregateTable(MEASURES_STREAM, Measure))

_BORROW = """
    INSERT INTO borrowed AS known (measure, county, model, follow_up) VALUES ($1, $2, $3, $4)
    ON CONFLICT (measure) DO UPDATE SET (county, model, follow_up, changed_at) = ($2, $3, $4, NULL)
    WHERE (known.county, known.model) <> ($2, $3)
"""
_HEAR = """
    UPDATE borrowed SET (follow_up, changed_at) = ($3::jsonb, $4)
    WHERE (county, model) = ($1, $2) AND follow_up IS DISTINCT FROM $3::jsonb
"""
_NEWS = (
    "SELECT measure, county, model, follow_up, changed_at FROM borrowed WHERE changed_at IS NOT NULL ORDER BY 5 DESC, 1"
)


@dataclass(frozen=True, slots=True)
class ModelNews:
    """An own measure whose model goes otherwise than when its county last looked."""

    measure: UUID
    model: Reference
    follow_up: MeasureFollowUp | None
    changed_at: datetime


async def borrow(conn: Connection, measure: UUID, model: Reference, follow_up: MeasureFollowUp | None) -> None:
    """The own measure follows this model, which has this follow-up now. What it followed before counts no more."""
    await conn.execute(_BORROW, measure, model.county, model.id, _json(follow_up))


async def give_back(conn: Connection, measure: UUID) -> None:
    """The own measure follows no model."""
    await conn.execute("DELETE FROM borrowed WHERE measure = $1", measure)


async def hear(conn: Connection, model: Measure, now: datetime) -> None:
    """The own measures that follow the model have news, if its follow-up is another one than was heard of before."""
    await conn.execute(_HEAR, model.county, model.id, _json(model.follow_up), now)


async def news(conn: Connection) -> list[ModelNews]:
    """All news that nobody has seen, the newest first."""
    return [
        ModelNews(
            row["measure"],
            Reference(county=row["county"], id=row["model"]),
            row["follow_up"] and MeasureFollowUp.model_validate_json(row["follow_up"], extra="ignore", context=READER),
            row["changed_at"],
        )
        for row in await conn.fetch(_NEWS)
    ]


async def seen(conn: Connection, measure: UUID) -> None:
    """The news about the model of the own measure has been seen."""
    await conn.execute("UPDATE borrowed SET changed_at = NULL WHERE measure = $1", measure)


def _json(follow_up: MeasureFollowUp | None) -> str | None:
    return None if follow_up is None else follow_up.model_dump_json()
