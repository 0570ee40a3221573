"""Jobs that are due later: an offer lapses, a signal expires. The relay's leader runs them, a row each.

Invariant: the transaction that does a job deletes its row, so no job is done twice and none is forgotten. The
writer's clock tells the time; a clock that jumps back undoes nothing.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog
import uuid_utils

from shared.messaging.outbox import Transaction, Writer
from shared.runtime import logs

log = structlog.get_logger()

BATCH = 500
TURN_SECONDS = 5.0  # the leader has more to do

Job = Callable[[Transaction, UUID], Awaitable[datetime | None]]
"""Does a job of an aggregate, and returns the time at which it is due again, None if never.

It locks the aggregate before anything else, as commands do, and checks itself whether the time has come.
"""

_PLAN = """
    INSERT INTO due (kind, id, at) VALUES ($1, $2, $3)
    ON CONFLICT (kind, id) DO UPDATE SET at = EXCLUDED.at, failures = 0, tried_at = NULL
"""
_DUE = """
    SELECT kind, id, at FROM due
    WHERE at <= $1 AND kind = ANY ($2)
        AND (tried_at IS NULL OR tried_at < clock_timestamp() - least(failures, 60) * interval '1 minute')
    ORDER BY at LIMIT $3
"""
_DONE = "DELETE FROM due WHERE (kind, id, at) = ($1, $2, $3)"
_AGAIN = "UPDATE due SET at = $4, failures = 0, tried_at = NULL WHERE (kind, id, at) = ($1, $2, $3)"
_FAILED = "UPDATE due SET failures = failures + 1, tried_at = clock_timestamp() WHERE (kind, id, at) = ($1, $2, $3)"


async def plan(conn: asyncpg.Connection, kind: str, identity: UUID, at: datetime) -> None:
    """Plans the job ``kind`` of the aggregate for that time and no other, if the caller's transaction commits."""
    await conn.execute(_PLAN, kind, identity, at)


async def run(conn: asyncpg.Connection, writer: Writer, jobs: Mapping[str, Job]) -> None:
    """Does the jobs that are due, each in a transaction of its own. One that fails, or has no time left, waits."""
    ends = time.monotonic() + TURN_SECONDS
    for row in await conn.fetch(_DUE, writer.now(), list(jobs), BATCH):
        place = (row["kind"], row["id"], row["at"])
        try:
            async with conn.transaction():
                tx = Transaction(conn, writer, str(uuid_utils.uuid7()), caused_at=row["at"])
                await _do(tx, jobs[row["kind"]], place)
        except (_PlannedAnew, asyncpg.LockNotAvailableError):
            pass  # somebody has changed the aggregate, or is about to: the next turn sees what has come of it
        except Exception as error:
            name, at = type(error).__name__, logs.frames(error)  # no more: its text may quote
            log.error("due.failed", kind=row["kind"], id=str(row["id"]), error=name, raised_at=at)  # noqa: TRY400
            await conn.execute(_FAILED, *place)  # fails too, and ends the lead, if the database is to blame
        if time.monotonic() > ends:
            return


async def _do(tx: Transaction, job: Job, place: tuple[str, UUID, datetime]) -> None:
    await tx.conn.execute("SET LOCAL lock_timeout = '1s'")
    again = await job(tx, place[1])
    done = await tx.conn.execute(*((_DONE, *place) if again is None else (_AGAIN, *place, again)))
    if done.endswith(" 0"):
        raise _PlannedAnew


class _PlannedAnew(Exception):  # noqa: N818 - nothing is wrong
    pass
