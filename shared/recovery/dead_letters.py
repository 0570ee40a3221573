"""Lists, retries and discards dead letters (docs/protocol.md, C9)."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from shared.contracts.registry import EVENTS
from shared.contracts.restated import StreamRestated
from shared.contracts.topics import county_of
from shared.links import checkpoints
from shared.messaging.handlers import Handler, Projection, apply, look_up_versions, projections
from shared.messaging.outbox import Writer
from shared.outages import is_outage
from shared.protocol.envelope import FalseEnvelope, correlation_of, parse
from shared.protocol.judging import Judgement, RecordOutcome, examine
from shared.rejected import Rejected

log = structlog.get_logger()

_LIST = "SELECT * FROM dead_letters WHERE settled_at IS NULL OR $1 ORDER BY id"
_OF_AGGREGATE = "SELECT * FROM dead_letters WHERE topic = $1 AND key = $2 ORDER BY id"
_UNKNOWN = """
    SELECT id FROM dead_letters WHERE reason = 'unknown-type' AND settled_at IS NULL AND event_type = ANY ($1)
    ORDER BY id LIMIT 500
"""
_COUNT = "UPDATE dead_letters SET attempts = attempts + 1 WHERE id = $1 AND settled_at IS NULL"
_STILL_DEAD = "UPDATE dead_letters SET reason = $2, detail = $3 WHERE id = $1"
_CHOSEN = "settled_at IS NULL AND ($1::text IS NULL OR topic = $1) AND ($2::text IS NULL OR reason = $2)"
_TOPICS = f"SELECT DISTINCT topic FROM dead_letters WHERE {_CHOSEN}"
_LOCK = "SELECT FROM checkpoints WHERE topic = $1 FOR UPDATE"
_SETTLE_ALL = f"UPDATE dead_letters SET settled_at = clock_timestamp(), outcome = 'discarded' WHERE {_CHOSEN}"
_SETTLE = "UPDATE dead_letters SET settled_at = clock_timestamp(), outcome = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter, with the fields of its record; ``attempts`` counts how often it was retried."""

    id: int
    topic: str
    reason: str
    detail: str
    offset: int
    key: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    value: bytes | None
    received_at: Any
    attempts: int
    outcome: str | None


async def find(conn: asyncpg.Connection, *, settled: bool = False) -> list[DeadLetter]:
    """The open dead letters, oldest first; with ``settled`` the settled ones too."""
    return [_dead_letter(row) for row in await conn.fetch(_LIST, settled)]


async def of_aggregate(conn: asyncpg.Connection, topic: str, identity: UUID) -> list[DeadLetter]:
    """The dead letters of one aggregate on ``topic``, oldest first, settled ones too."""
    return [_dead_letter(row) for row in await conn.fetch(_OF_AGGREGATE, topic, str(identity).encode())]


async def get(conn: asyncpg.Connection, letter_id: int) -> DeadLetter:
    """The dead letter of that id; Rejected if there is none."""
    row = await conn.fetchrow("SELECT * FROM dead_letters WHERE id = $1", letter_id)
    if row is None:
        raise Rejected("not-found", f"there is no dead letter {letter_id}; `norrsam dead-letters list` shows them")
    return _dead_letter(row)


async def superseded(conn: asyncpg.Connection, letter: DeadLetter, handlers: Sequence[Handler]) -> bool:
    """Whether every read model already has this version of the aggregate or a newer one."""
    try:
        envelope = parse(letter.topic, letter.headers)
    except FalseEnvelope:
        return False
    event_class = EVENTS.get(envelope.type)  # the type is enough: the data may be invalid
    tables = [each.table for each in handlers if isinstance(each, Projection) and event_class in each.events]
    query = "SELECT true FROM {} WHERE county = $1 AND id = $2 AND (epoch, version) >= ($3, $4)"
    values = county_of(letter.topic), envelope.subject, envelope.epoch, envelope.version
    return bool(tables) and all([await conn.fetchval(query.format(table), *values) for table in tables])


async def retry(conn: asyncpg.Connection, writer: Writer, handlers: Sequence[Handler], letter_id: int) -> int:
    """Apply and settle the dead letter, in one transaction; return how many events were emitted.

    Rejected if its envelope is false (then it can only be discarded), if it is settled, or if this version still cannot
    read it. Outage if newer code has taken over a read model. Errors of handlers are raised. After an error nothing has
    changed but the number of attempts.
    """
    await conn.execute(_COUNT, letter_id)  # by itself: what fails now is undone
    async with conn.transaction():
        return await _apply(conn, writer, handlers, letter_id)


async def _apply(conn: asyncpg.Connection, writer: Writer, handlers: Sequence[Handler], letter_id: int) -> int:
    topic = (await get(conn, letter_id)).topic
    # The lock keeps out batches of the same topic, and code that is older than the read model. It comes before the
    # letter's own, as in a batch that stores letters: else each would wait for the other.
    checkpoint = await checkpoints.lock(conn, topic, None, projections(handlers))
    letter = await _open_letter(conn, letter_id)
    await look_up_versions(conn, handlers, checkpoint, [letter])
    judgement = examine(checkpoint, letter, datetime.now(UTC))
    if letter.reason == RecordOutcome.FALSE_ENVELOPE:
        judgement = Judgement(letter, RecordOutcome.FALSE_ENVELOPE, letter.detail)
    if judgement.received is None:
        still = "can only be discarded" if judgement.envelope is None else "still cannot be read"
        raise Rejected(judgement.outcome.value, f"dead letter {letter_id} {still}: {judgement.detail}")
    event, envelope = judgement.received.event, judgement.received.envelope
    if isinstance(event, StreamRestated) and envelope.epoch == checkpoint.progress.epoch:
        checkpoint.progress.mark(event.first, envelope.number)
    emitted = await apply(conn, writer, handlers, checkpoint, [judgement.received])
    await checkpoints.save(conn, checkpoint)
    await conn.execute(_SETTLE, letter_id, "applied")
    return emitted


async def retry_known(conn: asyncpg.Connection, writer: Writer, handlers: Sequence[Handler]) -> int:
    """Retry the dead letters of unknown types that this version knows; return how many events were emitted.

    One that still cannot be applied stays, with the new reason.
    """
    emitted = 0
    for (letter_id,) in await conn.fetch(_UNKNOWN, list(EVENTS)):
        try:
            emitted += await retry(conn, writer, handlers, letter_id)
        except Exception as error:
            if is_outage(error):
                raise
            slug = error.slug if isinstance(error, Rejected) else ""
            reason = (
                slug if slug in set(RecordOutcome) else RecordOutcome.HANDLER_ERROR.value
            )  # a handler's own refusal is a handler error
            correlation_id = correlation_of(await get(conn, letter_id))
            log.warning("dead-letters.retry-failed", letter=letter_id, reason=reason, correlation_id=correlation_id)
            await conn.execute(_STILL_DEAD, letter_id, reason, repr(error)[:300])
    return emitted


async def discard(conn: asyncpg.Connection, letter_id: int) -> None:
    """Settle the dead letter without applying it; Rejected if there is none, or if it is settled."""
    await _open_letter(conn, letter_id)
    await conn.execute(_SETTLE, letter_id, "discarded")


async def discard_all(conn: asyncpg.Connection, topic: str | None, reason: str | None) -> int:
    """Settle every open dead letter of that topic and that reason, None being any; return how many there were.

    Topic by topic, each under the lock of its checkpoint, as a batch that stores letters: else each would wait for the
    other.
    """
    settled = 0
    for (each,) in await conn.fetch(_TOPICS, topic, reason):
        async with conn.transaction():
            await conn.execute(_LOCK, each)
            settled += int((await conn.execute(_SETTLE_ALL, each, reason)).split()[-1])
    return settled


async def _open_letter(conn: asyncpg.Connection, letter_id: int) -> DeadLetter:
    await conn.execute(
        "SELECT FROM dead_letters WHERE id = $1 FOR UPDATE", letter_id
    )  # locked against another settlement
    letter = await get(conn, letter_id)
    if letter.outcome is not None:
        raise Rejected("settled", f"dead letter {letter_id} is already {letter.outcome}")
    return letter


def _dead_letter(row: asyncpg.Record) -> DeadLetter:
    headers = tuple((name, _decoded(value)) for name, value in json.loads(row["headers"]))
    names = ("id", "topic", "reason", "detail", "key", "value", "received_at", "attempts", "outcome")
    return DeadLetter(offset=row["record_offset"], headers=headers, **{name: row[name] for name in names})


def _decoded(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
