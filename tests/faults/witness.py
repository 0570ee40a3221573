"""What a county's database and its process tell of what was applied: the test's own tables, filled in the inbox's
own transactions, so that they hold what took effect and nothing else.
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from string import Template
from typing import Any

from shared.contracts.event import stream_of
from shared.contracts.topics import topic_name
from shared.messaging import metrics
from shared.messaging.handlers import Received
from tests.faults import points

TABLES = Template("""
    CREATE TABLE fault_effects (topic text, epoch bigint, number bigint, id uuid, version bigint);
    CREATE TABLE fault_older (county text, id uuid, before bigint[], after bigint[]);
    CREATE TABLE fault_gaps (transaction bigint, numbers bigint);

    CREATE FUNCTION fault_note_older() RETURNS trigger LANGUAGE plpgsql AS $$$$ BEGIN
        INSERT INTO fault_older VALUES
            (NEW.county, NEW.id, ARRAY[OLD.epoch, OLD.version], ARRAY[NEW.epoch, NEW.version]);
        RETURN NULL;
    END $$$$;
    CREATE TRIGGER fault_older AFTER UPDATE ON $view FOR EACH ROW
        WHEN ((NEW.epoch, NEW.version) < (OLD.epoch, OLD.version)) EXECUTE FUNCTION fault_note_older();

    CREATE FUNCTION fault_note_gap() RETURNS trigger LANGUAGE plpgsql AS $$$$ BEGIN
        IF TG_OP <> 'INSERT' THEN
            INSERT INTO fault_gaps VALUES (txid_current(), OLD.first_number - OLD.last_number - 1);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO fault_gaps VALUES (txid_current(), NEW.last_number - NEW.first_number + 1);
        END IF;
        RETURN NULL;
    END $$$$;
    CREATE TRIGGER fault_gap AFTER INSERT OR UPDATE OR DELETE ON gaps FOR EACH ROW EXECUTE FUNCTION fault_note_gap();
""")
"""``fault_effects`` has a row for each event that was handed to the handlers, and nothing in it is unique."""

GAPS = """
    SELECT coalesce(sum(change) FILTER (WHERE change > 0), 0)::bigint AS found,
           coalesce(-sum(change) FILTER (WHERE change < 0), 0)::bigint AS filled
    FROM (SELECT sum(numbers) AS change FROM fault_gaps GROUP BY transaction) AS changes
"""
FORGET = "TRUNCATE fault_effects"
"""For a county that is to begin anew."""

_NOTE = """
    INSERT INTO fault_effects SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::uuid[], $5::bigint[])
"""
_skipped = 0.0


def noting(original: Callable[..., Awaitable[int]]) -> Callable[..., Awaitable[int]]:
    """The handlers' caller, which leaves a row for each event that they were given."""

    async def handle(conn: Any, *arguments: Any) -> int:
        received: Sequence[Received] = arguments[-1]
        emitted = await original(conn, *arguments)
        if received:
            await conn.execute(_NOTE, *(list(column) for column in zip(*map(_row, received), strict=True)))
            points.here(points.RECEIVED)
        return emitted

    return handle


def count_skipped(folder: Path) -> None:
    """The folder has a file that says how many duplicates this process has skipped, also after it was killed."""
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
    """How many duplicates the processes with this folder have skipped."""
    return sum(int(file.read_text() or 0) for file in folder.glob("skipped-*"))


def _row(each: Received) -> tuple[object, ...]:
    topic = topic_name(each.county, stream_of(each.event.event_type))
    return topic, each.envelope.epoch, each.envelope.number, each.envelope.subject, each.envelope.version
