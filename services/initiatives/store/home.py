"""All that stays in this county until it is released, in one table. Whoever asks need not know where it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.initiatives.domain.home import AtHome
from shared.contracts.event import Event
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.runtime.aggregates import OWN_EPOCH, AggregateTable, ListPosition, Stored
from shared.runtime.db import Connection
from shared.swedish import folded, like_patterns

H = TypeVar("H", bound=AtHome)
E = TypeVar("E", bound=Event)
S = TypeVar("S", covariant=True)

_INSERT = """
    INSERT INTO home (id, kind, version, sort_key, search, state) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (id) DO UPDATE SET (version, sort_key, search, state) = ($3, $4, $5, $6)
"""
_PAGE = """
    SELECT id, version, sort_key, state FROM home
    WHERE kind = $1 AND state @> ANY ($2::text[]::jsonb[]) AND search LIKE ALL ($3::text[])
        AND (sort_key, id) > ($4, $5)
    ORDER BY sort_key, id LIMIT $6
"""
_LEAVE = """
    DELETE FROM home USING unnest($1::text[], $2::uuid[]) AS shared (county, id)
    WHERE home.id = shared.id AND home.state ->> 'county' = shared.county
"""


@dataclass(frozen=True, slots=True)
class Kept(Generic[S]):
    """An aggregate in its version, wherever it is."""

    state: S
    version: int


class HomeTable(Generic[H, E]):
    """The aggregates of one kind that stay in this county, and the table of those that all counties see.

    An aggregate keeps its id and goes on with its next version when it is released. Its sort key and its search text
    are made as those of ``shared`` are.
    """

    def __init__(self, model: type[H], shared: AggregateTable[E]) -> None:
        self.shared = shared
        self._kind = shared.kind
        self._model = model

    async def find(
        self, conn: Connection, own: str, county: str, identity: UUID, *, lock: bool = False
    ) -> Kept[H | E] | None:
        """The aggregate of whatever county; with ``lock`` nobody else changes it before this transaction ends."""
        at_home = await self.find_home(conn, identity, lock=lock) if county == own else None
        if at_home is not None:
            return Kept(at_home.state, at_home.version)
        shared = await self.shared.find(conn, county, identity, lock=lock)
        return None if shared is None else Kept(shared.state, shared.version)

    async def find_home(self, conn: Connection, identity: UUID, *, lock: bool = False) -> Kept[H] | None:
        """The aggregate if it is at home."""
        sql = "SELECT version, state FROM home WHERE id = $1 AND kind = $2" + (" FOR UPDATE" if lock else "")
        row = await conn.fetchrow(sql, identity, self._kind)
        return None if row is None else Kept(self._model.read(row["state"]), row["version"])

    async def write(self, tx: Transaction, before: Kept[H | E] | None, after: H | E | None) -> Kept[H | E]:
        """The aggregate as decided, in its next version; ``before``, which is locked, stays without a decision.

        What is an event from now on leaves home. A new aggregate has a random id, and no ``before``.
        """
        if after is None:
            assert before is not None, "a new aggregate is decided on"
            return before
        version = before.version + 1 if before else 1
        if isinstance(after, AtHome):
            await tx.conn.execute(
                _INSERT, after.id, self._kind, version, *self._found_by(after), after.model_dump_json()
            )
            return Kept(after, version)
        await tx.conn.execute("DELETE FROM home WHERE id = $1", after.id)
        older = None if before is None else Stored(after, OWN_EPOCH, before.version)
        await self.shared.update(tx, older, after)
        return Kept(after, version)

    async def page(
        self, conn: Connection, states: Sequence[dict[str, Any]], query: str, after: ListPosition, limit: int
    ) -> list[tuple[Kept[H], str]]:
        """At most ``limit`` that are at home, with their sort keys, whose state contains one of ``states``."""
        wanted = [json.dumps(each) for each in states]
        rows = await conn.fetch(_PAGE, self._kind, wanted, like_patterns(query), after[0], after[2], limit)
        return [(Kept(self._model.read(row["state"]), row["version"]), row["sort_key"]) for row in rows]

    async def project(self, conn: Connection, received: Sequence[Received]) -> None:
        """Keeps what was released. It is not at home, though a backup has it there."""
        await self.shared.stream.project(conn, received)
        names = [each.event.county for each in received], [each.event.id for each in received]
        await conn.execute(_LEAVE, *names)

    def _found_by(self, state: H) -> tuple[str, str]:
        stream = self.shared.stream
        return stream.sort_key(state), folded(" ".join(stream.search_text(state)))
