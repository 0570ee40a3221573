"""One kind of aggregate over HTTP: how each is registered, changed, read and listed.

A command finds and locks, decides, and writes state and event together; what it decides is the service's.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Path
from pydantic_core import to_json
from starlette.responses import Response

from shared.contracts.event import READER, CountyName, Event
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import Aggregates, Stored
from shared.runtime.call import Answer, CallOf
from shared.runtime.idempotency import reply_of
from shared.runtime.lists import ListQuery

Owner = Annotated[CountyName, Path(alias="county", description="The county that owns it")]
Id = Annotated[UUID, Path(alias="id")]

Body = dict[str, Any]
Beside = Callable[[asyncpg.Connection, Sequence[Body], datetime], Awaitable[Sequence[Body]]]
"""What is shown of these aggregates besides what each says itself, in their order, at that moment."""
Then = Callable[[Transaction, Stored], Awaitable[Stored]]
"""What follows in the same transaction from what was written; gives the aggregate as it is afterwards."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Aggregates of one kind, and the path under which they are found.

    ``more`` gives what is shown of an aggregate besides its state: what can be computed from it.
    ``beside`` gives what is shown besides that: what other rows say, of all that are shown at once.
    """

    aggregates: Aggregates
    kind: str
    path: str
    more: Callable[[Any], Mapping[str, object]] | None = None
    beside: Beside | None = None

    async def register(
        self, call: CallOf, decide: Callable[[Transaction], Awaitable[Event]], then: Then | None = None
    ) -> Response:
        """A new aggregate and its event are written; Rejected if its id is taken."""

        async def run(tx: Transaction) -> Answer:
            return await self.create(tx, await decide(tx), then)

        return await call.command(run)

    async def change(
        self,
        call: CallOf,
        owner: str,
        identity: UUID,
        decide: Callable[[Transaction, Any], Awaitable[Event | None]],
        then: Then | None = None,
    ) -> Response:
        """The next version and its event are written; if nothing is decided, everything stays as it was."""

        async def run(tx: Transaction) -> Answer:
            check_owner(call, owner)
            expected = call.required_version
            before = await self.aggregates.find(tx.conn, self.kind, owner, identity, lock=True)
            if before is None:
                raise self.not_found()
            _check_version(before, expected)
            return await self.update(tx, before, await decide(tx, before.state), then)

        return await call.command(run)

    async def put(
        self, call: CallOf, identity: UUID, decide: Callable[[Transaction, Any], Awaitable[Event | None]]
    ) -> Response:
        """This county's aggregate of that id is registered, or changed if it is there already."""

        async def run(tx: Transaction) -> Answer:
            before = await self.aggregates.find(tx.conn, self.kind, call.county, identity, lock=True)
            if before is not None:
                _check_version(before, call.required_version)
                return await self.update(tx, before, await decide(tx, before.state))
            event = await decide(tx, None)
            assert event is not None
            return await self.create(tx, event)

        return await call.command(run)

    async def create(self, tx: Transaction, event: Event, then: Then | None = None) -> Answer:
        """The new aggregate's first version and its event are written; Rejected if its id is taken."""
        address = f"{self.path}/{event.county}/{event.id}"
        stored = await self.aggregates.write(tx, event)
        if stored is None:
            raise Rejected("already-registered", f"It is registered already: change {address}.", at=address)
        if then is not None:
            stored = await then(tx, stored)
        return await self.answer(tx.conn, stored, tx.writer.now(), 201, address)

    async def update(self, tx: Transaction, before: Stored, event: Event | None, then: Then | None = None) -> Answer:
        """The next version of ``before`` and its event are written; None leaves it as it is."""
        after = before if event is None else await self.aggregates.write(tx, event, before)
        assert after is not None
        if event is not None and then is not None:
            after = await then(tx, after)
        return await self.answer(tx.conn, after, tx.writer.now())

    async def answer(
        self, conn: asyncpg.Connection, stored: Stored, now: datetime, status: int = 200, at: str | None = None
    ) -> Answer:
        """The aggregate in its version, as it is shown."""
        state = {"version": stored.version, **stored.state.model_dump(mode="json")}
        return Answer(status, (await self.shown(conn, [state], now))[0], stored.version, at)

    async def read(self, call: CallOf, owner: str, identity: UUID) -> Response:
        """The aggregate of whatever county, with its ETag."""
        check_county(call, owner, "not-found")
        async with call.db.read() as conn:
            stored = await self.known(conn, owner, identity)
            return reply_of(await self.answer(conn, stored, call.db.writer.now())).response()

    async def find(self, call: CallOf, owner: str, identity: UUID) -> Stored:
        """The aggregate of whatever county; Rejected if it is not known here."""
        check_county(call, owner, "not-found")
        async with call.db.read() as conn:
            return await self.known(conn, owner, identity)

    async def known(self, conn: asyncpg.Connection, owner: str, identity: UUID) -> Stored:
        """The aggregate of a county; Rejected if it is not known here."""
        stored = await self.aggregates.find(conn, self.kind, owner, identity)
        if stored is None:
            raise self.not_found()
        return stored

    async def listed(self, call: CallOf, query: ListQuery, *alternatives: Mapping[str, Any]) -> Response:
        """One page, in order; with ``alternatives`` only of what holds one of them too.

        What is said of completeness was true before the rows were read.
        """
        check_county(call, query.county, "invalid-county")
        after = query.after()
        holds = [{**query.holds(), **each} for each in alternatives or ({},)]
        counties = await call.freshness(self.aggregates.stream)
        async with call.db.read() as conn:
            rows = await self.aggregates.page(
                conn, self.kind, query.county, holds, query.words(), after, query.limit + 1
            )
            items = rows[: query.limit]
            shown = await self.shown(conn, [row.body for row in items], call.db.writer.now())
        more = len(rows) > len(items)
        body = {
            "items": shown,
            "next": items[-1].cursor if more else None,
            "counties": counties,
        }
        return Response(to_json(body), media_type="application/json")

    def not_found(self) -> Rejected:
        """What to raise if there is no such aggregate. What was asked for stands in the problem's instance."""
        return Rejected("not-found", f"No {self.kind} of that county and id is known here.")

    async def shown(self, conn: asyncpg.Connection, bodies: Sequence[Body], now: datetime) -> list[Body]:
        """What is said of these aggregates: version and state of each, and what is computed and known besides."""
        beside = await self.beside(conn, bodies, now) if self.beside and bodies else [{}] * len(bodies)
        return [{**body, **self._more(body), **known} for body, known in zip(bodies, beside, strict=True)]

    def _more(self, body: Body) -> Mapping[str, object]:
        if self.more is None:
            return {}
        return self.more(self.aggregates.kinds[self.kind].model_validate(body, extra="ignore", context=READER))


def check_owner(call: CallOf, owner: str) -> None:
    """Rejected if another county owns it: then only that county changes it."""
    check_county(call, owner, "not-found")
    if owner != call.county:
        raise Rejected("not-owner", f"This belongs to {owner}, and only {owner} changes it: ask there.", owner=owner)


def check_county(call: CallOf, county: str | None, slug: str) -> None:
    """Rejected as ``slug`` if it is no county here."""
    names = [one.name for one in call.counties]
    if county not in (None, *names):
        raise Rejected(slug, f"There is no such county here; these are: {', '.join(names)}.")


def _check_version(stored: Stored, expected: int) -> None:
    """Rejected unless the caller has seen the version that there is."""
    if stored.version != expected:
        raise Rejected(
            "precondition-failed",
            f"You have seen version {expected}, but it is at version {stored.version}. Read it again.",
            version=stored.version,
        )
