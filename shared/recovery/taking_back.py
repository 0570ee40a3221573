"""Takes back from neighbours' copies what an owner has lost (docs/protocol.md, J7)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog
from pydantic import ValidationError
from pydantic_core import from_json

from shared.contracts.event import stream_of
from shared.contracts.links import Applied
from shared.contracts.registry import EVENTS
from shared.contracts.topics import county_of, stream_name
from shared.links import identity
from shared.messaging.handlers import Handler, Projection
from shared.messaging.outbox import Transaction, Writer
from shared.protocol.judging import examine
from shared.protocol.received import Received
from shared.recovery.copies import CopiedRecord, NeighbourCopy

log = structlog.get_logger()

_OWN = "SELECT id, version FROM {} WHERE county = $1 AND id = ANY ($2)"
_LAST = """
    SELECT DISTINCT ON (key) convert_from(key, 'UTF8')::uuid AS id, epoch,
        (headers ->> 'ce_aggregateversion')::bigint AS version,
        bool_or(number IS NULL AND headers ->> 'ce_restated' IS NULL) OVER (PARTITION BY key) AS commanded
    FROM outbox WHERE topic = $1 AND key = ANY ($2) ORDER BY key, epoch DESC NULLS LAST, version DESC
"""
"""The last numbered event of each aggregate, and whether a command since the restore has changed it."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A copied record in the form in which one comes from Kafka."""

    topic: str
    headers: Sequence[tuple[str, bytes]]
    value: bytes | None


@dataclass(slots=True)
class Offered:
    """The copies of one topic: by aggregate the newest state, and who has it.

    ``withheld`` has the (epoch, version) of those whose state is in no copy, or cannot be read or written by this
    version; ``applied`` says how far each copy goes.
    """

    states: dict[UUID, tuple[Received, str]] = field(default_factory=dict)
    withheld: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    applied: list[Applied] = field(default_factory=list)


async def offered(conn: asyncpg.Connection, topic: str, copies: Sequence[NeighbourCopy]) -> Offered:
    """Judge what the copies have of an own topic like records on it; what has a false envelope is passed over."""
    found = Offered()
    checkpoint, now = await identity.own_checkpoint(conn, topic), datetime.now(UTC)
    for copy in copies:
        found.applied += [each for each in copy.applied if each.topic == topic]
        given = [each for each in copy.records if each.topic == topic]
        records = [_Record(topic, each.headers, each.value.encode() if each.value else b"") for each in given]
        await identity.look_up_versions(conn, checkpoint, records)
        for each, record in zip(given, records, strict=True):
            judgement = examine(checkpoint, record, now)
            received = judgement.received if _can_be_written(each) else None
            if judgement.envelope is None:
                log.warning("recovery.passes-over", topic=topic, copy_of=copy.county, id=str(each.subject))
            elif received is None:
                age = each.epoch, each.version
                found.withheld[each.subject] = max(age, found.withheld.get(each.subject, age))
            elif each.subject not in found.states or found.states[each.subject][0].recency < received.recency:
                found.states[each.subject] = received, copy.county
    return found


async def newer(conn: asyncpg.Connection, topic: str, found: Offered, handlers: Iterable[Handler]) -> Iterator[UUID]:
    """The aggregates of which ``found`` has a newer state than the database, or one that the database lacks."""
    ages = found.withheld | {key: received.recency[:2] for key, (received, _) in found.states.items()}
    last = await _last(conn, topic, ages)
    own: dict[UUID, int] = {}
    for handler in handlers:
        if isinstance(handler, Projection) and handler.kinds and _is_of(handler, topic):
            rows = await conn.fetch(_OWN.format(handler.table), county_of(topic), list(ages))
            own |= {row["id"]: row["version"] for row in rows}

    def is_newer(key: UUID) -> bool:
        epoch, version = ages[key]
        row = last.get(key)
        known = (0, 0) if row is None or row["epoch"] is None else (row["epoch"], row["version"])
        return (epoch, version) > known and version > own.get(key, 0)

    return filter(is_newer, sorted(ages))


async def take_back(
    conn: asyncpg.Connection, writer: Writer, topic: str, found: Offered, handlers: Sequence[Handler]
) -> dict[str, Any]:
    """Write what is newer in ``found`` as own new events, and give the topic's part of the report.

    An aggregate that was changed since the restore keeps its own state.
    """
    ids = list(await newer(conn, topic, found, handlers))
    last = await _last(conn, topic, ids)
    report: dict[str, Any] = {"taken_back": [], "kept_against_neighbours": [], "withheld": []}
    for key in ids:
        if key not in found.states:
            report["withheld"].append(str(key))
            continue
        received, county = found.states[key]
        said = {"id": str(key), "version": received.envelope.version, "county": county}
        if key in last and last[key]["commanded"]:
            report["kept_against_neighbours"].append({**said, "neighbour_has": from_json(received.event.write())})
            continue
        report["taken_back"].append(said)
        for handler in handlers:
            if isinstance(handler, Projection) and isinstance(received.event, handler.events):
                await handler.project(conn, [received])
        await Transaction(conn, writer, correlation_id=str(uuid4())).emit(received.event, received.envelope.version)
    return report


def _can_be_written(record: CopiedRecord) -> bool:
    """Whether the state can be written here: a neighbour with older code may have kept a code as UNKNOWN."""
    try:
        EVENTS[record.type].model_validate_json(record.value or "", extra="ignore")
    except (KeyError, ValidationError):
        return False
    return True


def _is_of(projection: Projection, topic: str) -> bool:
    return stream_of(projection.events[0].event_type) == stream_name(topic)


async def _last(conn: asyncpg.Connection, topic: str, ids: Iterable[UUID]) -> dict[UUID, asyncpg.Record]:
    rows = await conn.fetch(_LAST, topic, [str(each).encode() for each in ids])
    return {row["id"]: row for row in rows}
