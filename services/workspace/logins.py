"""The traces of a log-in: a row without the cookie, with the tokens sealed.

Invariant: one refresh at a time for each log-in, under the lock of its row. Two at once with a token that rotates count
as theft at the provider, and its user is thrown out.
"""

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any, cast

import asyncpg
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.workspace.oidc import LoginFailed, Provider, Tokens
from shared.contracts.counties import County
from shared.runtime.db import arguments
from shared.runtime.settings import Settings

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
REFRESH_BEFORE_SECONDS = 30.0
USED_EVERY = timedelta(minutes=1)
ACQUIRE_SECONDS = 2.0
_SEAL = {"alg": "dir", "enc": "A256GCM"}

_INSERT = "INSERT INTO logins (id, sealed, began_at, used_at) VALUES ($1, $2, $3, $3)"
_FIND = "SELECT sealed, used_at FROM logins WHERE id = $1 AND used_at > $2 AND began_at > $3"
_UPDATE = "UPDATE logins SET sealed = $2, used_at = $3 WHERE id = $1"
_USE = "UPDATE logins SET used_at = $2 WHERE id = $1"
_DELETE = "DELETE FROM logins WHERE id = $1 RETURNING sealed"
_PURGE = "DELETE FROM logins WHERE used_at <= $1 OR began_at <= $2"


class Seal:
    """Seals texts with a key of this workspace (JWE, RFC 7516)."""

    def __init__(self, secret: str) -> None:
        self._key = OctKey.import_key(hashlib.sha256(secret.encode()).digest())

    def close(self, text: str) -> str:
        """The sealed text."""
        return jwe.encrypt_compact(_SEAL, text, self._key)

    def open(self, sealed: str) -> str | None:
        """The text; None if it was not sealed with this key."""
        try:
            opened = jwe.decrypt_compact(sealed, self._key).plaintext
            return opened.decode() if opened is not None else None
        except (JoseError, ValueError):
            return None


class Logins:
    """The log-ins of one workspace, in its database."""

    def __init__(self, settings: Settings, county: County, seal: Seal, provider: Provider) -> None:
        self._arguments = arguments(settings, county, "workspace")
        self._now, self._seal, self._provider = settings.now, seal, provider
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Makes the pool. Whether PostgreSQL answers shows when it is used."""
        self._pool = await asyncpg.create_pool(**self._arguments, min_size=0, max_size=5, command_timeout=5)

    async def close(self) -> None:
        """Closes every connection."""
        if self._pool:
            try:
                await asyncio.wait_for(self._pool.close(), 1)
            except TimeoutError:
                self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection; OSError, TimeoutError or a PostgresError if PostgreSQL cannot serve."""
        assert self._pool
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as conn:
            yield cast(asyncpg.Connection, conn)

    async def begin(self, tokens: Tokens) -> str:
        """Keeps a new log-in; the value of its cookie."""
        cookie = secrets.token_urlsafe(32)
        async with self.connection() as conn:
            now = self._now()
            await conn.execute(_PURGE, now - IDLE, now - LONGEST)
            await conn.execute(_INSERT, _id(cookie), self._seal.close(json.dumps(asdict(tokens))), now)
        return cookie

    async def tokens(self, cookie: str, used: bool = True) -> Tokens | None:
        """The tokens of this log-in, refreshed if they are about to end; None if there is no such log-in any more.

        Without ``used`` the log-in lasts no longer by it: an open page asks by itself. ProviderAway if the tokens have
        ended and the provider does not answer.
        """
        async with self.connection() as conn:
            row = await self._find(conn, cookie)
            if row is None or (tokens := self._opened(row["sealed"])) is None:
                return None
            if _seconds_left(tokens.access) > REFRESH_BEFORE_SECONDS:
                if used and row["used_at"] < self._now() - USED_EVERY:
                    await conn.execute(_USE, _id(cookie), self._now())
                return tokens
            return await self._refreshed(conn, cookie, used)

    async def end(self, cookie: str) -> Tokens | None:
        """Forgets the log-in; its tokens, if it was there."""
        async with self.connection() as conn:
            sealed = await conn.fetchval(_DELETE, _id(cookie))
        return self._opened(sealed) if sealed else None

    async def _find(self, conn: asyncpg.Connection, cookie: str, lock: str = "") -> asyncpg.Record | None:
        now = self._now()
        return await conn.fetchrow(_FIND + lock, _id(cookie), now - IDLE, now - LONGEST)

    async def _refreshed(self, conn: asyncpg.Connection, cookie: str, used: bool) -> Tokens | None:
        async with conn.transaction():
            row = await self._find(conn, cookie, " FOR UPDATE")
            if row is None or (tokens := self._opened(row["sealed"])) is None:
                return None
            if _seconds_left(tokens.access) > REFRESH_BEFORE_SECONDS:
                return tokens  # another request has refreshed them while this one waited
            try:
                found = await self._provider.refresh(tokens.refresh or "")
            except LoginFailed:
                await conn.execute(_DELETE, _id(cookie))
                return None
            found = Tokens(found.access, found.refresh or tokens.refresh, found.identity or tokens.identity)
            moment = self._now() if used else row["used_at"]
            await conn.execute(_UPDATE, _id(cookie), self._seal.close(json.dumps(asdict(found))), moment)
            return found

    def _opened(self, sealed: str) -> Tokens | None:
        text = self._seal.open(sealed)
        return Tokens(**json.loads(text)) if text else None


def _id(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


def _seconds_left(token: str) -> float:
    """How long a token is good; its signature is checked elsewhere."""
    claims: dict[str, Any] = json.loads(jws.extract_compact(token.encode()).payload)
    return float(claims["exp"]) - time.time()
