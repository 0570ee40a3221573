"""What the services of the counties tell each other: what each has written, and what it has applied and misses.

Reports are state, not history. They have no number; of each (county, service) the newest counts, and one that is
lost is made good by the next. No request is ever sent: an owner sees in the reports what others miss.
"""

from datetime import UTC, datetime, timedelta

import asyncpg

from shared.contracts.links import Applied, Gap, LinksReported, Written, links_id
from shared.contracts.topics import county_of
from shared.links import checkpoints, identity
from shared.protocol.progress import OwnerHead
from shared.protocol.service_streams import ServiceStreams

TAIL_LOST_AFTER = timedelta(seconds=60)
"""A stream from which nothing at all came for so long, while its owner has more, has lost its tail."""
MAX_GAPS = 500

_HEADS = """
    SELECT topic, epoch, numbered, coalesce(
        (SELECT min(number) FROM outbox WHERE outbox.topic = streams.topic AND outbox.epoch = streams.epoch),
        numbered + 1) AS first
    FROM streams WHERE topic = ANY($1) ORDER BY topic
"""
_DEAD = "SELECT topic, count(*) FROM dead_letters WHERE settled_at IS NULL GROUP BY topic"
_KEEP = """
    INSERT INTO links AS kept (county, service, generation, counter, report) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (county, service) DO UPDATE SET generation = EXCLUDED.generation, counter = EXCLUDED.counter,
        report = EXCLUDED.report, heard_at = clock_timestamp()
    WHERE (kept.generation, kept.counter) < (EXCLUDED.generation, EXCLUDED.counter)
"""
_HEARD = """
    SELECT report FROM links WHERE $1::interval IS NULL OR heard_at > clock_timestamp() - $1::interval
    ORDER BY county, service
"""
_LEAD = "UPDATE identity SET generation = greatest(generation + 1, $1) RETURNING generation"


# --- speaking


async def next_generation(conn: asyncpg.Connection) -> int:
    """A generation higher than that of every leader before, also where a restored database has forgotten some."""
    return int(await conn.fetchval(_LEAD, int(datetime.now(UTC).timestamp() * 1000)))


async def build_report(
    conn: asyncpg.Connection, streams: ServiceStreams, age: tuple[int, int], as_of: datetime
) -> LinksReported:
    """What the service says of itself. The caller has numbered all that was committed before ``as_of``."""
    heads = await conn.fetch(_HEADS, streams.writes)
    known = await checkpoints.all_progress(conn, streams.reads)
    dead = {row["topic"]: row["count"] for row in await conn.fetch(_DEAD)}
    return LinksReported(
        id=links_id(streams.county, streams.service),
        county=streams.county,
        service=streams.service,
        generation=age[0],
        counter=age[1],
        as_of=as_of,
        written=tuple(
            Written(topic=row["topic"], epoch=row["epoch"], first=row["first"], last=row["numbered"]) for row in heads
        ),
        applied=tuple(
            Applied(
                topic=topic,
                epoch=progress.epoch,
                number=progress.number,
                event_id=progress.event_id,
                gaps=tuple(Gap(epoch=progress.epoch, first=a, last=b) for a, b in progress.gaps[:MAX_GAPS]),
                dead_letters=dead.get(topic, 0),
            )
            for topic, (progress, _) in known.items()
        ),
    )


async def silent_tails(conn: asyncpg.Connection, streams: ServiceStreams, now: datetime) -> dict[str, tuple[Gap, int]]:
    """The topics whose tail may be lost, each with the numbers that lack and the offset that comes next.

    It is lost if nothing lies at that offset: no record came for TAIL_LOST_AFTER, although the owner has more. Any
    record counts, also a duplicate: otherwise a flood of duplicates would ask for more duplicates, without end.
    """
    known = await checkpoints.all_progress(conn, streams.reads)
    return {
        topic: (Gap(epoch=tail[0], first=tail[1], last=tail[2]), row["next_offset"])
        for topic, (progress, row) in known.items()
        if (tail := progress.tail)
        and not row["stopped"]
        and progress.behind_since
        and max(row["last_record_at"] or progress.behind_since, progress.behind_since) < now - TAIL_LOST_AFTER
    }


# --- hearing


async def accept_report(
    conn: asyncpg.Connection, streams: ServiceStreams, report: LinksReported, cluster_id: str
) -> bool:
    """The report is kept, and its heads stand beside our checkpoints; False if a newer one was heard before.

    What it has applied of our own streams is held against what we have published.
    """
    row = (report.county, report.service, *report.recency, report.write().decode())
    if await conn.execute(_KEEP, *row) == "INSERT 0 0":
        return False
    for head in sorted(report.written, key=lambda each: each.topic):
        if head.topic in streams.reads and county_of(head.topic) == report.county:
            checkpoint = await checkpoints.lock(conn, head.topic, cluster_id)
            checkpoint.progress.owner_head = OwnerHead(head.epoch, head.first, head.last, report.as_of)
            await checkpoints.save(conn, checkpoint)
    for each in report.applied:
        if each.topic in streams.writes:
            place = (each.epoch, each.number, each.event_id)
            await identity.record_contradiction(conn, each.topic, [place] if each.number else [], report.county)
    return True


async def newest_reports(conn: asyncpg.Connection, within: timedelta | None = None) -> list[LinksReported]:
    """The newest report of every service; without those that were not heard ``within`` this time, if it is given."""
    rows = await conn.fetch(_HEARD, within)
    return [LinksReported.read(row["report"].encode()) for row in rows]
