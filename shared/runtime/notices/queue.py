"""The notices that wait, those that were sent, and those that were refused.

Invariant: a mail is the notices that were claimed for it, and keeps its Message-ID however often it is tried. Of one
mailbox and one subject, a mail goes only when no earlier one waits. All times are those of the writer's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from shared.rejected import Rejected
from shared.runtime.notices.policy import GIVE_UP_AFTER, ONE_AN_HOUR

KEPT = timedelta(days=30)
BATCH = 200

_EMPTY = "settled_at = $1, subject = NULL, text = NULL, calendar = NULL"
_ANY = "SELECT EXISTS (SELECT FROM notices WHERE outcome IS NULL AND tried_next <= $1)"
_SINCE_RECOVERY = f"""
    UPDATE notices SET outcome = 'discarded', reason = 'written before the recovery', {_EMPTY}
    WHERE outcome IS NULL AND epoch <> (SELECT epoch FROM identity)
"""
_TOO_OLD = """
    UPDATE notices SET outcome = 'refused', settled_at = $1, reason = coalesce(reason || '; ', '') || 'too old now'
    WHERE outcome IS NULL AND at < $2
"""
_CLAIM_CALENDARS = """
    UPDATE notices SET mail = id
    WHERE outcome IS NULL AND mail IS NULL AND method IS NOT NULL AND tried_next <= $1
"""
_CLAIM_REST = """
    UPDATE notices SET mail = first.id FROM (
        SELECT DISTINCT ON (address) address, id FROM notices AS waits
        WHERE outcome IS NULL AND mail IS NULL AND method IS NULL AND tried_next <= $1 AND NOT EXISTS (
            SELECT FROM notices AS other
            WHERE other.address = waits.address AND other.method IS NULL
                AND (other.outcome IS NULL AND other.mail IS NOT NULL
                    OR other.outcome = 'sent' AND other.settled_at > $2))
        ORDER BY address, position) AS first
    WHERE notices.address = first.address
        AND outcome IS NULL AND mail IS NULL AND method IS NULL AND tried_next <= $1
"""
_MAILS = """
    SELECT mail FROM (
        SELECT *, EXISTS (
            SELECT FROM notices AS earlier
            WHERE (earlier.address, earlier.about) = (waits.address, waits.about) AND earlier.outcome IS NULL
                AND earlier.position < waits.position AND earlier.mail IS DISTINCT FROM waits.mail) AS behind
        FROM notices AS waits WHERE outcome IS NULL AND mail IS NOT NULL) AS claimed
    GROUP BY mail HAVING max(tried_next) <= $1 AND NOT bool_or(behind)
    ORDER BY min(attempts), min(position) LIMIT $2
"""
_TAKE = """
    WITH taken AS (
        UPDATE notices SET attempts = attempts + 1 WHERE mail = $1 AND outcome IS NULL AND address IS NOT NULL
        RETURNING *)
    SELECT * FROM taken ORDER BY position
"""
_SENT = f"UPDATE notices SET outcome = 'sent', reason = NULL, {_EMPTY} WHERE mail = $2 AND outcome IS NULL"
_REFUSED = "UPDATE notices SET outcome = 'refused', settled_at = $1, reason = $3 WHERE mail = $2 AND outcome IS NULL"
_LATER = "UPDATE notices SET tried_next = $1, reason = $3 WHERE mail = $2 AND outcome IS NULL"
_PURGE = "DELETE FROM notices WHERE settled_at < $1 AND outcome <> 'refused'"
_LIST = "SELECT * FROM notices WHERE outcome IS NULL OR outcome = 'refused' OR $1 ORDER BY position"
_OVERTAKEN = """
    SELECT true FROM notices WHERE (address, about) = ($1, $2) AND position > $3
        AND (outcome = 'sent' OR outcome IS NULL AND attempts > 0)
    LIMIT 1
"""
_RETRY = """
    UPDATE notices SET outcome = NULL, settled_at = NULL, at = $2, tried_next = $2, epoch = (SELECT epoch FROM identity)
    WHERE id = $1
"""
_DISCARD = f"UPDATE notices SET outcome = 'discarded', {_EMPTY} WHERE id = $2"


@dataclass(frozen=True, slots=True)
class Notice:
    """A row. Subject, text and calendar file are gone once it is sent, the address once its owner is forgotten."""

    position: int
    id: UUID
    kind: str
    recipient: UUID
    address: str | None
    about: UUID
    subject: str | None
    text: str | None
    calendar: bytes | None
    method: str | None
    at: datetime
    tried_next: datetime
    attempts: int
    mail: UUID | None
    reason: str | None
    outcome: str | None
    settled_at: datetime | None


async def claim(conn: asyncpg.Connection, now: datetime) -> list[UUID]:
    """The mails to be sent now, those first that were tried least: one at which a server fails holds up no other.

    What is too old, or was written before a recovery, is settled first.
    """
    if not await conn.fetchval(_ANY, now):
        return []
    async with conn.transaction():
        await conn.execute(_SINCE_RECOVERY, now)
        await conn.execute(_TOO_OLD, now, now - GIVE_UP_AFTER)
        await conn.execute(_CLAIM_CALENDARS, now)
        await conn.execute(_CLAIM_REST, now, now - ONE_AN_HOUR)
        return [row["mail"] for row in await conn.fetch(_MAILS, now, BATCH)]


async def take(conn: asyncpg.Connection, mail: UUID) -> list[Notice]:
    """The notices of a mail, in order, as one more attempt begins; none if there is nothing to send any more."""
    return [_notice(row) for row in await conn.fetch(_TAKE, mail)]


async def sent(conn: asyncpg.Connection, mail: UUID, now: datetime) -> None:
    """A server has taken the mail: what it said is not kept."""
    await conn.execute(_SENT, now, mail)


async def refused(conn: asyncpg.Connection, mail: UUID, now: datetime, reason: str) -> None:
    """No server will take the mail. It holds up nothing, and is shown until somebody settles it."""
    await conn.execute(_REFUSED, now, mail, reason)


async def later(conn: asyncpg.Connection, mail: UUID, at: datetime, reason: str) -> None:
    """The mail is tried again then."""
    await conn.execute(_LATER, at, mail, reason)


async def purge(conn: asyncpg.Connection, now: datetime) -> None:
    """Nothing is kept of what was settled long ago, but for what was refused."""
    await conn.execute(_PURGE, now - KEPT)


async def find(conn: asyncpg.Connection, *, settled: bool = False) -> Sequence[Notice]:
    """The notices that wait or were refused, oldest first; with ``settled`` those of the last `KEPT` too."""
    return [_notice(row) for row in await conn.fetch(_LIST, settled)]


async def get(conn: asyncpg.Connection, identity: UUID) -> Notice:
    """The notice of that id; Rejected if there is none."""
    row = await conn.fetchrow("SELECT * FROM notices WHERE id = $1", identity)
    if row is None:
        raise Rejected("not-found", f"there is no notice {identity}; `norrsam notices list` shows them")
    return _notice(row)


async def retry(conn: asyncpg.Connection, identity: UUID, now: datetime) -> None:
    """A notice that was refused is sent again; Rejected if it was not, or if something newer is on its way or sent."""
    notice = await get(conn, identity)
    if notice.outcome != "refused" or notice.text is None:
        raise Rejected("not-refused", f"notice {identity} is not refused; only such a one can be sent again")
    if await conn.fetchval(_OVERTAKEN, notice.address, notice.about, notice.position):
        raise Rejected("overtaken", f"something newer than notice {identity} was sent since, or is tried; discard it")
    await conn.execute(_RETRY, identity, now)


async def discard(conn: asyncpg.Connection, identity: UUID, now: datetime) -> None:
    """The notice is not sent; Rejected if it was, or is settled otherwise."""
    notice = await get(conn, identity)
    if notice.outcome not in (None, "refused"):
        raise Rejected("settled", f"notice {identity} is already {notice.outcome}")
    await conn.execute(_DISCARD, now, identity)


def _notice(row: asyncpg.Record) -> Notice:
    return Notice(**{name: row[name] for name in Notice.__slots__})
