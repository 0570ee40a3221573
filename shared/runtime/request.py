"""A request to a service: who asks, and the one transaction in which a command changes something."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from shared.contracts.topics import STREAMS, topic_name
from shared.links.freshness import Freshness, freshness, together
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime import idempotency, versions
from shared.runtime.auth import INSIDE, Principal
from shared.runtime.db import Database
from shared.runtime.idempotency import Key, Reply
from shared.runtime.problems import instance_of, of_rejection, status_of

CORRELATION_ID = "norrsam.correlation_id"
TRACEPARENT = "norrsam.traceparent"


@dataclass(slots=True)
class CommandTransaction(Transaction):
    """The transaction of a command. ``expected_version`` is the one in If-Match, None without the header."""

    expected_version: int | None = None
    version_checked: bool = False
    replied: Reply | None = None

    def reply(self, body: object = None, *, status: int | None = None, location: str | None = None) -> Response:
        """The command's answer, kept for its Idempotency-Key: 201 with a ``location``, else 200, or ``status``.

        ``body`` is a model, or anything JSON can say; its `version` becomes the ETag.
        """
        self.replied = idempotency.reply_of(body, status or (201 if location else 200), location)
        return self.replied.response()

    def refuse_unchecked_version(self) -> None:
        """Raises Rejected if If-Match named a version that nothing was compared with (RFC 9110, section 13.1.1)."""
        if self.expected_version is not None and not self.version_checked:
            raise Rejected(
                "precondition-failed",
                "If-Match names a version, but nothing here has one that this command depends on. Leave it out.",
            )


class RequestContext(Request):
    """One request of ``principal`` to a service of ``county``. Its right to this route has been checked."""

    def __init__(self, request: Request, db: Database, principal: Principal) -> None:
        super().__init__(request.scope, request.receive)
        self.db = db
        self.writer = db.writer
        self.county = db.writer.county
        self.principal = principal

    @property
    def correlation_id(self) -> str | None:
        """The id that joins all that this request causes, here and in other counties; None where nothing may."""
        found: str | None = self.scope.get(CORRELATION_ID)
        return found

    @asynccontextmanager
    async def command(self, *, keep_answer: bool = True) -> AsyncIterator[CommandTransaction]:
        """The command's transaction: committed at the end of the block, rolled back if anything is raised in it.

        With an Idempotency-Key the answer is kept in the same transaction. A key that was used before ends here, with
        the answer that it got (`idempotency.Answered`). A Rejected undoes the block, is kept like an answer by a second
        transaction, and is raised on; one about a condition (412, 428) or an outage is not kept, for the same command
        may succeed later.
        With ``keep_answer`` false the key is not looked at: nothing of such a command may stay.
        """
        expected = versions.expected_version(self._header("if-match"))
        versions.refuse_if_none_match(self._header("if-none-match"))
        key = await self._key() if keep_answer else None
        traceparent = self.scope.get(TRACEPARENT)
        claimed = False
        try:
            async with self.db.begin(CommandTransaction, self.correlation_id, traceparent) as tx:
                tx.expected_version = expected
                if key:
                    await key.claim(tx.conn)
                    claimed = True
                yield tx
                tx.refuse_unchecked_version()
                if key:
                    assert tx.replied is not None, "a command replies"
                    await key.keep(tx.conn, tx.replied)
        except Rejected as rejected:
            if key and claimed and status_of(rejected.slug) not in idempotency.NOT_KEPT:
                async with self.db.begin(CommandTransaction, self.correlation_id) as tx:
                    await key.claim(tx.conn)  # free again since the block was undone: another may have been answered
                    await key.keep(tx.conn, Reply.of(of_rejection(rejected, instance_of(self))))
            raise

    async def _key(self) -> Key | None:
        given = self._header("idempotency-key")
        if given is None:
            return None
        content = self.url.query.encode() + b"\n" + await self.body()
        return Key.of(self.principal.sub, self.method, self.url.path, instance_of(self), given, content)

    def _header(self, name: str) -> str | None:
        """The header's value, None without it. Sent twice it is a list (RFC 9110, section 5.3), and not one value."""
        values = self.headers.getlist(name)
        return ", ".join(values) if values else None

    async def freshness(self, *streams: str) -> list[Freshness]:
        """How complete the other counties' part of these ``streams`` is here: of all that is shown beside it.

        Who may not read all of a stream is told up to when it is complete, and no number: one would count what is
        hidden.
        """
        others = [one.name for one in self.writer.counties if one.name != self.county]
        async with self.db.read() as conn:
            each = [await freshness(conn, {name: topic_name(name, stream) for name in others}) for stream in streams]
        shown = [together(of_county) for of_county in zip(*each, strict=True)]
        if all(self.may_count(stream) for stream in streams):
            return shown
        return [one.without_numbers() for one in shown]

    def may_count(self, stream: str) -> bool:
        """Whether the caller may read all of the stream, and so its numbers too."""
        labelled = stream in STREAMS and STREAMS[stream].labelled
        return not labelled or not self.principal.roles.isdisjoint(INSIDE)


CommandRequest = RequestContext
"""The request of a route that changes something."""
QueryRequest = RequestContext
"""The request of a route that only reads."""
