"""Empties what is kept of invitees for as long as somebody may ask, or be told: not for ever."""

from datetime import datetime, timedelta
from uuid import UUID

from services.meetings.store import letter_codes, told
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts.topics import STREAMS
from shared.messaging.outbox import Transaction

TIDY = "tidy"
EVERY = timedelta(days=1)
ANSWERED_WITHIN = timedelta(days=365)
"""So long a letter can be answered by mail: an item may be given a year before it is due."""


async def tidy(tx: Transaction, _: UUID) -> datetime | None:
    """The due job of the service: forgets what was told and answered, once no topic has the meeting's last events."""
    now, kept = tx.context.now, STREAMS[MEETINGS_STREAM.stream].retention
    assert kept is not None
    await told.forget_before(tx.conn, now - kept)
    await letter_codes.forget_before(tx.conn, now - ANSWERED_WITHIN)
    return now + EVERY
