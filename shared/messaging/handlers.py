"""Projections and reactions: the handlers of the events that a service reads (docs/protocol.md, C6).

An event carries the aggregate's state, so only the newest version matters. A handler never gets an older version after
a newer one, and may miss versions between: counts are computed from rows, never added up per event.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import structlog

from shared.contracts.event import Event, stream_of
from shared.contracts.topics import county_of, stream_name
from shared.messaging.outbox import LONG_AGO, Transaction, Writer
from shared.outages import is_outage
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.judging_batches import subjects_of_high_versions
from shared.protocol.received import Received

log = structlog.get_logger()


Project = Callable[[asyncpg.Connection, Sequence[Received]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Projection:
    """Writes rows of a read model, in one statement for a batch: an upsert guarded by `guard`.

    ``table``   holds the rows of one stream, with the columns of COLUMNS. A row is never removed: `withdrawn` marks
                an aggregate that its owner no longer has.
    ``number``  is raised when the same events make other rows; then the read model is rebuilt from the topics.
    ``project`` gets at most one event of each aggregate, the newest of the batch, and can be repeated. It gets events
                of the own county only when a restored database takes over events from its topic.
    ``kinds``   the classes of the aggregates whose whole state the table has in its column `state`, by the word in its
                column `kind`: their owner can take them back from here.
    """

    table: str
    number: int
    events: tuple[type[Event], ...]
    project: Project
    kinds: Mapping[str, type[Event]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Acts on an aggregate's newest version, and never on one older than the last that it acted on.

    ``name`` is stored with each version acted on, so it never changes. Only a reaction that ``answers`` acts on
    restated events: an asker that was restored needs an answer to its newest version.
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
_VERSIONS = "SELECT id, max(version) FROM {} WHERE county = $1 AND id = ANY($2) GROUP BY id"


async def handle(
    conn: asyncpg.Connection, writer: Writer, handlers: Sequence[Handler], received: Sequence[Received]
) -> int:
    """Give each handler its events among ``received``, one of each aggregate; return how many events were emitted.

    Errors of handlers are raised; the caller must then roll the transaction back.
    """
    emitted = 0
    for handler in handlers:
        handled = [each for each in received if isinstance(each.event, handler.events)]
        if isinstance(handler, Reaction):
            for each in handled:
                emitted += await _react_once(conn, writer, handler, each)
        elif handled:
            await handler.project(conn, handled)
    return emitted


async def apply(
    conn: asyncpg.Connection,
    writer: Writer,
    handlers: Sequence[Handler],
    checkpoint: Checkpoint,
    received: Sequence[Received],
) -> int:
    """Handle ``received``, and complete a restate that has no gap any more; return how many events were emitted.

    If the latter fails, ``received`` is not to blame: the marker stays, and the next batch tries again.
    """
    emitted = await handle(conn, writer, handlers, received)
    progress, topic = checkpoint.progress, checkpoint.topic
    before = progress.gaps, progress.marker
    start = progress.complete_restate()
    if start is not None:
        try:
            async with conn.transaction():
                rows = await withdraw(conn, handlers, topic, progress.epoch, start)
            log.info("inbox.restated", topic=topic, first=start, withdrawn=rows)
        except Exception as error:
            if is_outage(error):
                raise
            progress.gaps, progress.marker = before
            log.error("inbox.restate-failed", topic=topic, first=start, error=type(error).__name__)  # noqa: TRY400 - a traceback may show values of rows
    return emitted


async def look_up_versions(
    conn: asyncpg.Connection, handlers: Iterable[Handler], checkpoint: Checkpoint, records: Sequence[Any]
) -> None:
    """Note the versions that the handlers have, by which these records are to be judged."""
    if subjects := subjects_of_high_versions(records):
        for table in ("reacted", *projections(handlers)):
            rows = await conn.fetch(_VERSIONS.format(table), county_of(checkpoint.topic), subjects)
            for row in rows:
                checkpoint.versions[row["id"]] = max(checkpoint.versions.get(row["id"], 0), row["max"])


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
        caused_at=LONG_AGO if envelope.restated else envelope.time,
    )
    await reaction.react(tx, each)
    return tx.emitted


COLUMNS = ("county", "id", "epoch", "version", "number", "projection", "withdrawn")
"""The columns of every projection's table: `number` is the event's, `projection` that of the code that wrote it."""


def guard(stored: str) -> str:
    """The WHERE condition of an upsert into ``stored``: the new row is newer, or made by a higher projection number."""
    columns = ("epoch", "version", "number", "projection")
    row, new = (", ".join(f"{table}.{column}" for column in columns) for table in (stored, "EXCLUDED"))
    return f"({row}) < ({new})"


def still_withdrawn(stored: str) -> str:
    """The value of `withdrawn` in an upsert into ``stored``: unchanged for the same event, else false."""
    columns = ("epoch", "version", "number")
    row, new = (", ".join(f"{table}.{column}" for column in columns) for table in (stored, "EXCLUDED"))
    return f"{stored}.withdrawn AND ({row}) = ({new})"


def projections(handlers: Iterable[Handler]) -> dict[str, int]:
    """The number in code of each projection, by table."""
    return {each.table: each.number for each in handlers if isinstance(each, Projection)}


async def withdraw(conn: asyncpg.Connection, handlers: Iterable[Handler], topic: str, epoch: int, number: int) -> int:
    """Mark rows whose last event on ``topic`` lies before (epoch, number) as withdrawn; return how many.

    A row keeps its epoch and version. An aggregate with an open dead letter is left alone, for its newer state may lie
    there; one with a false envelope does not count.
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
