"""One kind of aggregate over HTTP: how each is registered, changed, read and listed.

A command finds and locks, decides, and writes state and event together; what it decides is the service's.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from shared.contracts.event import CountyName, Event
from shared.messaging.freshness import Freshness
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime import cursors
from shared.runtime.aggregates import FIRST, Aggregates, Stored
from shared.runtime.call import Answer, CallOf
from shared.runtime.idempotency import reply_of

Item = TypeVar("Item")
Owner = Annotated[CountyName, Path(alias="county", description="The county that owns it")]
Id = Annotated[UUID, Path(alias="id")]


class ListQuery(BaseModel):
    """What every list can be asked. An unknown filter is refused, for ignoring it would show too much."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    county: CountyName | None = None
    cursor: str | None = Field(None, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=500)

    def holds(self) -> Mapping[str, Any]:
        """What the state of everything listed contains."""
        return {}

    def words(self) -> str:
        """What the words of everything listed contain."""
        return ""


class Page(BaseModel, Generic[Item]):
    """A page of a list. ``next`` leads to the next one; ``counties`` says how complete each county's part is."""

    items: list[Item]
    next: str | None
    counties: list[Freshness]


@dataclass(frozen=True, slots=True)
class Resource:
    """Aggregates of one kind, and the path under which they are found."""

    aggregates: Aggregates
    kind: str
    path: str

    async def register(self, call: CallOf, decide: Callable[[Transaction], Awaitable[Event]]) -> Response:
        """A new aggregate and its event are written; Rejected if its id is taken."""

        async def run(tx: Transaction) -> Answer:
            event = await decide(tx)
            address = f"{self.path}/{event.county}/{event.id}"
            stored = await self.aggregates.write(tx, event)
            if stored is None:
                raise Rejected("already-registered", f"It is registered already: change {address}.", at=address)
            return Answer(201, shown(stored), stored.version, address)

        return await call.command(run)

    async def change(
        self,
        call: CallOf,
        owner: str,
        identity: UUID,
        decide: Callable[[Transaction, Any], Awaitable[Event | None]],
    ) -> Response:
        """The next version and its event are written; if nothing is decided, everything stays as it was."""

        async def run(tx: Transaction) -> Answer:
            before = await self.own(tx, call, owner, identity)
            event = await decide(tx, before.state)
            after = before if event is None else await self.aggregates.write(tx, event, before)
            assert after is not None
            return Answer(200, shown(after), after.version)

        return await call.command(run)

    async def read(self, call: CallOf, owner: str, identity: UUID) -> Response:
        """The aggregate of whatever county, with its ETag."""
        check_county(call, owner, "not-found")
        async with call.db.read() as conn:
            stored = await self.aggregates.find(conn, self.kind, owner, identity)
        if stored is None:
            raise self.not_found(owner, identity)
        return reply_of(Answer(200, shown(stored), stored.version)).response()

    async def listed(self, call: CallOf, query: ListQuery, *alternatives: Mapping[str, Any]) -> Response:
        """One page, in order; with ``alternatives`` only of what holds one of them too.

        What is said of completeness was true before the rows were read.
        """
        check_county(call, query.county, "invalid-county")
        after = _place(query.cursor)
        holds = [{**query.holds(), **each} for each in alternatives or ({},)]
        counties = await call.freshness(self.aggregates.stream)
        async with call.db.read() as conn:
            rows = await self.aggregates.page(
                conn, self.kind, query.county, holds, query.words(), after, query.limit + 1
            )
        items = rows[: query.limit]
        more = len(rows) > len(items)
        body = {
            "items": [row.body for row in items],
            "next": cursors.encode([str(part) for part in items[-1].place]) if more else None,
            "counties": counties,
        }
        return Response(to_json(body), media_type="application/json")

    async def own(self, tx: Transaction, call: CallOf, owner: str, identity: UUID) -> Stored:
        """The aggregate, locked, in the version that the caller has seen; Rejected if it is not ours to change."""
        check_owner(call, owner)
        expected = call.required_version
        stored = await self.aggregates.find(tx.conn, self.kind, owner, identity, lock=True)
        if stored is None:
            raise self.not_found(owner, identity)
        check_version(stored, expected)
        return stored

    def not_found(self, owner: str, identity: UUID) -> Rejected:
        """What to raise if there is no such aggregate."""
        return Rejected("not-found", f"No {self.kind} {owner}/{identity} is known here.")


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


def check_version(stored: Stored, expected: int) -> None:
    """Rejected unless the caller has seen the version that there is."""
    if stored.version != expected:
        raise Rejected(
            "precondition-failed",
            f"You have seen version {expected}, but it is at version {stored.version}. Read it again.",
            version=stored.version,
        )


def shown(stored: Stored) -> dict[str, object]:
    """What an answer says of an aggregate: its state and its version."""
    return {"version": stored.version, **stored.state.model_dump(mode="json")}


def _place(cursor: str | None) -> tuple[str, str, UUID]:
    """Where the page begins; Rejected if the cursor is not one of ours."""
    if cursor is None:
        return FIRST
    sort_key, county, identity = (str(part) for part in cursors.decode(cursor, 3))
    try:
        return sort_key, county, UUID(identity)
    except ValueError:
        raise Rejected("invalid-cursor", "The cursor is not one of this list; begin again without it.") from None
