"""The signals that partner agencies were shown, and what they have answered. None of it leaves the county."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.shipment_alerts.domain.replies import SignalAtPartner
from shared.contracts.asking import Recency
from shared.contracts.partner_replies import ReplyCode
from shared.runtime.db import Connection

_SHOW = """
    INSERT INTO partner_signals (agency, county, id, epoch, version, holds, shown_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (agency, county, id) DO UPDATE
    SET epoch = EXCLUDED.epoch, version = EXCLUDED.version, holds = EXCLUDED.holds
    WHERE (partner_signals.epoch, partner_signals.version) < (EXCLUDED.epoch, EXCLUDED.version)
"""
_FIELDS = "agency, county, id, version, holds, shown_at, acknowledged_at, seen_version, code, reply_ids"
_FIND = f"SELECT {_FIELDS} FROM partner_signals WHERE (agency, county, id) = ($1, $2, $3) FOR UPDATE"
_OF_SIGNAL = f"SELECT {_FIELDS} FROM partner_signals WHERE (county, id) = ($1, $2) ORDER BY agency"
_KEEP = """
    UPDATE partner_signals SET acknowledged_at = $4, seen_version = $5, code = $6, reply_ids = $7
    WHERE (agency, county, id) = ($1, $2, $3)
"""
_ESCALATE = """
    WITH told AS (
        UPDATE partner_signals SET escalated = true
        WHERE acknowledged_at IS NULL AND holds AND NOT escalated AND shown_at BETWEEN $1 AND $2 RETURNING agency
    )
    SELECT agency, count(*) FROM told GROUP BY agency ORDER BY agency
"""


async def show(conn: Connection, shown: SignalAtPartner, recency: Recency) -> None:
    """The agency was shown this state of the signal; an older state than the one that it was shown changes nothing."""
    epoch, version = recency
    await conn.execute(_SHOW, shown.agency, shown.county, shown.id, epoch, version, shown.holds, shown.shown_at)


async def lock(conn: Connection, agency: str, county: str, identity: UUID) -> SignalAtPartner | None:
    """The signal as the agency was shown it, None if it was not. It stays so until this transaction ends."""
    row = await conn.fetchrow(_FIND, agency, county, identity)
    return _shown(row) if row else None


async def of_signal(conn: Connection, county: str, identity: UUID) -> list[SignalAtPartner]:
    """The signal as each agency was shown it, by agency."""
    return [_shown(row) for row in await conn.fetch(_OF_SIGNAL, county, identity)]


async def keep(conn: Connection, after: SignalAtPartner) -> None:
    """The agency has answered so."""
    answer = (after.acknowledged_at, after.seen_version, after.code, list(after.reply_ids))
    await conn.execute(_KEEP, after.agency, after.county, after.id, *answer)


async def escalate(conn: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many signals shown in this time each agency has not answered. From now on they are told, and not again."""
    return {row["agency"]: row["count"] for row in await conn.fetch(_ESCALATE, since, until)}


async def empty(conn: Connection, before: datetime) -> None:
    """Signals shown before this time are forgotten."""
    await conn.execute("DELETE FROM partner_signals WHERE shown_at < $1", before)


def _shown(row: asyncpg.Record) -> SignalAtPartner:
    code, ids = row["code"], tuple(row["reply_ids"])
    return SignalAtPartner(**dict(row) | {"code": code and ReplyCode(code), "reply_ids": ids})
