"""The relay's leader sends what waits: each mail at least once, and each attempt is counted before it is made.

Invariant: before a mail goes, its attempt is committed on the leader's connection, so who has lost the lead sends
nothing more. A process that dies between the server's answer and `sent` leaves one more copy with the same Message-ID.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from shared.links.faults import FaultKind, Faults
from shared.messaging.leading import ANSWER_SECONDS
from shared.outages import POSTGRES_ERRORS, is_outage
from shared.runtime.notices import policy, queue
from shared.runtime.notices.composing import compose
from shared.runtime.notices.policy import Refusal
from shared.runtime.notices.transport import NotTaken, Send, Transport

log = structlog.get_logger()

WAYS = {"server": "the mail server cannot be used", "files": "no mail server is named, and no file can be written"}
POLL_SECONDS = 3.0
PURGE_TURNS = 1_000


class Mailer:
    """Sends the notices of one service from ``name`` at ``sender``."""

    def __init__(self, transport: Transport, sender: str, name: str, now: Callable[[], datetime]) -> None:
        self._transport, self._sender, self._name, self._now = transport, sender, name, now
        self.faults = Faults()
        self._open = False  # whether the way was open when it was last tried
        self._failures = 0
        self._turns = 0

    async def run(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Sends until cancelled, on the leader's connection. Its ``lock`` is not held while a mail is on its way."""
        try:
            await self._send_for_ever(conn, lock)
        finally:
            self._open = False
            self.faults.end_all()  # another process may lead, and see for itself

    async def _send_for_ever(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        while True:
            try:
                went = await self.turn(conn, lock)
            except Exception as error:
                if is_outage(error):
                    raise
                went, self._failures = False, self._failures + 1  # events are sent all the same
                log.error("notices.failed", error=type(error).__name__)  # noqa: TRY400 - a traceback may quote
            if not went:
                await asyncio.sleep(
                    policy.next_look(self._failures).total_seconds() if self._failures else POLL_SECONDS
                )

    async def turn(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> bool:
        """Sends what may go now; whether something went, so that more may follow. Errors of PostgreSQL are raised.

        At first, and after a failure, it looks whether the way is open, also if nothing waits.
        """
        async with asyncio.timeout(ANSWER_SECONDS), lock:
            if self._turns % PURGE_TURNS == 0:
                await queue.purge(conn, self._now())
            self._turns += 1
            mails = await queue.claim(conn, self._now())
        if not mails and self._open:
            return False
        try:
            async with self._transport.session() as send:
                for mail in mails:
                    await self._send(conn, lock, mail, send)
        except POSTGRES_ERRORS:
            raise
        except Exception as error:
            self._closed(type(error).__name__)  # no more: its text may quote
            return False
        if not self._open:
            log.info("notices.open", mail=str(self._transport))
        self._open, self._failures = True, 0
        self.faults.end(FaultKind.MAIL_WAITS)
        return bool(mails)

    def _closed(self, error: str) -> None:
        """Nobody is told until the way is open again."""
        self._open, self._failures = False, self._failures + 1
        self.faults.begin(FaultKind.MAIL_WAITS, f"nobody is told: {WAYS[self._transport.kind]} ({error})")
        log.warning("notices.wait", mail=str(self._transport), error=error, failures=self._failures)

    async def _send(self, conn: asyncpg.Connection, lock: asyncio.Lock, mail: UUID, send: Send) -> None:
        async with asyncio.timeout(ANSWER_SECONDS), lock:
            notices = await queue.take(conn, mail)
        if not notices:
            return  # forgotten, replaced or discarded meanwhile
        refused: Refusal | None = None
        try:
            await send(compose(notices, self._sender, self._name))
        except NotTaken as answer:
            refused = answer.refusal
        except ValueError as error:
            refused = Refusal(f"it cannot be written as a mail: {type(error).__name__}", for_good=True)
        except Exception as error:
            wait = policy.next_look(max(notice.attempts for notice in notices))
            async with asyncio.timeout(ANSWER_SECONDS), lock:
                await queue.later(conn, mail, self._now() + wait, type(error).__name__)
            raise
        async with asyncio.timeout(ANSWER_SECONDS), lock:
            if refused is None:
                await queue.sent(conn, mail, self._now())
            elif refused.for_good:
                await queue.refused(conn, mail, self._now(), refused.reason)
            else:
                wait = policy.next_try(max(notice.attempts for notice in notices))
                await queue.later(conn, mail, self._now() + wait, refused.reason)
        if refused:
            log.warning("notices.not-taken", mail=str(mail), reason=refused.reason, for_good=refused.for_good)
