"""Evidence of applied events: tables of the test in a county's database, and counts from its processes.

The inbox's own transactions fill the tables, so they hold exactly the events that took effect.
"""

import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from shared.messaging import metrics
from shared.protocol.received import Received
from tests.faults import points

_TABLES = """
    CREATE TABLE fault_effects (topic text, epoch bigint, number bigint, id uuid, version bigint);
    CREATE TABLE fault_older (county text, id uuid, before bigint[], after bigint[]);
    CREATE TABLE fault_gaps (numbers bigint);

    CREATE FUNCTION fault_note_older() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO fault_older VALUES
            (NEW.county, NEW.id, ARRAY[OLD.epoch, OLD.version], ARRAY[NEW.epoch, NEW.version]);
        RETURN NULL;
    END $$;
    CREATE FUNCTION fault_note_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO fault_gaps SELECT sum(upper(gap) - lower(gap)) FROM unnest(NEW.gaps - OLD.gaps) AS gap;
        INSERT INTO fault_gaps SELECT sum(lower(gap) - upper(gap)) FROM unnest(OLD.gaps - NEW.gaps) AS gap;
        RETURN NULL;
    END $$;
    CREATE TRIGGER fault_gap AFTER UPDATE ON checkpoints FOR EACH ROW
        WHEN (NEW.gaps <> OLD.gaps) EXECUTE FUNCTION fault_note_gap();
"""
"""``fault_effects`` has a row for each event given to the handlers. It has no unique key, so duplicates show."""

_OLDER = """
    CREATE TRIGGER fault_older AFTER UPDATE ON {} FOR EACH ROW
        WHEN ((NEW.epoch, NEW.version) < (OLD.epoch, OLD.version)) EXECUTE FUNCTION fault_note_older();
"""
GAPS = """
    SELECT coalesce(sum(numbers) FILTER (WHERE numbers > 0), 0)::bigint AS found,
           coalesce(-sum(numbers) FILTER (WHERE numbers < 0), 0)::bigint AS filled
    FROM fault_gaps
"""
FORGET = "TRUNCATE fault_effects"
"""For a county that starts again with no received events."""

_NOTE = """
    INSERT INTO fault_effects SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::uuid[], $5::bigint[])
"""
_skipped = 0.0


def tables(of: Iterable[str]) -> str:
    """SQL that makes the tables, and watches those ``of`` a service for rows that go back."""
    return _TABLES + "".join(map(_OLDER.format, of))


def noting(original: Callable[..., Awaitable[int]]) -> Callable[..., Awaitable[int]]:
    """A wrapper of `apply` that inserts a row for each event given to the handlers."""

    async def apply(conn: Any, writer: Any, handlers: Any, checkpoint: Any, received: Sequence[Received]) -> int:
        emitted = await original(conn, writer, handlers, checkpoint, received)
        if received:
            rows = [(checkpoint.topic, *_row(each)) for each in received]
            await conn.execute(_NOTE, *(list(column) for column in zip(*rows, strict=True)))
            points.here(points.RECEIVED)
        return emitted

    return apply


def count_skipped(folder: Path) -> None:
    """Write the number of duplicates that this process has skipped to a file, which outlives the process."""
    global _skipped
    now = sum(
        sample.value
        for metric in metrics.RECEIVED.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["outcome"] == "skipped"
    )
    if now != _skipped:
        _skipped = now
        (folder / f"skipped-{os.getpid()}").write_text(str(int(now)))


def skipped(folder: Path) -> int:
    """The number of duplicates that all processes with this folder have skipped."""
    return sum(int(file.read_text() or 0) for file in folder.glob("skipped-*"))


def _row(each: Received) -> tuple[object, ...]:
    return each.envelope.epoch, each.envelope.number, each.envelope.subject, each.envelope.version
