"""What a service does with the events it reads: projections and reactions.

Events carry state, so only the newest version of an aggregate matters. A handler never sees an older one after
a newer one, and must not count events: what is counted is computed from rows.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared.contracts.event import Event
from shared.messaging.envelope import Envelope
from shared.messaging.outbox import Transaction, Writer


@dataclass(frozen=True, slots=True)
class Received:
    """An event of ``county``, which owns its topic. Its key is (county, event.id)."""

    county: str
    event: Event
    envelope: Envelope

    @property
    def key(self) -> tuple[str, UUID]:
        """Whose aggregate it is: ids of two counties never meet."""
        return self.county, self.envelope.subject

    @property
    def age(self) -> tuple[int, int]:
        """(epoch, version): the higher, the newer."""
        return self.envelope.epoch, self.envelope.version


@dataclass(frozen=True, slots=True)
class Projection:
    """Writes rows of a read model, in one statement for a batch: an upsert guarded by (epoch, version).

    ``table``   holds the rows; it has the columns county, id, epoch and version. A row is never removed.
    ``project`` is given at most one event for each aggregate, the newest of the batch, and can be repeated.
    """

    table: str
    events: tuple[type[Event], ...]
    project: Callable[[asyncpg.Connection, Sequence[Received]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """Acts on an aggregate's newest version, and never on one older than what it has acted on.

    ``name`` is stored beside what was acted on, so it is never changed.
    """

    name: str
    events: tuple[type[Event], ...]
    react: Callable[[Transaction, Received], Awaitable[None]]


Handler = Projection | Reaction

_CLAIM = """
    INSERT INTO reacted AS kept (reaction, county, id, epoch, version) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (reaction, county, id) DO UPDATE SET epoch = EXCLUDED.epoch, version = EXCLUDED.version
    WHERE (kept.epoch, kept.version) < (EXCLUDED.epoch, EXCLUDED.version)
    RETURNING true
"""


async def handle(
    conn: asyncpg.Connection, writer: Writer, handlers: Sequence[Handler], received: Sequence[Received]
) -> int:
    """Each handler has seen the newest version of each aggregate in ``received``; how many events were emitted.

    Whatever a handler raises is raised: then the transaction must be rolled back.
    """
    emitted = 0
    for handler in handlers:
        newest = _newest(each for each in received if isinstance(each.event, handler.events))
        if isinstance(handler, Reaction):
            for each in newest:
                emitted += await _react_once(conn, writer, handler, each)
        elif newest:
            await handler.project(conn, newest)
    return emitted


async def _react_once(conn: asyncpg.Connection, writer: Writer, reaction: Reaction, each: Received) -> int:
    if not await conn.fetchval(_CLAIM, reaction.name, *each.key, *each.age):
        return 0
    envelope = each.envelope
    tx = Transaction(
        conn,
        writer,
        envelope.correlation_id or envelope.id,
        causation_id=envelope.id,
        traceparent=envelope.traceparent,
    )
    await reaction.react(tx, each)
    return tx.emitted


def _newest(received: Iterable[Received]) -> list[Received]:
    newest: dict[tuple[str, UUID], Received] = {}
    for each in received:
        known = newest.get(each.key)
        if known is None or known.age <= each.age:
            newest[each.key] = each
    return list(newest.values())
