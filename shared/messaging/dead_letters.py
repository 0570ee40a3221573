"""Stores records that could not be applied as they came, with the reason (docs/protocol.md, C8 and C9).

A later version of the same aggregate is applied all the same, so a dead letter holds up nothing.
`shared/recovery/dead_letters.py` lists, retries and discards them.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import asyncpg
import structlog

from shared.contracts.topics import LINKS, stream_name
from shared.protocol.envelope import correlation_of
from shared.protocol.judging import Judgement

log = structlog.get_logger()

_STORE = """
    INSERT INTO dead_letters (topic, fingerprint, reason, detail, event_type, record_offset, key, headers, value)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (topic, fingerprint) DO UPDATE
    SET reason = EXCLUDED.reason, detail = EXCLUDED.detail, record_offset = EXCLUDED.record_offset,
        headers = EXCLUDED.headers, value = EXCLUDED.value, settled_at = NULL, outcome = NULL
    WHERE dead_letters.outcome = 'applied' OR dead_letters.outcome = 'discarded' AND $10
"""

_FALSE = "SELECT fingerprint FROM dead_letters WHERE topic = $1 AND reason = 'false-envelope'"


async def store(conn: asyncpg.Connection, judgement: Judgement) -> None:
    """Store the record as a dead letter, once, however often it comes; one that was applied is opened again.

    A report is stored once for each thing that is wrong with its service's, for the next one comes in ten seconds; it
    is opened again as long as they come.
    """
    record, reason, detail = judgement.record, judgement.outcome.value, judgement.detail[:1000]
    is_report = stream_name(record.topic) == LINKS
    event_type = judgement.envelope and judgement.envelope.type
    same = _hash([encoded(record.key), reason, detail]) if is_report else fingerprint(record)
    row = (record.topic, same, reason, detail, event_type, record.offset)
    done = await conn.execute(_STORE, *row, record.key, _headers(record), record.value, is_report)
    if done != "INSERT 0 0":  # the log leaves out the detail, which may quote the record
        correlation_id = correlation_of(record)
        log.error(
            "inbox.dead-letter", topic=record.topic, offset=record.offset, reason=reason, correlation_id=correlation_id
        )


async def false_ones(conn: asyncpg.Connection, topic: str) -> set[bytes]:
    """The fingerprints of the records of ``topic`` whose envelopes were false when they came."""
    return {row["fingerprint"] for row in await conn.fetch(_FALSE, topic)}


def fingerprint(record: Any) -> bytes:
    """The hash of what is in a record."""
    return _hash([encoded(record.key), _headers(record), encoded(record.value)])


def _hash(parts: Sequence[str | None]) -> bytes:
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def _headers(record: Any) -> str:
    return json.dumps([[name, encoded(value)] for name, value in record.headers])


def encoded(value: bytes | None) -> str | None:
    """The bytes in base64."""
    return None if value is None else base64.b64encode(value).decode()
