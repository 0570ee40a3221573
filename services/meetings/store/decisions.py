"""The register of decisions: those of approved minutes of all counties, newest first, each found by its own words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.minutes import DecisionReference, Minutes
from shared.runtime.db import Connection
from shared.swedish import folded, like_patterns

DecisionPosition = tuple[str, str, UUID, int]
"""The position of a decision in the register: sort key, county, minutes, number."""
REGISTER_START: DecisionPosition = ("", "", UUID(int=0), 0)

_MINUTES = """
    SELECT state FROM follow_ups
    WHERE kind = 'minutes' AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""
_FORGET = "DELETE FROM decisions WHERE (county, minutes) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))"
_REGISTER = "INSERT INTO decisions VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
_APPROVED = "NOT {0}.withdrawn AND {0}.state ->> 'status' = 'APPROVED'"
_PAGE = f"""
    SELECT each.county, each.minutes, each.number, each.sort_key, decision, one.state ->> 'title' AS title,
        one.state ->> 'meeting' AS meeting, later.county AS later_county, later.minutes AS later_minutes,
        later.number AS later_number
    FROM decisions AS each
    JOIN follow_ups AS one ON (one.county, one.id) = (each.county, each.minutes) AND {_APPROVED.format("one")}
    JOIN LATERAL jsonb_array_elements(one.state -> 'decisions') AS decision
        ON (decision ->> 'number')::integer = each.number
    LEFT JOIN LATERAL (
        SELECT next.* FROM decisions AS next
        JOIN follow_ups AS its ON (its.county, its.id) = (next.county, next.minutes) AND {_APPROVED.format("its")}
        WHERE (next.replaces_county, next.replaces_minutes, next.replaces_number)
            = (each.county, each.minutes, each.number)
        ORDER BY next.sort_key, next.county, next.minutes LIMIT 1
    ) AS later ON true
    WHERE ($1::text IS NULL OR each.county = $1) AND ($2::text IS NULL OR one.state ->> 'meeting' = $2)
        AND each.sort_key BETWEEN $3 AND $4 AND each.search LIKE ALL ($5::text[])
        AND ($6::boolean IS NULL OR (later.county IS NULL) = $6)
        AND (each.sort_key, each.county, each.minutes, each.number) > ($7, $8, $9, $10)
    ORDER BY each.sort_key, each.county, each.minutes, each.number LIMIT $11
"""
_KNOWN = f"""
    SELECT county, id, (decision ->> 'number')::integer AS number, decision ->> 'decided_on' AS decided_on
    FROM follow_ups AS one, jsonb_array_elements(state -> 'decisions') AS decision
    WHERE kind = 'minutes' AND NOT withdrawn AND ({_APPROVED.format("one")} OR NOT $3)
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""


@dataclass(frozen=True, slots=True)
class WantedDecisions:
    """Which decisions are listed; ``in_force`` false are those that a later one has replaced."""

    county: str | None = None
    meeting: UUID | None = None
    first: date = date.min
    last: date = date.max
    query: str = ""
    in_force: bool | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A decision of the register as JSON, with the meeting it was taken at, and the later one that replaces it."""

    body: dict[str, Any]
    position: DecisionPosition


def sort_key_of(day: date) -> str:
    """The key of a decision of that day: a later day comes first."""
    return f"{date.max.toordinal() - day.toordinal():07}"


async def register(conn: Connection, minutes: Sequence[tuple[str, UUID]]) -> None:
    """The register has the decisions of these minutes as their rows say."""
    counties, ids = [county for county, _ in minutes], [identity for _, identity in minutes]
    states = [Minutes.read(row["state"].encode()) for row in await conn.fetch(_MINUTES, counties, ids)]
    await conn.execute(_FORGET, counties, ids)
    await conn.executemany(_REGISTER, [row for state in states for row in _rows(state)])


async def page(conn: Connection, wanted: WantedDecisions, after: DecisionPosition, limit: int) -> list[Registered]:
    """The decisions wanted that come after a position."""
    rows = await conn.fetch(
        _PAGE,
        wanted.county,
        None if wanted.meeting is None else str(wanted.meeting),
        sort_key_of(wanted.last),
        sort_key_of(wanted.first),
        like_patterns(wanted.query),
        wanted.in_force,
        *after,
        limit,
    )
    return [_registered(row) for row in rows]


async def known(
    conn: Connection, wanted: Sequence[DecisionReference], *, approved: bool
) -> dict[DecisionReference, date]:
    """Those of the decisions that are known here, and their days; with ``approved`` only of approved minutes."""
    rows = await conn.fetch(_KNOWN, [each.county for each in wanted], [each.minutes for each in wanted], approved)
    return {
        DecisionReference(county=row["county"], minutes=row["id"], number=row["number"]): date.fromisoformat(
            row["decided_on"]
        )
        for row in rows
    }


def _rows(minutes: Minutes) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for each in {each.number: each for each in minutes.decisions}.values():
        earlier = each.replaces
        replaced = (earlier.county, earlier.minutes, earlier.number) if earlier else (None, None, None)
        search = folded(f"§ {each.number} {each.text} {each.dissent or ''} {minutes.title}")
        rows.append((minutes.county, minutes.id, each.number, sort_key_of(each.decided_on), search, *replaced))
    return rows


def _registered(row: Any) -> Registered:
    later = None
    if row["later_county"] is not None:
        later = {"county": row["later_county"], "minutes": row["later_minutes"], "number": row["later_number"]}
    place = {"county": row["county"], "minutes": row["minutes"], "meeting": row["meeting"], "title": row["title"]}
    body = {**place, **json.loads(row["decision"]), "replaced_by": later}
    return Registered(body, (row["sort_key"], row["county"], row["minutes"], row["number"]))
