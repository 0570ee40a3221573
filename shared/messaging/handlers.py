"""What a service does with the events it reads: projections and reactions.

Events carry state, so only the newest version of an aggregate matters. A handler never sees an older one after
a newer one, and must not count events: what is counted is computed from rows.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import asyncpg
import structlog

from shared.contracts.event import Event, stream_of
from shared.contracts.topics import county_of, stream_name
from shared.messaging.outbox import Transaction, Writer
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.received import Received, newest

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Projection:
    """Writes rows of a read model, in one statement for a batch: an upsert guarded by `guard`.

    ``table``   holds the rows of one stream, and has the columns of COLUMNS. A row is never removed: `withdrawn`
                says that its owner has it no more.
    ``number``  goes up when the same events make other rows: then the read model is built anew from the topics.
    ``project`` is given at most one event for each aggregate, the newest of the batch, and can be repeated. Events
                of the own county come only when a restored database takes over what its topic has.
    """

    table: str
    number: int
    events: tuple[type[Event], ...]
    project: Callable[[asyncpg.Connection, Sequence[Received]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """Acts on an aggregate's newest version, and never on one older than what it has acted on.

    ``name`` is stored beside what was acted on, so it is never changed. What a restate says again is acted on
    only by a reaction that ``answers``: whoever asks must get an answer to the version that counts.
    """

    name: str
    events: tuple[type[Event], ...]
    react: Callable[[Transaction, Received], Awaitable[None]]
    answers: bool = False


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
    fresh_of_all = newest(received)  # an older event counts for nobody, also where the newer is of another type
    for handler in handlers:
        fresh = [each for each in fresh_of_all if isinstance(each.event, handler.events)]
        if isinstance(handler, Reaction):
            for each in fresh:
                emitted += await _react_once(conn, writer, handler, each)
        elif fresh:
            await handler.project(conn, fresh)
    return emitted


async def apply(
    conn: asyncpg.Connection,
    writer: Writer,
    handlers: Sequence[Handler],
    checkpoint: Checkpoint,
    received: Sequence[Received],
) -> int:
    """``received`` has taken effect, and so has a restate that is whole by now; how many events were emitted."""
    emitted = await handle(conn, writer, handlers, received)
    progress = checkpoint.progress
    start = progress.complete_restate()
    if start is not None:
        rows = await withdraw(conn, handlers, checkpoint.topic, progress.epoch, start)
        log.info("inbox.restated", topic=checkpoint.topic, first=start, withdrawn=rows)
    return emitted


async def _react_once(conn: asyncpg.Connection, writer: Writer, reaction: Reaction, each: Received) -> int:
    envelope = each.envelope
    if envelope.restated and not reaction.answers:
        return 0
    if not await conn.fetchval(_CLAIM, reaction.name, *each.key, envelope.epoch, envelope.version):
        return 0
    tx = Transaction(
        conn,
        writer,
        envelope.correlation_id or envelope.id,
        causation_id=envelope.id,
        traceparent=envelope.traceparent,
    )
    await reaction.react(tx, each)
    return tx.emitted


COLUMNS = ("county", "id", "epoch", "version", "number", "projection", "withdrawn")
"""What the table of every projection has. `number` is the event's, `projection` that of the code that wrote the row."""


def guard(stored: str) -> str:
    """The condition of an upsert into ``stored``: nothing older, and nothing that is there already, is written."""
    columns = ("epoch", "version", "number", "projection")
    row, new = (", ".join(f"{table}.{column}" for column in columns) for table in (stored, "EXCLUDED"))
    return f"({row}) < ({new})"


def still_withdrawn(stored: str) -> str:
    """What `withdrawn` is after an upsert into ``stored``: as it was if it is the same event, else false."""
    columns = ("epoch", "version", "number")
    row, new = (", ".join(f"{table}.{column}" for column in columns) for table in (stored, "EXCLUDED"))
    return f"{stored}.withdrawn AND ({row}) = ({new})"


def projections(handlers: Iterable[Handler]) -> dict[str, int]:
    """The number in code of each projection, by its table."""
    return {each.table: each.number for each in handlers if isinstance(each, Projection)}


async def withdraw(conn: asyncpg.Connection, handlers: Iterable[Handler], topic: str, epoch: int, number: int) -> int:
    """What was last written on ``topic`` before (epoch, number) is withdrawn, and keeps its epoch and version.

    An aggregate with an open dead letter is left alone: its newer state may lie there, unless its envelope is false.
    How many rows it were.
    """
    tables = {
        each.table
        for each in handlers
        if isinstance(each, Projection) and stream_name(topic) in {stream_of(event.event_type) for event in each.events}
    }
    done = [await conn.execute(_WITHDRAW.format(table), topic, county_of(topic), epoch, number) for table in tables]
    return sum(int(status.split()[-1]) for status in done)


_WITHDRAW = """
    UPDATE {} AS stored SET withdrawn = true
    WHERE county = $2 AND (epoch, number) < ($3, $4) AND NOT withdrawn AND NOT EXISTS (
        SELECT FROM dead_letters
        WHERE topic = $1 AND settled_at IS NULL AND reason <> 'false-envelope'
            AND key = convert_to(stored.id::text, 'UTF8'))
"""
