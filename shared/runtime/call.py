"""What every route of a service is given: who asks, and the one way to change something."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from shared.contracts.counties import County, Here
from shared.contracts.topics import topic_name
from shared.links.freshness import Freshness, freshness
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime import versions
from shared.runtime.auth import Principal
from shared.runtime.db import Database
from shared.runtime.idempotency import Answer, Asked, once, reply_of
from shared.runtime.problems import instance_of
from shared.swedish import day_of

__all__ = ["Answer", "Call", "CallOf"]

CORRELATION_ID = "norrsam.correlation_id"
TRACEPARENT = "norrsam.traceparent"
_CALL = "norrsam.call"


class CallOf:
    """One request of ``principal`` to a service of ``county``. Its right to this route has been checked."""

    def __init__(
        self, request: Request, db: Database, principal: Principal, county: str, counties: Sequence[County]
    ) -> None:
        self.request = request
        self.db = db
        self.principal = principal
        self.county = county
        self.counties = counties

    @property
    def correlation_id(self) -> str | None:
        """What joins all that this request causes, here and in other counties; None where nothing may."""
        found: str | None = self.request.scope.get(CORRELATION_ID)
        return found

    @property
    def expected_version(self) -> int | None:
        """The version in If-Match, None without the header; Rejected if it cannot be read."""
        return versions.expected_version(self.request.headers.get("if-match"))

    @property
    def required_version(self) -> int:
        """The version in If-Match; Rejected as precondition-required without the header."""
        version = self.expected_version
        if version is None:
            raise Rejected(
                "precondition-required",
                'Send If-Match with the ETag of the version that you have seen, as in If-Match: "3".',
            )
        return version

    async def command(self, run: Callable[[Transaction], Awaitable[Answer]]) -> Response:
        """What ``run`` has done is committed, once per Idempotency-Key, and this is its answer.

        Rejected, or any other error of ``run``, leaves nothing behind but the answer kept for the key.
        """
        traceparent = self.request.scope.get(TRACEPARENT)
        key = self.request.headers.get("idempotency-key")
        if key is None:
            async with self.db.begin(self.correlation_id, traceparent=traceparent) as tx:
                reply = reply_of(await run(tx))
            return reply.response()
        asked = await self._asked(key)
        async with self.db.begin(self.correlation_id, traceparent=traceparent) as tx:
            return await once(tx, asked, run)

    @property
    def here(self) -> Here:
        """The place and the day of a decision."""
        county = next(county for county in self.counties if county.name == self.county)
        return Here(county, day_of(self.db.writer.now()))

    async def _asked(self, key: str) -> Asked:
        request = self.request
        content = request.url.query.encode() + b"\n" + await request.body()
        return Asked.of(self.principal.sub, request.method, request.url.path, instance_of(request), key, content)

    async def freshness(self, stream: str) -> list[Freshness]:
        """How complete the other counties' part of ``stream`` is here."""
        others = {one.name: topic_name(one.name, stream) for one in self.counties if one.name != self.county}
        async with self.db.read() as conn:
            return await freshness(conn, others)


def bind(request: Request, call: CallOf) -> None:
    """The route that is called for ``request`` finds ``call``."""
    request.scope[_CALL] = call


async def _bound(request: Request) -> CallOf:
    call = request.scope[_CALL]
    assert isinstance(call, CallOf)
    return call


Call = Annotated[CallOf, Depends(_bound)]
