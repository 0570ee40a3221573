"""Signals, feedback and report numbers of all counties."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.shipment_alerts.domain.signals import COUNTED, expires_on
from shared.contracts.shipment_signals import ReportNumbers, ShipmentSignal, SignalFeedback
from shared.runtime import due
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import start_of


def _sort_key(state: ShipmentSignal | SignalFeedback | ReportNumbers) -> str:
    if isinstance(state, ShipmentSignal):
        return f"{9999 - state.iso_week_year:04} {99 - state.iso_week:02}"
    return f"{9999 - state.year:04} {9 - state.quarter}" if isinstance(state, ReportNumbers) else ""


SHIPMENT_SIGNALS = StreamTable(
    "shipment-signals",
    "signals",
    1,
    {"signal": ShipmentSignal, "feedback": SignalFeedback, "report-numbers": ReportNumbers},
    _sort_key,
    ended_sql="state ->> 'status' IN ('WITHDRAWN', 'EXPIRED')",
)
SIGNALS = AggregateTable(SHIPMENT_SIGNALS, ShipmentSignal)
FEEDBACK = AggregateTable(SHIPMENT_SIGNALS, SignalFeedback)
REPORTS = AggregateTable(SHIPMENT_SIGNALS, ReportNumbers)
EXPIRE = "expire"
"""The due kind of an own signal: to expire."""

_WEEKS = f"""
    SELECT county, (state ->> 'iso_week_year')::int AS year, (state ->> 'iso_week')::int AS week, count(*)
    FROM signals
    WHERE kind = 'signal' AND {SHIPMENT_SIGNALS.visible_sql} AND state ->> 'status' = ANY ($3)
        AND state @> '{{"exercise": false}}' AND state @> ANY ($2::text[]::jsonb[])
        AND ($1::text IS NULL OR county = $1)
    GROUP BY 1, 2, 3 ORDER BY 2 DESC, 3 DESC, 1
"""
_UNPLANNED = """
    SELECT state FROM signals
    WHERE county = $1 AND kind = 'signal' AND NOT withdrawn AND state ->> 'status' = 'RELEASED'
        AND NOT EXISTS (SELECT FROM due WHERE due.kind = 'expire' AND due.id = signals.id)
"""
_EMPTY = """
    UPDATE signals SET state = '{}', sort_key = '', withdrawn = true
    WHERE kind = 'signal' AND state <> '{}' AND sort_key > $1
"""


async def week_counts(
    conn: Connection, county: str | None, states: Sequence[Mapping[str, object]]
) -> list[dict[str, Any]]:
    """How many signals count whose state contains one of these, by county and ISO week, newest week first."""
    rows = await conn.fetch(_WEEKS, county, [json.dumps(each) for each in states], COUNTED)
    names = ("county", "iso_week_year", "iso_week", "signals")
    return [dict(zip(names, row, strict=True)) for row in rows]


async def plan_expiry(conn: Connection, signal: ShipmentSignal) -> None:
    """The signal expires when its day comes, if this transaction commits."""
    await due.plan(conn, EXPIRE, signal.id, start_of(expires_on(signal)))


async def unplanned(conn: Connection, county: str) -> list[ShipmentSignal]:
    """Signals of this county that hold, and whose expiry nobody has planned: a recovered database took them over."""
    return [ShipmentSignal.read(row["state"].encode()) for row in await conn.fetch(_UNPLANNED, county)]


async def empty(conn: Connection, before: date) -> int:
    """Of signals of weeks before that of this day nothing is kept but id and version; how many that were."""
    year, week, _ = before.isocalendar()
    status = await conn.execute(_EMPTY, f"{9999 - year:04} {99 - week:02}")
    return int(status.split()[-1])
