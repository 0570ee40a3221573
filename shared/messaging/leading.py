"""Elects the process of a service that leads: it holds an advisory lock as long as its session lasts.

Invariant: a leader that was frozen, or whose host is gone, loses its session and with it the lock. Whatever it then
tries on that connection fails (docs/protocol.md, R2).
"""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg

from shared.rejected import Rejected

Connect = Callable[..., Awaitable[asyncpg.Connection]]
"""Opens a new connection to a service's database: ``connect(**server_settings)``."""

RETRY_SECONDS = 1.0
LEADER_SECONDS = 30.0
PING_SECONDS = 3.0
"""A leader uses its connection at least so often; `idle_session_timeout` ends the session of one that does not."""
ANSWER_SECONDS = 15.0  # a connection to a host that is gone gives no error for hours
SESSION = {
    "idle_session_timeout": "15s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


@asynccontextmanager
async def lead(connect: Connect, what: str, **server_settings: str) -> AsyncIterator[asyncpg.Connection]:
    """Wait until nobody else leads ``what``; within the block this process does, on the connection that it gets."""
    conn = await connect(**SESSION, **server_settings)
    try:
        while not await conn.fetchval(  # noqa: ASYNC110 - nothing notifies when another session releases its lock
            "SELECT pg_try_advisory_lock($1)", lock_key(what)
        ):
            await asyncio.sleep(RETRY_SECONDS)
        yield conn
    finally:
        conn.terminate()


@asynccontextmanager
async def without_relay(conn: asyncpg.Connection) -> AsyncIterator[None]:
    """Hold the relay's lock within the block; Rejected if another process keeps it for LEADER_SECONDS."""
    deadline = time.monotonic() + LEADER_SECONDS
    while not await conn.fetchval("SELECT pg_try_advisory_lock($1)", lock_key("relay")):
        if time.monotonic() > deadline:
            raise Rejected(
                "still-led",
                f"A process still leads this service's relay after {LEADER_SECONDS:.0f} s. Stop it, and try again.",
            )
        await asyncio.sleep(0.5)
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute("SELECT pg_advisory_unlock($1)", lock_key("relay"))


def lock_key(what: str) -> int:
    """The advisory lock for ``what``; locks are per database, so each service has its own."""
    return zlib.crc32(f"norrsam {what}".encode())
