"""How new the other counties' data are: shown beside every list of them, and in full at /links."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg
from pydantic import BaseModel, ConfigDict

from shared.contracts.topics import county_of, stream_name
from shared.links.checkpoints import all_progress
from shared.links.faults import Fault
from shared.protocol.progress import Progress, Range


class Freshness(BaseModel):
    """How new another county's data are in this one. All that it wrote before ``complete_until`` is applied here.

    The numbers are null for who may not read all of the stream.
    """

    model_config = ConfigDict(frozen=True)

    county: str
    complete_until: datetime | None = None
    applied_number: int | None = 0
    last_event_at: datetime | None = None
    open_gaps: int | None = 0
    dead_letters: int | None = 0

    def without_numbers(self) -> "Freshness":
        """Up to when it is complete, and no more."""
        hidden = {"applied_number": None, "last_event_at": None, "open_gaps": None, "dead_letters": None}
        return Freshness(**dict(self) | hidden)


class ReadStream(Freshness):
    """A stream that is read here. ``missing`` numbers lie in ``gaps``, ``behind`` more above ``applied_number``."""

    stream: str
    topic: str
    epoch: int = 1
    gaps: list[Range] = []
    missing: int = 0
    behind: int = 0
    heard_at: datetime | None = None
    stopped: str | None = None


class WrittenStream(BaseModel):
    """A stream that is written here: its owner still has the numbers ``first`` to ``last`` of the present epoch."""

    stream: str
    topic: str
    epoch: int
    first: int
    last: int
    confirmed: int


class Links(BaseModel):
    """The state of all streams that a service of a county writes and reads, and what is wrong with them."""

    county: str
    service: str
    written: list[WrittenStream]
    read: list[ReadStream]
    faults: list[Fault]


_WRITTEN = """
    SELECT topic, epoch, numbered AS last, acknowledged AS confirmed, coalesce(
        (SELECT min(number) FROM outbox WHERE outbox.topic = streams.topic AND outbox.epoch = streams.epoch),
        numbered + 1) AS first
    FROM streams ORDER BY topic
"""
_WHOLE = "SELECT NOT EXISTS (SELECT FROM projections WHERE NOT whole)"
_DEAD = "SELECT topic, count(*) FROM dead_letters WHERE settled_at IS NULL AND topic = ANY($1) GROUP BY topic"


async def freshness(conn: asyncpg.Connection, topics: Mapping[str, str]) -> list[Freshness]:
    """The freshness of each county in ``topics`` (county → topic); zeros for one whose topic has not been read yet."""
    names = set(Freshness.model_fields)
    return [Freshness(**each.model_dump(include=names)) for each in await links(conn, list(topics.values()))]


def together(streams: Sequence[Freshness]) -> Freshness:
    """The freshness of what several streams of one county make together: complete where each of them is."""
    until = [each.complete_until for each in streams]
    events = [each.last_event_at for each in streams if each.last_event_at]
    return Freshness(
        county=streams[0].county,
        complete_until=None if None in until else min(moment for moment in until if moment),
        applied_number=sum(each.applied_number or 0 for each in streams),
        last_event_at=max(events, default=None),
        open_gaps=sum(each.open_gaps or 0 for each in streams),
        dead_letters=sum(each.dead_letters or 0 for each in streams),
    )


async def written(conn: asyncpg.Connection) -> list[WrittenStream]:
    """The state of each stream that is written here."""
    return [WrittenStream(stream=stream_name(row["topic"]), **row) for row in await conn.fetch(_WRITTEN)]


async def links(conn: asyncpg.Connection, topics: list[str]) -> list[ReadStream]:
    """The state of each topic, in order of topic names."""
    known = await all_progress(conn, topics)
    dead = {row["topic"]: row["count"] for row in await conn.fetch(_DEAD, topics)}
    streams = [_read_stream(topic, known.get(topic), dead.get(topic, 0)) for topic in sorted(topics)]
    if await conn.fetchval(_WHOLE):
        return streams
    return [each.model_copy(update={"complete_until": None}) for each in streams]  # a read model is being rebuilt


def _read_stream(topic: str, known: tuple[Progress, asyncpg.Record] | None, dead: int) -> ReadStream:
    names = {"county": county_of(topic), "stream": stream_name(topic), "topic": topic}
    if known is None:
        return ReadStream(**names)
    progress, row = known
    tail = progress.tail
    return ReadStream(
        **names,
        complete_until=progress.complete_until,
        applied_number=progress.number,
        last_event_at=row["last_event_at"],
        open_gaps=progress.missing,
        dead_letters=dead,
        epoch=progress.epoch,
        gaps=progress.gaps,
        missing=progress.missing,
        behind=tail[2] - tail[1] + 1 if tail else 0,
        heard_at=progress.owner_head.as_of if progress.owner_head else None,
        stopped=row["stopped"],
    )
