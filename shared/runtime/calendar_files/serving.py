"""Calendar files over HTTP, and feeds for whoever has their secret address.

Of a secret only the digest is kept. A service that has feeds has this table, by a migration of its own:

    CREATE TABLE calendar_feeds (
        feed   text  PRIMARY KEY,     -- which feed, as the service names it
        digest bytea NOT NULL UNIQUE  -- SHA-256 of the secret that counts
    );
"""

import secrets
from hashlib import sha256
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from shared.rejected import Rejected
from shared.runtime.calendar_files.writing import CalendarFile
from shared.runtime.db import Connection
from shared.runtime.openapi import answers_with_file

MEDIA_TYPE = "text/calendar"
ANSWERS = answers_with_file(MEDIA_TYPE)
"""The `responses` of a route that answers with a file."""
Secret = Annotated[str, Path(max_length=100)]

_REPLACE = """
    INSERT INTO calendar_feeds (feed, digest) VALUES ($1, $2) ON CONFLICT (feed) DO UPDATE SET digest = EXCLUDED.digest
"""


class FeedAddress(BaseModel):
    """Where calendars subscribe to a feed. It is shown once: whoever has it may read the feed."""

    path: str


async def replace_address(conn: Connection, feed: str, path: str) -> Response:
    """The feed has a new secret address below ``path``, and the one before is no more: the answer that shows it once.

    The command keeps no answer (`command(keep_answer=False)`), for that would keep the secret.
    """
    secret = secrets.token_urlsafe(32)
    await conn.execute(_REPLACE, feed, _digest(secret))
    body = to_json(FeedAddress(path=f"{path}/{secret}"))
    return Response(body, 201, {"Cache-Control": "no-store"}, "application/json")


async def find_feed(conn: Connection, secret: str) -> str:
    """The feed whose address this is; Rejected if it is of none, or not any more."""
    feed: str | None = await conn.fetchval("SELECT feed FROM calendar_feeds WHERE digest = $1", _digest(secret))
    if feed is None:
        raise Rejected("not-found", "This is not the address of a feed, or not any more; ask the coordinator.")
    return feed


def file_response(file: CalendarFile, name: str) -> Response:
    """The file for download, or for a calendar that asks again with the ETag that it was given."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(file.content, 200, headers, f"{MEDIA_TYPE}; charset=utf-8")


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
