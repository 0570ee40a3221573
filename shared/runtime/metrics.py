"""The metrics of this process: its HTTP requests, and the state of each service's delivery."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from shared.contracts.topics import labelled
from shared.links.checkpoints import all_progress
from shared.messaging.handlers import projections
from shared.outages import DATABASE_ERRORS
from shared.protocol.progress import Progress
from shared.runtime.coarse import CoarseCounter
from shared.runtime.db import takes_writes
from shared.runtime.migrations import pending

if TYPE_CHECKING:
    from shared.runtime.part import Part

MEASURE_SECONDS = 3.0

# A `_created` figure tells the moment at which something was counted for the first time.
disable_created_metrics()  # type: ignore[no-untyped-call]

REQUESTS = Counter("norrsam_http_requests_total", "HTTP requests", ["county", "service", "method", "route", "status"])
UNTRACED_REQUESTS = CoarseCounter(REQUESTS)
REQUEST_SECONDS = Histogram("norrsam_http_request_seconds", "Time to answer", ["county", "service", "method", "route"])

_OF_SERVICE, _OF_TOPIC = ["county", "service"], ["county", "service", "topic"]
DATABASE_UP = Gauge("norrsam_database_up", "Whether the service's Postgres answers and takes writes", _OF_SERVICE)
UNNUMBERED = Gauge("norrsam_outbox_unnumbered", "Events that have no number yet", _OF_TOPIC)
UNACKNOWLEDGED = Gauge("norrsam_outbox_unacknowledged", "Numbered events that Kafka has not confirmed", _OF_TOPIC)
OLDEST = Gauge("norrsam_outbox_oldest_seconds", "Age of the oldest event that is not sent", _OF_TOPIC)
CHECKPOINT = Gauge("norrsam_checkpoint_number", "Highest number applied; of no labelled stream", _OF_TOPIC)
MISSING = Gauge("norrsam_gap_numbers", "Numbers that have not come", _OF_TOPIC)
INCOMPLETE = Gauge(
    "norrsam_link_incomplete_seconds", "How long ago the stream was last known to be complete; +Inf: never", _OF_TOPIC
)
UNHEARD = Gauge("norrsam_link_unheard_seconds", "Age of the owner's last report on links; +Inf: none came", _OF_TOPIC)
BEHIND = Gauge("norrsam_link_behind_seconds", "Since when the owner has more than has come", _OF_TOPIC)
DOUBT = Gauge(
    "norrsam_database_doubted", "Whether this may be a restored database, which takes no commands", _OF_SERVICE
)
DUE_LATE = Gauge("norrsam_due_late_seconds", "How late the oldest thing is that should have been done", _OF_SERVICE)
DUE_FAILING = Gauge("norrsam_due_failing", "Things that should have been done, and failed", _OF_SERVICE)
NOTICES_REFUSED = Gauge("norrsam_notices_refused", "Mails that no server takes, not settled", _OF_SERVICE)
NOTICES_LATE = Gauge("norrsam_notices_late_seconds", "How late the oldest mail is that waits", _OF_SERVICE)
DEAD_LETTERS = Gauge("norrsam_dead_letters_open", "Records put aside, not settled", [*_OF_TOPIC, "reason"])
FAULTS = Gauge("norrsam_fault", "1 for each fault that /health/ready shows", [*_OF_TOPIC, "kind"])
LEADS = Gauge("norrsam_relay_leads", "Whether this process leads the service's relay", _OF_SERVICE)
PENDING = Gauge("norrsam_migrations_pending", "Migrations that the database lacks", _OF_SERVICE)
OUTDATED = Gauge(
    "norrsam_projections_outdated", "Read models that newer code has taken over from this process", _OF_SERVICE
)
REBUILDING = Gauge("norrsam_projections_rebuilding", "Read models that are being built anew", _OF_SERVICE)

_BY_COLUMN = {
    "unnumbered": UNNUMBERED,
    "unacknowledged": UNACKNOWLEDGED,
    "oldest": OLDEST,
    "number": CHECKPOINT,
    "missing": MISSING,
    "incomplete": INCOMPLETE,
    "unheard": UNHEARD,
    "behind": BEHIND,
    "late": DUE_LATE,
    "failing": DUE_FAILING,
    "notices_refused": NOTICES_REFUSED,
    "notices_late": NOTICES_LATE,
    "open": DEAD_LETTERS,
    "outdated": OUTDATED,
    "rebuilding": REBUILDING,
}
"""The gauges that the queries below fill, by the name of the column; `topic` and `reason` are labels."""

_OUTBOX = """
    SELECT topic,
        coalesce(numbered - acknowledged, 0) AS unacknowledged,
        (SELECT count(*) FROM outbox WHERE outbox.topic = written.topic AND number IS NULL) AS unnumbered,
        coalesce(extract(epoch FROM clock_timestamp() - least(
            (SELECT min(written_at) FROM outbox WHERE outbox.topic = written.topic AND number IS NULL),
            (SELECT written_at FROM outbox WHERE outbox.topic = streams.topic AND outbox.epoch = streams.epoch
                AND number = acknowledged + 1)
        )), 0)::float AS oldest
    FROM unnest($1::text[]) AS written (topic) LEFT JOIN streams USING (topic)
"""
_CHECKPOINTS = """
    SELECT topic, coalesce(number, 0) AS number,
        (SELECT coalesce(sum(upper(gap) - lower(gap)), 0) FROM unnest(gaps) AS gap)::bigint AS missing,
        coalesce(extract(epoch FROM clock_timestamp() - behind_since), 0)::float AS behind
    FROM unnest($1::text[]) AS read (topic) LEFT JOIN checkpoints USING (topic)
"""
_PROJECTIONS = """
    SELECT count(*) FILTER (WHERE kept.number > mine.number) AS outdated,
        count(*) FILTER (WHERE NOT whole AND kept.number = mine.number) AS rebuilding
    FROM projections AS kept JOIN unnest($1::text[], $2::int[]) AS mine (name, number) USING (name)
"""
_DUE = """
    SELECT coalesce(extract(epoch FROM $1 - min(at)), 0)::float AS late, count(*) FILTER (WHERE failures > 0) AS failing
    FROM due WHERE at <= $1
"""
_NOTICES = """
    SELECT count(*) FILTER (WHERE outcome = 'refused') AS notices_refused,
        coalesce(extract(epoch FROM $1 - min(at) FILTER (WHERE outcome IS NULL AND at <= $1)), 0)::float AS notices_late
    FROM notices WHERE outcome IS NULL OR outcome = 'refused'
"""
_DEAD = "SELECT topic, reason, count(*) AS open FROM dead_letters WHERE settled_at IS NULL GROUP BY topic, reason"


async def measure(parts: Sequence["Part"]) -> None:
    """Sets the gauges to the state of the databases; of a database that does not answer, only that it does not."""
    for counter in CoarseCounter.every:
        counter.show()
    await asyncio.gather(*(_measure(part) for part in parts))


async def _measure(part: "Part") -> None:
    own = {"county": part.county.name, "service": part.service.name}
    rows: list[Mapping[str, Any]] = []
    faults = await part.faults(None)
    lacking: list[str] | None = None
    up = False
    try:
        async with asyncio.timeout(MEASURE_SECONDS), part.db.read() as conn:
            await part.db.look(conn)
            lacking = await pending(conn, part.migrations)
            if not lacking:
                rows, faults = await _look(conn, part), await part.faults(conn)
            up = await takes_writes(conn)
    except DATABASE_ERRORS:
        pass  # DATABASE_UP shows it
    DATABASE_UP.labels(**own).set(up)
    DOUBT.labels(**own).set(bool(part.db.doubt))
    LEADS.labels(**own).set(part.leads)
    for gauge in (PENDING, FAULTS, *_BY_COLUMN.values()):
        gauge.remove_by_labels(own)
    for fault in faults:
        FAULTS.labels(**own, topic=fault.topic or "", kind=fault.kind.value).set(1)
    if lacking is not None:
        PENDING.labels(**own).set(len(lacking))
    for row in rows:
        labels = own | {name: row[name] for name in ("topic", "reason") if name in row}
        hidden = {"number"} if "number" in row and labelled(row["topic"]) else set()
        for column in _BY_COLUMN.keys() & row.keys() - hidden:
            _BY_COLUMN[column].labels(**labels).set(row[column])


async def _look(conn: asyncpg.Connection, part: "Part") -> list[Mapping[str, Any]]:
    mine = projections(part.service.handlers)
    rows = [
        *await conn.fetch(_OUTBOX, part.streams.writes),
        *await conn.fetch(_CHECKPOINTS, part.streams.reads),
        *await conn.fetch(_DEAD),
        *await conn.fetch(_DUE, part.now()),
        *await conn.fetch(_NOTICES, part.now()),
        *await conn.fetch(_PROJECTIONS, list(mine), list(mine.values())),
    ]
    return [*map(dict, rows), *await _ages(conn, part.streams.reads)]


async def _ages(conn: asyncpg.Connection, topics: Sequence[str]) -> list[Mapping[str, Any]]:
    """For each topic how old, in seconds, is what it is complete until, and what its owner has said last."""
    now, known = datetime.now(UTC), await all_progress(conn, topics)
    ages: list[Mapping[str, Any]] = []
    for topic in topics:
        progress = known[topic][0] if topic in known else Progress()
        times = progress.complete_until, progress.owner_head.as_of if progress.owner_head else None
        incomplete, unheard = ((now - time).total_seconds() if time else math.inf for time in times)
        ages.append({"topic": topic, "incomplete": incomplete, "unheard": unheard})
    return ages
