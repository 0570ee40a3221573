"""Reports on `links`: the heads that a service has written, and what it has applied and misses (docs/protocol.md, L1).

Reports are state, not history. They have no number: the newest of each (county, service) counts, and the next one
replaces one that is lost.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from shared.contracts.links import Applied, Gap, LinksReported, Written, links_id
from shared.contracts.topics import STREAMS, county_of, stream_name
from shared.links import checkpoints, identity
from shared.links.freshness import written
from shared.protocol.judging import CLOCK_SKEW_SECONDS
from shared.protocol.progress import OwnerHead, joined
from shared.protocol.service_streams import ServiceStreams

TAIL_LOST_AFTER = timedelta(seconds=60)
"""After so long without any record, while the owner has more, a stream's tail counts as lost (docs/protocol.md, L4)."""
MAX_GAPS = 100
OVERTAKES_AFTER = timedelta(seconds=CLOCK_SKEW_SECONDS)
"""A report so much later than the newest one counts in its place, whatever its generation and counter."""

_DEAD = "SELECT topic, count(*) FROM dead_letters WHERE settled_at IS NULL GROUP BY topic"
_CONFIRM = """
    UPDATE links SET heard_at = clock_timestamp(), as_of = $5,
        proved_at = CASE WHEN as_of <= $6 THEN as_of ELSE proved_at END
    WHERE county = $1 AND service = $2 AND (generation, counter) = ($3, $4) AND (as_of < $5 OR as_of > $6)
"""
_STORE = """
    INSERT INTO links AS stored (county, service, generation, counter, as_of, report, heads)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (county, service) DO UPDATE SET generation = EXCLUDED.generation, counter = EXCLUDED.counter,
        as_of = EXCLUDED.as_of, proved_at = NULL, report = EXCLUDED.report, heads = EXCLUDED.heads,
        heard_at = clock_timestamp()
    WHERE (stored.generation, stored.counter) < (EXCLUDED.generation, EXCLUDED.counter) OR stored.generation > $8
        OR EXCLUDED.as_of <= $9 AND EXCLUDED.as_of > least(stored.as_of, stored.heard_at) + $10::interval
"""
_NEWEST = """
    SELECT report FROM links WHERE $1::interval IS NULL OR heard_at > clock_timestamp() - $1::interval
    ORDER BY county, service
"""
_NEXT_GENERATION = """
    UPDATE identity SET generation = CASE WHEN generation > $1::bigint + $2::bigint THEN $1
        ELSE greatest(generation + 1, $1) END
    RETURNING generation
"""


@dataclass(frozen=True, slots=True)
class SilentTail:
    """Numbers of a stream that have not come; it is read on at ``next_offset`` of the Kafka ``cluster_id``."""

    gap: Gap
    cluster_id: str
    next_offset: int


# --- own reports


async def next_generation(conn: asyncpg.Connection, now: datetime) -> int:
    """A generation above that of every earlier leader: milliseconds since 1970, at least the stored one + 1.

    A stored one from a clock that was ahead does not count: every reader has refused it, and would refuse the next.
    """
    return int(await conn.fetchval(_NEXT_GENERATION, int(now.timestamp() * 1000), int(CLOCK_SKEW_SECONDS * 1000)))


def latest_generation(now: datetime) -> int:
    """The highest generation that anybody believes at this time (docs/protocol.md, J2)."""
    return int((now.timestamp() + CLOCK_SKEW_SECONDS) * 1000)


async def build_report(
    conn: asyncpg.Connection, streams: ServiceStreams, recency: tuple[int, int], as_of: datetime
) -> LinksReported:
    """The service's report. The caller has numbered all that was committed before ``as_of``.

    ``recency`` is (generation, counter).
    """
    heads = [head for head in await written(conn) if head.topic in streams.writes]
    known = await checkpoints.all_progress(conn, streams.reads)
    gaps = joined({topic: progress.gaps for topic, (progress, _) in known.items()}, MAX_GAPS)
    dead = {row["topic"]: row["count"] for row in await conn.fetch(_DEAD)}
    return LinksReported(
        id=links_id(streams.county, streams.service),
        county=streams.county,
        service=streams.service,
        generation=recency[0],
        counter=recency[1],
        as_of=as_of,
        written=tuple(Written(**head.model_dump(include=set(Written.model_fields))) for head in heads),
        applied=tuple(
            Applied(
                topic=topic,
                epoch=progress.epoch,
                number=progress.number,
                event_id=progress.event_id,
                gaps=tuple(Gap(epoch=progress.epoch, first=a, last=b) for a, b in gaps[topic]),
                dead_letters=dead.get(topic, 0),
            )
            for topic, (progress, _) in known.items()
        ),
    )


async def silent_tails(conn: asyncpg.Connection, streams: ServiceStreams, now: datetime) -> dict[str, SilentTail]:
    """The topics whose tail may be lost, and where it is read on.

    It is lost if nothing lies at that offset: no record came for TAIL_LOST_AFTER, although the owner has more. Any
    record counts, also a duplicate: otherwise a flood of duplicates would ask for more duplicates, without end.
    """
    known = await checkpoints.all_progress(conn, streams.reads)
    return {
        topic: SilentTail(Gap(epoch=tail[0], first=tail[1], last=tail[2]), row["cluster_id"], row["next_offset"])
        for topic, (progress, row) in known.items()
        if (tail := progress.tail)
        and not row["stopped"]
        and progress.behind_since
        and max(row["last_record_at"] or progress.behind_since, progress.behind_since) < now - TAIL_LOST_AFTER
    }


# --- reports of others


async def accept_report(
    conn: asyncpg.Connection, streams: ServiceStreams, report: LinksReported, cluster_id: str
) -> bool:
    """Store the report and its heads; False if it is not newer, or if it repeats one that is not stored.

    A stored one from a clock that was ahead is older than any other, and one that nobody repeats gives way to a later
    one: a false generation or counter mutes nobody. Of an unchanged report the time alone is stored, in one place. A
    position in our own streams that contradicts this database is stored as a doubt.
    """
    name, now = (report.county, report.service, *report.recency, report.as_of), datetime.now(UTC)
    if report.unchanged:
        return bool(await conn.execute(_CONFIRM, *name, now) == "UPDATE 1")
    heads = {each.topic: each for each in report.written if each.topic in streams.reads and _writes(report, each.topic)}
    known = [await checkpoints.lock(conn, topic, cluster_id) for topic in sorted(heads)]  # with what was proved so far
    row = (*name, report.write().decode(), list(heads), latest_generation(now), now, OVERTAKES_AFTER)
    if await conn.execute(_STORE, *row) == "INSERT 0 0":
        return False
    for checkpoint in known:
        head = heads[checkpoint.topic]
        checkpoint.progress.hear(OwnerHead(head.epoch, head.first, head.last, report.as_of), now)
        await checkpoints.save(conn, checkpoint)
    for each in report.applied:
        if each.topic in streams.writes:
            applied = [(each.epoch, each.number, each.event_id)] if each.number else []
            await identity.record_contradiction(conn, each.topic, applied, report.county)
    return True


async def owner_heads(conn: asyncpg.Connection) -> dict[str, OwnerHead]:
    """The state of each topic as its owner has last told it."""
    rows = await conn.fetch("SELECT report, as_of FROM links")
    said = [(LinksReported.read(row["report"].encode()), row["as_of"]) for row in rows]
    return {
        each.topic: OwnerHead(each.epoch, each.first, each.last, as_of or report.as_of)
        for report, as_of in said
        for each in report.written
        if _writes(report, each.topic)
    }


def _writes(report: LinksReported, topic: str) -> bool:
    stream = STREAMS.get(stream_name(topic))
    return county_of(topic) == report.county and (stream is None or stream.service == report.service)


async def newest_reports(conn: asyncpg.Connection, within: timedelta | None = None) -> list[LinksReported]:
    """The newest whole report of every service; with ``within``, those alone that were heard within this time."""
    rows = await conn.fetch(_NEWEST, within)
    return [LinksReported.read(row["report"].encode()) for row in rows]
