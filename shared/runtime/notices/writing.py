"""A notice is written in the transaction that causes it.

Invariant: nothing is told of what is old or said again. What causes a notice is a command, or an event or a plan that
is younger than `OLD_AFTER` and came after the last recovery: before that, people may have been told already. An event
that came late, because its county was away, is told of while it still matters, if the caller says how long.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from shared.letter import Letter
from shared.messaging.outbox import Transaction

OLD_AFTER = timedelta(hours=24)

_REPLACE = """
    UPDATE notices SET outcome = 'replaced', settled_at = $3, subject = NULL, text = NULL
    WHERE (address, about) = ($1, $2) AND outcome IS NULL AND method IS NULL
"""
_TAKE_BACK = """
    UPDATE notices SET outcome = 'replaced', settled_at = $2, subject = NULL, text = NULL
    WHERE about = $1 AND coalesce(outcome, 'refused') = 'refused' AND method IS NULL
"""
_WRITE = """
    INSERT INTO notices (id, epoch, kind, recipient, address, about, subject, text, calendar, method, at, tried_next)
    SELECT $1, epoch, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10 FROM identity
"""
_FORGET = """
    UPDATE notices SET address = NULL, subject = NULL, text = NULL, calendar = NULL,
        outcome = CASE WHEN outcome IS NULL OR outcome = 'refused' THEN 'discarded' ELSE outcome END,
        settled_at = coalesce(settled_at, now())
    WHERE recipient = ANY ($1)
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose mailbox it is, a participant's or a contact function's, as this county knows it."""

    id: UUID
    address: str


async def write(
    tx: Transaction,
    to: Recipient,
    about: UUID,
    letter: Letter,
    at: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """The recipient is told, at once or ``at`` that time, if the transaction commits; nobody if `is_live` denies.

    ``about`` is what the letter tells the newest of: a letter without a calendar file that still waits there is
    replaced. Calendar files are all sent, in the order of writing.
    """
    if not await is_live(tx, until):
        return
    now = tx.writer.now()
    await tx.conn.execute(_REPLACE, to.address, about, now)
    content = (letter.subject, letter.text, letter.calendar, letter.method)
    row = (uuid7(), letter.kind, to.id, to.address, about, *content, at or now)
    await tx.conn.execute(_WRITE, *row)


async def take_back(tx: Transaction, about: UUID) -> None:
    """Take back all that still waits about this, or was refused, but for calendar files."""
    await tx.conn.execute(_TAKE_BACK, about, tx.writer.now())


async def is_live(tx: Transaction, until: datetime | None = None) -> bool:
    """Whether people may be told of what this transaction does. It matters ``until`` then, however late it has come;
    without that only while it is new. What is restated was told before, or never mattered here.
    """
    if tx.caused_at is None:
        return True
    epoch = await tx.conn.fetchval("SELECT epoch FROM identity")
    recovered_at = datetime.fromtimestamp(epoch, UTC)  # the first epoch is 1, the others begin at a recovery
    now = tx.writer.now()
    matters = until is not None and now < until
    return tx.caused_at >= (recovered_at if matters else max(now - OLD_AFTER, recovered_at))


async def forget(conn: asyncpg.Connection, recipients: Iterable[UUID]) -> None:
    """Nothing is left of what these were told but when; nothing more is sent to them."""
    await conn.execute(_FORGET, list(recipients))
