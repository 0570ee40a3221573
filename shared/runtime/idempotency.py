"""A command that comes twice with the same Idempotency-Key is carried out once, and answered twice alike.

Invariant: the key's row, with the answer, is written last in the command's own transaction, or that is undone: of two
that came at once with one key, one alone can write it.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg
from pydantic_core import to_json
from starlette.responses import Response

from shared.rejected import Rejected
from shared.runtime.versions import entity_tag

KEPT = "7 days"
NOT_KEPT = (412, 428, 500, 503)
"""Refusals after which the same command may succeed: its key stays free."""
_KEY = re.compile(r"[!-~]{1,200}")
_CLAIM = """
    SELECT kept.*, pg_try_advisory_xact_lock(hashtextextended(named::text, 0)) AS claimed
    FROM (VALUES ($1::text, $2::text, $3::text, $4::text)) AS named (sub, method, path, key)
    LEFT JOIN idempotency_keys AS kept USING (sub, method, path, key)
"""
_KEEP = """
    INSERT INTO idempotency_keys (sub, method, path, key, request_hash, status, headers, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes out, and as it is kept."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, response: Response) -> "Reply":
        """The reply that a response says."""
        return cls(response.status_code, {"Content-Type": response.headers["content-type"]}, bytes(response.body))

    def response(self, *, replayed: bool = False) -> Response:
        """The HTTP response."""
        mark = {"Idempotency-Replayed": "true"} if replayed else {}
        return Response(self.body, self.status, {**self.headers, **mark})


class Answered(Exception):  # noqa: N818 - nothing is wrong
    """The command was answered before; ``response`` says the same again."""

    def __init__(self, response: Response) -> None:
        super().__init__("answered before")
        self.response = response


@dataclass(frozen=True, slots=True)
class Key:
    """A command that named a key. Of the key, which a caller makes up, the digest alone is known.

    The content's digest is made with the key: else whoever reads the table could try out what may have been sent.
    """

    sub: str
    method: str
    instance: str
    digest: str
    request_hash: bytes

    @classmethod
    def of(cls, sub: str, method: str, path: str, instance: str, key: str, content: bytes) -> "Key":
        """The command at ``path``, of which ``instance`` may be told; Rejected if the key is not visible ASCII."""
        if not _KEY.fullmatch(key):
            raise Rejected("invalid-idempotency-key", "An Idempotency-Key has 1 to 200 visible ASCII characters.")
        digest = hashlib.sha256(f"{path}\n{key}".encode()).hexdigest()
        return cls(sub, method, instance, digest, hmac.digest(key.encode(), content, "sha256"))

    async def claim(self, conn: asyncpg.Connection) -> None:
        """The key is this transaction's. Answered if it was used before, with the answer that it got.

        Rejected if it came with another content, or if the first command with it is still being carried out: then
        nobody waits with a connection.
        """
        (row,) = await conn.fetch(_CLAIM, *self._columns)
        if row["request_hash"] is None:
            if row["claimed"]:
                return
            raise _in_progress()
        if row["request_hash"] != self.request_hash:
            raise Rejected(
                "invalid-idempotency-key",
                "This Idempotency-Key came with another content before. Use a new key for a new command.",
            )
        raise Answered(Reply(row["status"], json.loads(row["headers"]), row["body"]).response(replayed=True))

    async def keep(self, conn: asyncpg.Connection, reply: Reply) -> None:
        """The reply is the answer to this key from now on. Rejected if another command has claimed it before."""
        answer = reply.status, json.dumps(dict(reply.headers)), reply.body
        if await conn.execute(_KEEP, *self._columns, self.request_hash, *answer) == "INSERT 0 0":
            raise _in_progress()

    @property
    def _columns(self) -> tuple[str, str, str, str]:
        return self.sub, self.method, self.instance, self.digest


def reply_of(body: object, status: int = 200, location: str | None = None) -> Reply:
    """The reply with this body, a model or anything JSON can say; its `version`, if it has one, is the ETag."""
    headers = {}
    version = getattr(body, "version", None)
    if version is not None:
        headers["ETag"] = entity_tag(version)
    if location is not None:
        headers["Location"] = location
    if body is None:
        return Reply(status, headers)
    return Reply(status, {**headers, "Content-Type": "application/json"}, to_json(body))


def _in_progress() -> Rejected:
    return Rejected("in-progress", "A command with this Idempotency-Key is being carried out. Try again soon.")


async def purge(conn: asyncpg.Connection) -> None:
    """No answer is older than it is kept for."""
    await conn.execute("DELETE FROM idempotency_keys WHERE created_at < now() - $1::text::interval", KEPT)
