"""Empties what is kept of invitees for as long as somebody may ask, or be told: not for ever."""

from datetime import datetime, timedelta
from uuid import UUID

from services.meetings.store import told
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts.topics import STREAMS
from shared.messaging.outbox import Transaction

TIDY = "tidy"
EVERY = timedelta(days=1)


async def tidy(tx: Transaction, _: UUID) -> datetime | None:
    """The due job of the service: forgets what was told and answered, once no topic has the meeting's last events."""
    now, kept = tx.context.now, STREAMS[MEETINGS_STREAM.stream].retention
    assert kept is not None
    await told.forget_before(tx.conn, now - kept)
    return now + EVERY
