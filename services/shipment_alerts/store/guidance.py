"""Routines, safety advice, acknowledgements, methods and implementations of all counties; drafts of the own one."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import asyncpg

from services.shipment_alerts.domain.guidance import Author, Draft
from shared.contracts.codes import FunctionCode
from shared.contracts.event import READER
from shared.contracts.guidance import (
    Acknowledgements,
    GuidanceDetails,
    Method,
    MethodImplementation,
    Routine,
    SafetyAdvice,
    SafetyAdviceDetails,
)
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.reference.shipments import METHOD_NAMES
from shared.contracts.shipment_codes import Audience
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key

Guidance = Routine | SafetyAdvice | Acknowledgements | Method | MethodImplementation


def _sort_key(state: Guidance) -> str:
    """Guidance by its newest day first, methods and municipalities by name."""
    if isinstance(state, Routine | SafetyAdvice):
        newest = max((version.valid_from for version in state.versions), default=date.min)
        return f"{date.max.toordinal() - newest.toordinal():07}"
    if isinstance(state, MethodImplementation):
        return sort_key(MUNICIPALITIES[state.municipality].name if state.municipality in MUNICIPALITIES else "")
    return sort_key(_names(state)[-1]) if _names(state) else ""


def _names(state: Guidance) -> Sequence[str]:
    """Every name that a method has had: whoever looks for an old one finds it."""
    names = state.names if isinstance(state, Method) else ()
    return [METHOD_NAMES[name.code].swedish for name in names if name.code in METHOD_NAMES]


GUIDANCE = StreamTable(
    "guidance",
    "guidance",
    1,
    {
        "routine": Routine,
        "safety-advice": SafetyAdvice,
        "acknowledgements": Acknowledgements,
        "method": Method,
        "implementation": MethodImplementation,
    },
    _sort_key,
    _names,
)
ROUTINES = AggregateTable(GUIDANCE, Routine)
ADVICE = AggregateTable(GUIDANCE, SafetyAdvice)
ACKNOWLEDGEMENTS = AggregateTable(GUIDANCE, Acknowledgements)
METHODS = AggregateTable(GUIDANCE, Method)
IMPLEMENTATIONS = AggregateTable(GUIDANCE, MethodImplementation)

NEWEST_LIMIT = 1_000

_KEEP_DRAFT = """
    INSERT INTO drafts (id, kind, target, exercise, details, subject, function) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_ACKNOWLEDGED = """
    SELECT count(*) FROM acknowledgements JOIN sites ON sites.id = site
    WHERE (county, routine, number, audience) = ($1, $2, $3, $4) AND active
"""


async def newest(conn: Connection, county: str | None) -> list[SafetyAdvice | Routine]:
    """Safety advice and routines that nobody has withdrawn: safety advice first, the newest first."""
    found: list[SafetyAdvice | Routine] = []
    for table, aggregate in ((ADVICE, SafetyAdvice), (ROUTINES, Routine)):
        rows = await table.page(conn, county, [{"status": "ACTIVE"}], limit=NEWEST_LIMIT)
        found += [aggregate.model_validate(row.body, extra="ignore", context=READER) for row in rows]
    return found


async def keep_draft(conn: Connection, draft: Draft) -> None:
    """The draft waits for a second person."""
    author, details = draft.author, draft.details.model_dump_json()
    row = (draft.id, draft.kind, draft.target, draft.exercise, details, author.subject, author.function)
    await conn.execute(_KEEP_DRAFT, *row)


async def drafts(conn: Connection, after: UUID, limit: int) -> list[Draft]:
    """At most ``limit`` drafts that wait, the oldest first, those written after the draft of that id."""
    sql = "SELECT * FROM drafts WHERE id > $1 ORDER BY id LIMIT $2"
    return [_draft(row) for row in await conn.fetch(sql, after, limit)]


async def take_draft(conn: Connection, identity: UUID) -> Draft | None:
    """The draft, which does not wait any more if this transaction commits; None if it did not wait."""
    row = await conn.fetchrow("DELETE FROM drafts WHERE id = $1 RETURNING *", identity)
    return _draft(row) if row else None


async def acknowledge(conn: Connection, site: UUID, routine: Routine, number: int, audience: Audience) -> int:
    """The site has acknowledged this version of the routine; how many such sites there are now."""
    version = (routine.county, routine.id, number, audience)
    await conn.execute(
        "INSERT INTO acknowledgements (site, county, routine, number, audience) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        site,
        *version,
    )
    return int(await conn.fetchval(_ACKNOWLEDGED, *version))


def _draft(row: asyncpg.Record) -> Draft:
    details = SafetyAdviceDetails if row["kind"] == ADVICE.kind else GuidanceDetails
    author = Author(row["subject"], FunctionCode(row["function"]))
    return Draft(row["id"], details.model_validate_json(row["details"]), author, row["target"], row["exercise"])
