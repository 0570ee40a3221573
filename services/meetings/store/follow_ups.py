"""Minutes, approvals, action items and reports of all counties; drafts of minutes of the own one."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from services.meetings.domain.ids import approval_id, report_id
from services.meetings.domain.minutes import MinutesDraft
from services.meetings.store import decisions
from shared.contracts.action_items import ActionItem, ActionReport
from shared.contracts.asking import Reference, may_answer
from shared.contracts.minutes import Minutes, MinutesApproval, MinutesDetails
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.runtime.aggregates import AggregateTable, Stored, StreamTable
from shared.runtime.db import Connection


def _sort_key(state: Any) -> str:
    """Minutes by the day of their approval, items by the day they are due."""
    if isinstance(state, Minutes):
        return state.approve_by.isoformat()
    return state.due.isoformat() if isinstance(state, ActionItem) else ""


def _search_text(state: Any) -> Sequence[str]:
    if isinstance(state, Minutes):
        return [state.title, state.text, *(each.text for each in state.decisions)]
    return [state.text] if isinstance(state, ActionItem) else []


FOLLOW_UPS = StreamTable(
    "meetings",
    "follow_ups",
    2,
    {"minutes": Minutes, "approval": MinutesApproval, "action-item": ActionItem, "report": ActionReport},
    _sort_key,
    _search_text,
)
MINUTES = AggregateTable(FOLLOW_UPS, Minutes)
APPROVALS = AggregateTable(FOLLOW_UPS, MinutesApproval)
ITEMS = AggregateTable(FOLLOW_UPS, ActionItem)
REPORTS = AggregateTable(FOLLOW_UPS, ActionReport)

_OF_IDS = f"""
    SELECT county, id, epoch, state FROM follow_ups WHERE kind = $3 AND {FOLLOW_UPS.visible_sql}
        AND (county, id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
"""
_SAVE_DRAFT = """
    INSERT INTO minutes_drafts (id, meeting, version, approve_by, details) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, approve_by = EXCLUDED.approve_by,
        details = EXCLUDED.details
"""


async def project(conn: Connection, received: Sequence[Received]) -> None:
    """Keeps what other counties have published, and their decisions in the register."""
    await FOLLOW_UPS.project(conn, received)
    await decisions.register(conn, [each.key for each in received if isinstance(each.event, Minutes)])


async def write_minutes(tx: Transaction, event: Minutes, before: Stored[Minutes] | None) -> Stored[Minutes] | None:
    """Writes own minutes as the next version of ``before``, and their decisions; None if a new one's id is taken."""
    after = await MINUTES.write(tx, event, before)
    await decisions.register(tx.conn, [(event.county, event.id)])
    return after


async def stored_minutes(conn: Connection, keys: Collection[tuple[str, UUID]]) -> list[Stored[Minutes]]:
    """Those of the minutes that are known, in the order of ``keys``."""
    found: dict[tuple[str, UUID], Stored[Minutes]] = {}
    for county in {county for county, _ in keys}:
        of_county = await MINUTES.find_all(conn, county, [identity for owner, identity in keys if owner == county])
        found |= {(county, identity): stored for identity, stored in of_county.items()}
    return [found[key] for key in keys if key in found]


async def approvals_of(conn: Connection, minutes: Collection[Stored[Minutes]]) -> dict[UUID, MinutesApproval]:
    """The verdicts of the approvers of these minutes, by approver: what another county says for one is not there."""
    asked = {
        (each.county, approval_id(reference, each.invitee)): (each.invitee, reference, one.epoch)
        for one in minutes
        for reference in [Reference(county=one.state.county, id=one.state.id)]
        for each in one.state.approvers
    }
    found = {}
    for key, row in (await _of_ids(conn, APPROVALS.kind, asked)).items():
        (approver, reference, epoch), said = asked[key], MinutesApproval.read(row["state"].encode())
        if may_answer(said, row["epoch"], reference, epoch):
            found[approver] = said
    return found


async def reports_of(conn: Connection, items: Collection[ActionItem]) -> dict[Reference, ActionReport]:
    """How far the owners of these items are, by item: what another county says of one is not there."""
    references = [(each.owner.county, Reference(county=each.county, id=each.id)) for each in items]
    wanted = {(county, report_id(item, county)): item for county, item in references}
    found = await _of_ids(conn, REPORTS.kind, wanted)
    return {wanted[key]: ActionReport.read(row["state"].encode()) for key, row in found.items()}


async def minutes_of(conn: Connection, county: str, meeting: UUID) -> UUID | None:
    """The minutes of a meeting of ``county``, if there are any."""
    sql = "SELECT id FROM follow_ups WHERE county = $1 AND kind = $2 AND state ->> 'meeting' = $3"
    found: UUID | None = await conn.fetchval(sql, county, MINUTES.kind, str(meeting))
    return found


async def counties_of(conn: Connection, identity: UUID) -> list[str]:
    """The counties that own minutes or an item of this id: one may copy another's."""
    rows = await conn.fetch("SELECT county FROM follow_ups WHERE id = $1 ORDER BY county", identity)
    return [row["county"] for row in rows]


async def save_draft(conn: Connection, draft: MinutesDraft) -> None:
    """The draft is kept in this version. The caller has locked the one before."""
    row = (draft.id, draft.meeting, draft.version, draft.approve_by, draft.details.model_dump_json())
    await conn.execute(_SAVE_DRAFT, *row)


async def drafts(conn: Connection, after: UUID, limit: int) -> list[MinutesDraft]:
    """At most ``limit`` drafts, the oldest first, those begun after the draft of that id."""
    sql = "SELECT * FROM minutes_drafts WHERE id > $1 ORDER BY id LIMIT $2"
    return [_draft(row) for row in await conn.fetch(sql, after, limit)]


async def draft(conn: Connection, identity: UUID, *, lock: bool = False) -> MinutesDraft | None:
    """The draft; with ``lock`` nobody else changes it before this transaction ends."""
    sql = "SELECT * FROM minutes_drafts WHERE id = $1" + (" FOR UPDATE" if lock else "")
    row = await conn.fetchrow(sql, identity)
    return _draft(row) if row else None


async def draft_of(conn: Connection, meeting: UUID) -> UUID | None:
    """The draft of a meeting's minutes, if there is one."""
    found: UUID | None = await conn.fetchval("SELECT id FROM minutes_drafts WHERE meeting = $1", meeting)
    return found


async def forget_draft(conn: Connection, identity: UUID) -> None:
    """Nothing is left of the draft."""
    await conn.execute("DELETE FROM minutes_drafts WHERE id = $1", identity)


async def _of_ids(
    conn: Connection, kind: str, wanted: Collection[tuple[str, UUID]]
) -> dict[tuple[str, UUID], asyncpg.Record]:
    counties, ids = [county for county, _ in wanted], [identity for _, identity in wanted]
    rows = await conn.fetch(_OF_IDS, counties, ids, kind)
    return {(row["county"], row["id"]): row for row in rows}


def _draft(row: asyncpg.Record) -> MinutesDraft:
    details = MinutesDetails.model_validate_json(row["details"])
    return MinutesDraft(row["id"], row["meeting"], details, row["approve_by"], row["version"])
