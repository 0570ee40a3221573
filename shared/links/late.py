"""Keeps what came late: which stream was not complete, from when until when, and how many events came afterwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import structlog
from pydantic import BaseModel, ConfigDict

from shared.links.checkpoints import all_progress

log = structlog.get_logger()

AFTER = timedelta(minutes=10)
"""A stream is late when it is complete only up to a time that is longer ago. Reports come each ten seconds."""

_BEGIN = "INSERT INTO late (topic, since, epoch, number) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_PRESENT = "SELECT topic FROM late WHERE until IS NULL"
_END = """
    UPDATE late SET until = $2, events = CASE WHEN epoch = $3 THEN $4 - number END
    WHERE topic = $1 AND until IS NULL RETURNING since, events
"""
_LATE = "SELECT topic, since, until, events FROM late ORDER BY since DESC, topic LIMIT $1"


class Late(BaseModel):
    """A time in which a stream was late. ``until`` is None while it is; ``events`` too where an epoch has begun."""

    model_config = ConfigDict(frozen=True)

    topic: str
    since: datetime
    until: datetime | None
    events: int | None


async def note(conn: asyncpg.Connection, topics: Sequence[str], now: datetime) -> None:
    """Note each stream that is late by ``now``, and each that is no more. One that was never complete is not late."""
    present = {row["topic"] for row in await conn.fetch(_PRESENT)}
    for topic, (progress, _) in (await all_progress(conn, topics)).items():
        if progress.complete_until is None:
            continue
        place = topic, progress.complete_until, progress.epoch, progress.number
        if now - progress.complete_until > AFTER:
            await conn.execute(_BEGIN, *place)
        elif topic in present and (ended := await conn.fetchrow(_END, *place)):
            log.info("links.was-late", topic=topic, since=ended["since"].isoformat(), events=ended["events"])


async def newest(conn: asyncpg.Connection, most: int) -> list[Late]:
    """The times in which streams were late, the newest first."""
    return [Late(**row) for row in await conn.fetch(_LATE, most)]
