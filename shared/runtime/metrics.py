"""What this process shows to Prometheus: its HTTP, and the state of each service's delivery."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncpg
from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from shared.runtime.part import Part

MEASURE_SECONDS = 3.0

REQUESTS = Counter("norrsam_http_requests_total", "HTTP requests", ["county", "service", "method", "route", "status"])
REQUEST_SECONDS = Histogram("norrsam_http_request_seconds", "Time to answer", ["county", "service", "method", "route"])

_OF_SERVICE, _OF_TOPIC = ["county", "service"], ["county", "service", "topic"]
DATABASE_UP = Gauge("norrsam_database_up", "Whether the service's Postgres answers", _OF_SERVICE)
UNNUMBERED = Gauge("norrsam_outbox_unnumbered", "Events that have no number yet", _OF_TOPIC)
UNACKNOWLEDGED = Gauge("norrsam_outbox_unacknowledged", "Numbered events that Kafka has not confirmed", _OF_TOPIC)
OLDEST = Gauge("norrsam_outbox_oldest_seconds", "Age of the oldest event that is not sent", _OF_TOPIC)
CHECKPOINT = Gauge("norrsam_checkpoint_number", "Highest number applied", _OF_TOPIC)
STOPPED = Gauge("norrsam_checkpoint_stopped", "Whether the stream stands still after too many errors", _OF_TOPIC)
MISSING = Gauge("norrsam_gap_numbers", "Numbers that have not come", _OF_TOPIC)
INCOMPLETE = Gauge(
    "norrsam_link_incomplete_seconds", "How long ago the stream was last known to be complete", _OF_TOPIC
)
UNHEARD = Gauge("norrsam_link_unheard_seconds", "Age of the owner's last report on links", _OF_TOPIC)
BEHIND = Gauge("norrsam_link_behind_seconds", "Since when the owner has more than has come", _OF_TOPIC)
DOUBT = Gauge(
    "norrsam_database_doubted", "Whether this may be a restored database, which takes no commands", _OF_SERVICE
)
DUE_LATE = Gauge("norrsam_due_late_seconds", "How late the oldest thing is that should have been done", _OF_SERVICE)
DUE_FAILING = Gauge("norrsam_due_failing", "Things that should have been done, and failed", _OF_SERVICE)
DEAD_LETTERS = Gauge("norrsam_dead_letters_open", "Records put aside, not settled", [*_OF_TOPIC, "reason"])

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
    SELECT topic, number, stopped IS NOT NULL AS stopped,
        (SELECT coalesce(sum(upper(gap) - lower(gap)), 0) FROM unnest(gaps) AS gap)::bigint AS missing,
        extract(epoch FROM clock_timestamp() - complete_until)::float AS incomplete,
        extract(epoch FROM clock_timestamp() - heard_as_of)::float AS unheard,
        coalesce(extract(epoch FROM clock_timestamp() - behind_since), 0)::float AS behind
    FROM checkpoints WHERE topic = ANY ($1)
"""
_DUE = """
    SELECT coalesce(extract(epoch FROM $1 - min(at)), 0)::float AS late, count(*) FILTER (WHERE failures > 0) AS failing
    FROM due WHERE at <= $1
"""
_DEAD = "SELECT topic, reason, count(*) FROM dead_letters WHERE settled_at IS NULL GROUP BY topic, reason"


async def measure(parts: Sequence["Part"]) -> None:
    """The gauges show what the databases say now; of one that does not answer, only that it does not."""
    await asyncio.gather(*(_measure(part) for part in parts))


async def _measure(part: "Part") -> None:
    labels = (part.county.name, part.service.name)
    try:
        async with asyncio.timeout(MEASURE_SECONDS), part.db.read() as conn:
            outbox = await conn.fetch(_OUTBOX, part.party.writes)
            checkpoints = await conn.fetch(_CHECKPOINTS, part.party.reads)
            dead = await conn.fetch(_DEAD)
            ((late, failing),) = await conn.fetch(_DUE, part.now())
            await part.db.look(conn)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        outbox, checkpoints, dead = [], [], []
        DATABASE_UP.labels(*labels).set(0)
    else:
        DATABASE_UP.labels(*labels).set(1)
        DUE_LATE.labels(*labels).set(late)
        DUE_FAILING.labels(*labels).set(failing)
    DOUBT.labels(*labels).set(bool(part.db.doubt))
    for gauge in (
        UNNUMBERED,
        UNACKNOWLEDGED,
        OLDEST,
        CHECKPOINT,
        STOPPED,
        MISSING,
        INCOMPLETE,
        UNHEARD,
        BEHIND,
        DEAD_LETTERS,
    ):
        gauge.remove_by_labels({"county": labels[0], "service": labels[1]})
    for row in outbox:
        UNNUMBERED.labels(*labels, row["topic"]).set(row["unnumbered"])
        UNACKNOWLEDGED.labels(*labels, row["topic"]).set(row["unacknowledged"])
        OLDEST.labels(*labels, row["topic"]).set(row["oldest"])
    for row in checkpoints:
        CHECKPOINT.labels(*labels, row["topic"]).set(row["number"])
        STOPPED.labels(*labels, row["topic"]).set(row["stopped"])
        MISSING.labels(*labels, row["topic"]).set(row["missing"])
        BEHIND.labels(*labels, row["topic"]).set(row["behind"])
        for gauge, value in ((INCOMPLETE, row["incomplete"]), (UNHEARD, row["unheard"])):
            if value is not None:
                gauge.labels(*labels, row["topic"]).set(value)
    for topic, reason, count in dead:
        DEAD_LETTERS.labels(*labels, topic, reason).set(count)
