"""The secret under which calendars subscribe to the county's occasions. Only its digest is kept."""

import hmac
from hashlib import sha256

from shared.runtime.db import Connection

_SAVE = """
    INSERT INTO calendar_secret (digest) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET digest = EXCLUDED.digest
"""


async def save_secret(conn: Connection, secret: str) -> None:
    """Only this secret counts from now on."""
    await conn.execute(_SAVE, sha256(secret.encode()).digest())


async def is_secret(conn: Connection, given: str) -> bool:
    """Whether this is the secret that counts."""
    kept = await conn.fetchval("SELECT digest FROM calendar_secret")
    return kept is not None and hmac.compare_digest(kept, sha256(given.encode()).digest())
