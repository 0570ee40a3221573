"""Stores records that could not be applied as they came, with the reason (docs/protocol.md, C8 and C9).

A later version of the same aggregate is applied all the same, so a dead letter holds up nothing.
`shared/recovery/dead_letters.py` lists, retries and discards them.
"""

import base64
import hashlib
import json
from typing import Any

import asyncpg
import structlog

from shared.protocol.envelope import correlation_of
from shared.protocol.judging import Judgement

log = structlog.get_logger()

_STORE = """
    INSERT INTO dead_letters (topic, fingerprint, reason, detail, event_type, record_offset, key, headers, value)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (topic, fingerprint) DO UPDATE
    SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, settled_at = NULL, outcome = NULL
    WHERE dead_letters.outcome = 'applied'
"""

_FALSE = "SELECT fingerprint FROM dead_letters WHERE topic = $1 AND reason = 'false-envelope'"


async def store(conn: asyncpg.Connection, judgement: Judgement) -> None:
    """Store the record as a dead letter, once, however often it comes; one that was applied is opened again."""
    record, reason, detail = judgement.record, judgement.outcome.value, judgement.detail[:1000]
    # The log leaves out the detail, which may quote the record.
    correlation_id = correlation_of(record)
    log.error(
        "inbox.dead-letter", topic=record.topic, offset=record.offset, reason=reason, correlation_id=correlation_id
    )
    event_type = judgement.envelope and judgement.envelope.type
    row = (record.topic, fingerprint(record), reason, detail, event_type, record.offset)
    await conn.execute(_STORE, *row, record.key, _headers(record), record.value)


async def false_ones(conn: asyncpg.Connection, topic: str) -> set[bytes]:
    """The fingerprints of the records of ``topic`` whose envelopes were false when they came."""
    return {row["fingerprint"] for row in await conn.fetch(_FALSE, topic)}


def fingerprint(record: Any) -> bytes:
    """The hash of what is in a record."""
    parts = [encoded(record.key), _headers(record), encoded(record.value)]
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def _headers(record: Any) -> str:
    return json.dumps([[name, encoded(value)] for name, value in record.headers])


def encoded(value: bytes | None) -> str | None:
    """The bytes in base64."""
    return None if value is None else base64.b64encode(value).decode()
