"""Routines, safety advice, acknowledgements, methods and implementations of all counties; drafts of the own one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
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
from shared.runtime.aggregates import FIRST, Aggregates
from shared.swedish import sort_key


def _in_order(state: Routine | SafetyAdvice | Acknowledgements | Method | MethodImplementation) -> str:
    """Guidance by its newest day first, methods and municipalities by name."""
    if isinstance(state, Routine | SafetyAdvice):
        newest = max((version.valid_from for version in state.versions), default=date.min)
        return f"{date.max.toordinal() - newest.toordinal():07}"
    if isinstance(state, MethodImplementation):
        return sort_key(MUNICIPALITIES[state.municipality].name if state.municipality in MUNICIPALITIES else "")
    return sort_key(_names(state)[-1]) if _names(state) else ""


def _names(state: Any) -> Sequence[str]:
    """Every name that a method has had: whoever looks for an old one finds it."""
    names = state.names if isinstance(state, Method) else ()
    return [METHOD_NAMES[name.code].swedish for name in names if name.code in METHOD_NAMES]


GUIDANCE = Aggregates(
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
    _in_order,
    _names,
)

NEWEST_LIMIT = 1_000

_KEEP_DRAFT = """
    INSERT INTO drafts (id, kind, target, exercise, details, subject, function) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_ACKNOWLEDGED = """
    SELECT count(*) FROM acknowledgements JOIN sites ON sites.id = site
    WHERE (county, routine, number, audience) = ($1, $2, $3, $4) AND active
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft of a routine or a safety advice: a new version of ``target``, or if that is None of a new one."""

    id: UUID
    kind: str
    target: UUID | None
    exercise: bool
    draft: Draft


async def newest(conn: asyncpg.Connection, kind: str, county: str | None) -> list[Routine | SafetyAdvice]:
    """Routines or safety advice that nobody has withdrawn, the newest first."""
    rows = await GUIDANCE.page(conn, kind, county, [{"status": "ACTIVE"}], "", FIRST, NEWEST_LIMIT)
    form = SafetyAdvice if kind == "safety-advice" else Routine
    return [form.model_validate(row.body, extra="ignore", context=READER) for row in rows]


async def keep_draft(conn: asyncpg.Connection, waiting: Waiting) -> None:
    """The draft waits for a second person."""
    author = waiting.draft.author
    details = waiting.draft.details.model_dump_json()
    row = (waiting.id, waiting.kind, waiting.target, waiting.exercise, details, author.subject, author.function)
    await conn.execute(_KEEP_DRAFT, *row)


async def drafts(conn: asyncpg.Connection) -> list[Waiting]:
    """Every draft that waits."""
    return [_waiting(row) for row in await conn.fetch("SELECT * FROM drafts ORDER BY id")]


async def draft(conn: asyncpg.Connection, identity: UUID) -> Waiting | None:
    """The draft if it waits; nobody else takes it before this transaction ends."""
    row = await conn.fetchrow("SELECT * FROM drafts WHERE id = $1 FOR UPDATE", identity)
    return _waiting(row) if row else None


async def drop_draft(conn: asyncpg.Connection, identity: UUID) -> bool:
    """The draft does not wait any more; False if it did not."""
    return await conn.execute("DELETE FROM drafts WHERE id = $1", identity) == "DELETE 1"


async def acknowledge(conn: asyncpg.Connection, site: UUID, routine: Routine, number: int, audience: Audience) -> int:
    """The site has acknowledged this version of the routine; how many such sites there are now."""
    version = (routine.county, routine.id, number, audience)
    await conn.execute(
        "INSERT INTO acknowledgements (site, county, routine, number, audience) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        site,
        *version,
    )
    return int(await conn.fetchval(_ACKNOWLEDGED, *version))


def _waiting(row: asyncpg.Record) -> Waiting:
    details = SafetyAdviceDetails if row["kind"] == "safety-advice" else GuidanceDetails
    author = Author(row["subject"], FunctionCode(row["function"]))
    draft = Draft(details.model_validate_json(row["details"]), author)
    return Waiting(row["id"], row["kind"], row["target"], row["exercise"], draft)
