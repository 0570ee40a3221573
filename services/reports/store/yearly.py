"""The yearly reports of this county. They are in no event: no other county sees them."""

import json
from collections.abc import Mapping
from typing import Any

from services.reports.domain.yearly import YearlyReport, YearlyTexts
from services.reports.store.tables import ACTORS
from shared.contracts.actors import Actor
from shared.contracts.codes import ActorType, FunctionCode
from shared.contracts.topics import LINKS
from shared.runtime.db import Connection
from shared.runtime.notices import Recipient

_FIND = "SELECT year, version, texts, written_by, content, sources FROM yearly_reports WHERE year = $1"
_YEARS = "SELECT year, content IS NOT NULL AS frozen FROM yearly_reports ORDER BY year DESC"
_KEEP = """
    INSERT INTO yearly_reports (year, version, texts, written_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (year) DO UPDATE SET version = EXCLUDED.version, texts = EXCLUDED.texts,
        written_by = EXCLUDED.written_by
"""
_FREEZE = "UPDATE yearly_reports SET version = $2, content = $3, sources = $4, checked_by = $5 WHERE year = $1"
_POSITIONS = f"""
    SELECT topic, epoch, number FROM checkpoints WHERE topic NOT LIKE '%.{LINKS}.%' ORDER BY topic FOR SHARE
"""
_BOARDS = f"""
    SELECT state FROM actors
    WHERE kind = 'actor' AND {ACTORS.visible_sql} AND county = $1
        AND state @> '{{"type": "{ActorType.COUNTY_BOARD}", "status": "ACTIVE"}}' ORDER BY id
"""


async def find(conn: Connection, year: int, *, lock: bool = False) -> YearlyReport | None:
    """The report of the year; None if nobody has begun it. With ``lock`` nobody else changes it meanwhile."""
    row = await conn.fetchrow(_FIND + (" FOR UPDATE" if lock else ""), year)
    if row is None:
        return None
    content, sources = (None if row[name] is None else json.loads(row[name]) for name in ("content", "sources"))
    texts = YearlyTexts.model_construct(**json.loads(row["texts"]))
    return YearlyReport(row["year"], row["version"], texts, row["written_by"], content, sources)


async def years(conn: Connection) -> list[tuple[int, bool]]:
    """Each year whose report somebody has begun, the newest first, and whether that is frozen."""
    return [(row["year"], row["frozen"]) for row in await conn.fetch(_YEARS)]


async def keep(conn: Connection, report: YearlyReport) -> None:
    """The draft is kept in its version."""
    await conn.execute(_KEEP, report.year, report.version, report.texts.model_dump_json(), report.written_by)


async def freeze(
    conn: Connection, report: YearlyReport, content: Mapping[str, object], sources: Mapping[str, Any], checker: str
) -> None:
    """The report has this content from now on, counted from its sources at these positions."""
    await conn.execute(_FREEZE, report.year, report.version, json.dumps(content), json.dumps(sources), checker)


async def positions(conn: Connection) -> dict[str, list[int]]:
    """Epoch and number up to which each topic of events is counted. No more is counted before this transaction ends."""
    return {row["topic"]: [row["epoch"], row["number"]] for row in await conn.fetch(_POSITIONS)}


async def coordinators(conn: Connection, county: str) -> list[Recipient]:
    """The mailboxes of the county board's coordinators."""
    boards = [Actor.read(row["state"].encode()) for row in await conn.fetch(_BOARDS, county)]
    functions = (each for board in boards for each in board.contact_functions)
    return [
        Recipient(each.id, each.mailbox)
        for each in functions
        if each.function is FunctionCode.COUNTY_COORDINATOR and each.mailbox
    ]
