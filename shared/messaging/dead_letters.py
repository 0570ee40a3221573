"""Records that could not be applied are kept as they came, with the reason, until someone settles them.

A later version of the same aggregate is applied all the same, so a dead letter holds up nothing. What becomes of
them is in `shared/recovery/dead_letters.py`.
"""

import base64
import hashlib
import json

import asyncpg
import structlog

from shared.protocol.judging import Judgement, RecordOutcome

log = structlog.get_logger()

_KEEP = """
    INSERT INTO dead_letters (topic, fingerprint, reason, detail, event_type, record_offset, key, headers, value)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (topic, fingerprint) DO UPDATE
    SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, settled_at = NULL, outcome = NULL
    WHERE dead_letters.outcome = 'applied'
"""


async def keep(conn: asyncpg.Connection, judgement: Judgement) -> None:
    """The record is among the dead letters, once, however often it comes; open again if it had been applied."""
    record, reason, detail = judgement.record, judgement.outcome.value, judgement.detail[:1000]
    said = (
        {} if judgement.outcome is RecordOutcome.HANDLER_ERROR else {"detail": detail}
    )  # the values in an error may be a body
    log.error("inbox.dead-letter", topic=record.topic, offset=record.offset, reason=reason, **said)
    headers = json.dumps([[name, encoded(value)] for name, value in record.headers])
    fingerprint = hashlib.sha256(json.dumps([encoded(record.key), headers, encoded(record.value)]).encode()).digest()
    row = (record.topic, fingerprint, reason, detail, judgement.event_type, record.offset)
    await conn.execute(_KEEP, *row, record.key, headers, record.value)


def encoded(value: bytes | None) -> str | None:
    """Bytes as text that JSON can hold."""
    return None if value is None else base64.b64encode(value).decode()
