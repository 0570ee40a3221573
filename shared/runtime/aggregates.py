"""Aggregates in a table: those of this county, and the read model of the other counties'.

Invariant: (county, id) has one row, which only gets newer. Whoever changes an own row has locked it, so that its
versions enter the outbox in order; what a neighbour publishes never touches an own row.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.contracts.event import Event
from shared.messaging.handlers import Project, Projection
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.rejected import Rejected
from shared.runtime import cursors, upserts
from shared.runtime.db import Connection
from shared.swedish import folded, like_patterns
from shared.threads import beside_requests

ListPosition = tuple[str, str, UUID]
"""The position of a row in a list: sort key, county, id."""
LIST_START: ListPosition = ("", "", UUID(int=0))
"""The position before every row of a list."""
OWN_EPOCH = 1
"""Own rows are the truth whatever epoch they are published in; only their version counts."""
A = TypeVar("A", bound=Event)

_SELECT = """
    SELECT kind, epoch, version, state FROM {table}
    WHERE county = $1 AND id = ANY($2) AND {visible} ORDER BY id
"""
_PAGE = """
    SELECT county, id, version, sort_key, state FROM {table}
    WHERE kind = $1 AND {visible} AND ($2::text IS NULL OR county = $2) AND state @> ANY ($3::text[]::jsonb[])
        AND search LIKE ALL ($4::text[])
        AND (sort_key, county, id) > ($5, $6, $7)
    ORDER BY sort_key, county, id LIMIT $8
"""


@dataclass(frozen=True, slots=True)
class Stored(Generic[A]):
    """An aggregate as it is kept, in its version. ``number`` is that of the event on its topic; 0 for an own one."""

    state: A
    epoch: int
    version: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row of a list: the state with its version as JSON, and its position in the order."""

    body: dict[str, Any]
    position: ListPosition

    def cursor(self, list_id: str) -> str:
        """The cursor of the page of that list that follows this row."""
        return cursors.encode([list_id, *(str(part) for part in self.position)])


@dataclass(frozen=True, slots=True)
class StreamTable:
    """The table of one stream's aggregates. Its columns are those of `services/actors/migrations`.

    ``projection``  goes up when the same events make other rows
    ``kinds``       the classes of its aggregates, by the word that stands in the table
    ``sort_key``    by which lists are ordered, as text whose order is that of its code points
    ``search_text`` the texts that a search looks in
    ``ended_sql``   is true of a row whose own last event has ended it: then it stays, though nobody restates it
    """

    stream: str
    name: str
    projection: int
    kinds: Mapping[str, type[Event]]
    sort_key: Callable[[Any], str]
    search_text: Callable[[Any], Sequence[str]] = lambda _: ()
    ended_sql: str = "false"

    def handler(self, events: Iterable[type[Event]], project: Project | None = None) -> Projection:
        """The projection of those of ``events`` that are of its aggregates, by ``project`` or its own function."""
        mine = tuple(event for event in events if issubclass(event, tuple(self.kinds.values())))
        return Projection(self.name, self.projection, mine, project or self.project, self.kinds)

    async def project(self, conn: Connection, received: Sequence[Received]) -> None:
        """Keeps the aggregates that other counties have published, each in its newest version."""
        await self.upsert(conn, [Stored(each.event, *each.envelope.recency) for each in received])

    async def upsert(self, conn: Connection, aggregates: Sequence[Stored[Any]]) -> int:
        """Keeps each aggregate that is newer than its row, and returns how many these were."""
        ordered = sorted(aggregates, key=lambda each: (each.state.county, each.state.id.int))  # locks in one order
        rows = await beside_requests(len(ordered), lambda: [self.row(each) for each in ordered])
        columns = zip(*rows, strict=True) if rows else [[]] * 9
        status = await conn.execute(self.upsert_sql, *(list(column) for column in columns))
        return int(status.split()[-1])

    @property
    def upsert_sql(self) -> str:
        """The statement that keeps rows; its parameters are the columns of `row`."""
        return upserts.many(self.name, self.projection)

    @property
    def visible_sql(self) -> str:
        """The condition that an aggregate has not been withdrawn from under its readers."""
        return f"(NOT withdrawn OR {self.ended_sql})"

    def row(self, stored: Stored[Any]) -> tuple[object, ...]:
        """The aggregate as its row, but for what the statement adds."""
        state: Event = stored.state
        kind = next(name for name, aggregate in self.kinds.items() if isinstance(state, aggregate))
        found_by = self.sort_key(state), folded(" ".join(self.search_text(state)))
        recency = stored.epoch, stored.version, stored.number
        return (state.county, state.id, kind, *recency, *found_by, state.write().decode())


class AggregateTable(Generic[A]):
    """The aggregates of one class in the table of their stream."""

    def __init__(self, stream: StreamTable, aggregate: type[A]) -> None:
        self.stream = stream
        self.kind = next(name for name, each in stream.kinds.items() if each is aggregate)
        self._aggregate = aggregate

    async def write(self, tx: Transaction, event: A, before: Stored[A] | None = None) -> Stored[A] | None:
        """Writes the event to table and outbox, as the next version of ``before`` or the first of a new aggregate.

        Returns None, and writes nothing, if the new aggregate's id is taken.
        """
        after = Stored(event, before.epoch, before.version + 1) if before else Stored(event, OWN_EPOCH, 1)
        change = upserts.one(self.stream.name, self.stream.projection)
        return after if await tx.emit(event, after.version, change, *self.stream.row(after)) else None

    async def update(self, tx: Transaction, before: Stored[A] | None, event: A | None) -> Stored[A]:
        """Writes the event as the next version of ``before``, which is locked; without an event ``before`` stays.

        ``before`` is None of a new aggregate with a random id; then there is an event.
        """
        after = before if event is None else await self.write(tx, event, before)
        assert after is not None, "whoever holds the lock writes the next version, and a random id is free"
        return after

    async def find(self, conn: Connection, county: str, identity: UUID, *, lock: bool = False) -> Stored[A] | None:
        """The aggregate if it is known; with ``lock`` nobody else changes it before this transaction ends."""
        return (await self.find_all(conn, county, [identity], lock=lock)).get(identity)

    async def find_all(
        self, conn: Connection, county: str, identities: Iterable[UUID], *, lock: bool = False
    ) -> dict[UUID, Stored[A]]:
        """Those of a county's aggregates that are known, by their ids."""
        rows = await conn.fetch(self.select_sql + (" FOR UPDATE" if lock else ""), county, list(identities))
        mine = [row for row in rows if row["kind"] == self.kind]
        states = await beside_requests(len(mine), lambda: [self._aggregate.read(row["state"].encode()) for row in mine])
        return {one.id: Stored(one, row["epoch"], row["version"]) for one, row in zip(states, mine, strict=True)}

    async def page(
        self,
        conn: Connection,
        county: str | None,
        states: Sequence[Mapping[str, object]],
        query: str = "",
        after: ListPosition = LIST_START,
        limit: int = 100_000,
    ) -> list[ListedRow]:
        """At most ``limit`` aggregates, in order, whose state contains one of ``states`` and whose text the query."""
        alternatives = [json.dumps(each) for each in states]
        sql = _PAGE.format(table=self.stream.name, visible=self.stream.visible_sql)
        rows = await conn.fetch(sql, self.kind, county, alternatives, like_patterns(query), *after, limit)
        found = await beside_requests(len(rows), lambda: [json.loads(row["state"]) for row in rows])
        bodies = [{"version": row["version"], **state} for state, row in zip(found, rows, strict=True)]
        return [ListedRow(body, (row[3], row[0], row[1])) for body, row in zip(bodies, rows, strict=True)]

    def not_found(self) -> Rejected:
        """The refusal if there is no such aggregate. The problem's instance names it."""
        return Rejected("not-found", f"No {self.kind} of that county and id is known here.")

    @property
    def select_sql(self) -> str:
        """The statement that finds rows of a county by their ids."""
        return _SELECT.format(table=self.stream.name, visible=self.stream.visible_sql)
