"""A command that comes twice with the same Idempotency-Key is carried out once, and answered twice alike.

Invariant: the key's row is written first in the command's own transaction. Who comes second waits for that
transaction, and finds either its answer or nothing at all.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import asyncpg
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from shared.messaging.outbox import Transaction
from shared.outages import Outage
from shared.rejected import Rejected
from shared.runtime import problems
from shared.runtime.versions import entity_tag

KEPT = "7 days"
_KEY = re.compile(r"[!-~]{1,200}")
_CLAIM = """
    INSERT INTO idempotency_keys (sub, method, path, key, request_hash) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING true
"""
_FIND = """
    SELECT request_hash, status, headers, body FROM idempotency_keys
    WHERE (sub, method, path, key) = ($1, $2, $3, $4)
"""
_KEEP = """
    UPDATE idempotency_keys SET status = $5, headers = $6, body = $7
    WHERE (sub, method, path, key) = ($1, $2, $3, $4)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command comes to. ``version`` becomes the ETag; ``body`` is a model, or anything JSON can say."""

    status: int = 200
    body: BaseModel | object = None
    version: int | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes out, and as it is kept."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def response(self, *, replayed: bool = False) -> Response:
        """The HTTP response."""
        more = {"Idempotency-Replayed": "true"} if replayed else {}
        return Response(self.body, self.status, {**self.headers, **more})


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that named a key. Of the key, which a caller makes up, the digest alone is known.

    The content's digest is made with the key: else whoever reads the table could try out what may have been sent.
    """

    sub: str
    method: str
    instance: str
    key: str
    request_hash: bytes

    @classmethod
    def of(cls, sub: str, method: str, path: str, instance: str, key: str, content: bytes) -> "Asked":
        """The command at ``path``, of which ``instance`` may be told; Rejected if the key is not visible ASCII."""
        if not _KEY.fullmatch(key):
            raise Rejected("invalid-idempotency-key", "An Idempotency-Key has 1 to 200 visible ASCII characters.")
        digest = hashlib.sha256(f"{path}\n{key}".encode()).hexdigest()
        return cls(sub, method, instance, digest, hmac.digest(key.encode(), content, "sha256"))

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What the key is unique by."""
        return self.sub, self.method, self.instance, self.key


def reply_of(answer: Answer) -> Reply:
    """The answer as it goes out."""
    headers = {}
    if answer.version is not None:
        headers["ETag"] = entity_tag(answer.version)
    if answer.location is not None:
        headers["Location"] = answer.location
    if answer.body is None:
        return Reply(answer.status, headers)
    return Reply(answer.status, {**headers, "Content-Type": "application/json"}, to_json(answer.body))


async def once(tx: Transaction, asked: Asked, run: Callable[[Transaction], Awaitable[Answer]]) -> Response:
    """The answer of ``run``, or of the first time it ran under this key; a refusal is kept like any answer.

    Rejected if the same key came with another content. Whatever else is raised undoes everything.
    """
    if not await tx.conn.fetchval(_CLAIM, *asked.name, asked.request_hash):
        return await _again(tx.conn, asked)
    try:
        async with tx.conn.transaction():
            reply = reply_of(await run(tx))
    except Rejected as rejected:
        if problems.status_of(rejected.slug) >= 500:
            raise
        refusal = problems.of_rejection(rejected, asked.instance)
        reply = Reply(refusal.status_code, {"Content-Type": problems.MEDIA_TYPE}, bytes(refusal.body))
    await tx.conn.execute(_KEEP, *asked.name, reply.status, json.dumps(dict(reply.headers)), reply.body)
    return reply.response()


async def _again(conn: asyncpg.Connection, asked: Asked) -> Response:
    row = await conn.fetchrow(_FIND, *asked.name)
    if row is None:
        raise Outage("the key was purged at this very moment")
    if row["request_hash"] != asked.request_hash:
        raise Rejected(
            "invalid-idempotency-key",
            "This Idempotency-Key came with another content before. Use a new key for a new command.",
        )
    return Reply(row["status"], json.loads(row["headers"]), row["body"]).response(replayed=True)


async def purge(conn: asyncpg.Connection) -> None:
    """No answer is older than it is kept for."""
    await conn.execute("DELETE FROM idempotency_keys WHERE created_at < now() - $1::text::interval", KEPT)
