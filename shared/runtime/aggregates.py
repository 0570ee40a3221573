"""Aggregates in a table: those of this county, and the read model of the other counties'.

Invariant: (county, id) has one row, which only gets newer. Whoever changes an own row has locked it, so that its
versions enter the outbox in order; what a neighbour publishes never touches an own row.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.event import Event
from shared.messaging.handlers import guard, still_withdrawn
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.runtime import cursors
from shared.swedish import folded, like_patterns

Place = tuple[str, str, UUID]
"""Where a row stands in a list: sort key, county, id."""
FIRST: Place = ("", "", UUID(int=0))
"""The place before every row of a list."""
OWN_EPOCH = 1
"""Own rows are the truth whatever epoch they are published in; only their version counts."""

_SAVE = """
    INSERT INTO {table} AS stored
        (county, id, kind, epoch, version, number, projection, sort_key, search, state)
    SELECT county, id, kind, epoch, version, number, {projection}, sort_key, search, state::jsonb
    FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
            $9::text[])
        AS new (county, id, kind, epoch, version, number, sort_key, search, state)
    ON CONFLICT (county, id) DO UPDATE SET kind = EXCLUDED.kind, epoch = EXCLUDED.epoch,
        version = EXCLUDED.version, number = EXCLUDED.number, projection = EXCLUDED.projection,
        withdrawn = {withdrawn},
        sort_key = EXCLUDED.sort_key, search = EXCLUDED.search, state = EXCLUDED.state
    WHERE {guard}
"""
_FIND = """
    SELECT kind, epoch, version, state FROM {table}
    WHERE county = $1 AND id = ANY($2) AND {there} ORDER BY id
"""
_PAGE = """
    SELECT county, id, version, sort_key, state FROM {table}
    WHERE kind = $1 AND {there} AND ($2::text IS NULL OR county = $2) AND state @> ANY ($3::text[]::jsonb[])
        AND search LIKE ALL ($4::text[])
        AND (sort_key, county, id) > ($5, $6, $7)
    ORDER BY sort_key, county, id LIMIT $8
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """An aggregate as it is kept, in its version."""

    state: Any  # one of the kinds of its table
    epoch: int
    version: int
    number: int = 0  # of the event on its topic; 0 for an own one


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list: what is shown, and its place in the order."""

    body: dict[str, Any]
    place: Place

    @property
    def cursor(self) -> str:
        """Where a page begins that follows it."""
        return cursors.encode([str(part) for part in self.place])


@dataclass(frozen=True, slots=True)
class Aggregates:
    """The table of one stream's aggregates. Its columns are those of `services/actors/migrations`.

    ``projection`` goes up when the same events make other rows.
    ``kinds``      what is kept here, by the word that stands in the table
    ``sort_key``   by which lists are ordered, as text whose order is that of its code points
    ``words``      what a search looks in
    ``ended``      says in SQL of a row that its own last event has ended it: then it stays, though nobody restates it
    """

    stream: str
    table: str
    projection: int
    kinds: Mapping[str, type[Event]]
    sort_key: Callable[[Any], str]
    words: Callable[[Any], Sequence[str]] = lambda _: ()
    ended: str = "false"

    async def write(self, tx: Transaction, event: Event, before: Stored | None = None) -> Stored | None:
        """The event is the next version of ``before``, or a new aggregate's first, here and in the outbox.

        None, and nothing is written, if the new aggregate's id is taken.
        """
        after = Stored(event, before.epoch, before.version + 1) if before else Stored(event, OWN_EPOCH, 1)
        if not await self.save(tx.conn, [after]):
            return None
        await tx.emit(event, after.version)
        return after

    async def save(self, conn: asyncpg.Connection, aggregates: Sequence[Stored]) -> int:
        """Each aggregate is kept if it is newer than what was there; how many were."""
        ordered = sorted(aggregates, key=lambda each: (each.state.county, each.state.id.int))  # locks in one order
        columns = zip(*(self.row(each) for each in ordered), strict=True) if ordered else [[]] * 9
        status = await conn.execute(self.saving, *(list(column) for column in columns))
        return int(status.split()[-1])

    async def project(self, conn: asyncpg.Connection, received: Sequence[Received]) -> None:
        """The read model shows what the other counties have published, each aggregate in its newest version."""
        await self.save(conn, [Stored(each.event, *each.recency) for each in received])

    async def find(
        self, conn: asyncpg.Connection, kind: str, county: str, identity: UUID, lock: bool = False
    ) -> Stored | None:
        """The aggregate if it is known; with ``lock`` nobody else changes it before this transaction ends."""
        found = await self.find_all(conn, kind, county, [identity], lock)
        return found.get(identity)

    async def find_all(
        self, conn: asyncpg.Connection, kind: str, county: str, identities: Iterable[UUID], lock: bool = False
    ) -> dict[UUID, Stored]:
        """Those of a county's aggregates that are known, by their ids."""
        rows = await conn.fetch(self.finding + (" FOR UPDATE" if lock else ""), county, list(identities))
        stored = (
            Stored(self.kinds[kind].read(row["state"].encode()), row["epoch"], row["version"])
            for row in rows
            if row["kind"] == kind
        )
        return {each.state.id: each for each in stored}

    async def page(
        self,
        conn: asyncpg.Connection,
        kind: str,
        county: str | None,
        holds: Sequence[Mapping[str, object]],
        query: str,
        after: Place,
        limit: int,
    ) -> list[Listed]:
        """At most ``limit`` aggregates, in order, whose state holds one of these, and whose words hold the query."""
        alternatives = [json.dumps(each) for each in holds]
        patterns = like_patterns(query)
        sql = _PAGE.format(table=self.table, there=self.there)
        rows = await conn.fetch(sql, kind, county, alternatives, patterns, *after, limit)
        return [
            Listed({"version": row["version"], **json.loads(row["state"])}, (row["sort_key"], row["county"], row["id"]))
            for row in rows
        ]

    @property
    def saving(self) -> str:
        """The statement that keeps rows; its parameters are the columns of `row`."""
        return _SAVE.format(
            table=self.table,
            projection=self.projection,
            withdrawn=still_withdrawn("stored"),
            guard=guard("stored"),
        )

    @property
    def finding(self) -> str:
        """The statement that finds rows of a county by their ids."""
        return _FIND.format(table=self.table, there=self.there)

    @property
    def there(self) -> str:
        """The condition that an aggregate has not been withdrawn from under its readers."""
        return f"(NOT withdrawn OR {self.ended})"

    def row(self, stored: Stored) -> tuple[object, ...]:
        """The aggregate as its row, but for what the statement adds."""
        state: Event = stored.state
        kind = next(name for name, aggregate in self.kinds.items() if isinstance(state, aggregate))
        return (
            state.county,
            state.id,
            kind,
            stored.epoch,
            stored.version,
            stored.number,
            self.sort_key(state),
            folded(" ".join(self.words(state))),
            state.write().decode(),
        )
