"""Copies of what a neighbour has applied of a county's streams: its owner takes back from them what it has lost.

The neighbour's operator writes a copy to a file, and the owner's recovers from it (docs/protocol.md, J7). Each
aggregate in it is a record as on the topic, and judged as such. What was never in events is in no copy.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from shared.contracts.event import CountyName, Event, stream_of
from shared.contracts.links import Applied
from shared.contracts.registry import EVENTS
from shared.contracts.topics import stream_name, topic_name
from shared.links import checkpoints
from shared.messaging.handlers import Handler, Projection
from shared.protocol.envelope import numbered, source_of, timestamp
from shared.protocol.service_streams import ServiceStreams
from shared.rejected import Rejected

OPEN_LABELS = frozenset({"CLEAR", "GREEN"})
"""The TLP labels of what everybody may hold. A file may go astray, so a state with any other is left out."""

_ROWS = "SELECT id, kind, epoch, version, number, state::text FROM {} WHERE county = $1 AND state <> '{{}}' ORDER BY id"


class CopiedRecord(BaseModel):
    """An aggregate as an event on ``topic``. Without a ``value`` its label forbids to copy it."""

    model_config = ConfigDict(frozen=True)

    topic: str
    subject: UUID
    type: str
    epoch: int
    number: int
    version: int
    value: str | None

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """The headers of a record on the topic."""
        texts = {
            "ce_specversion": "1.0",
            "ce_id": str(uuid4()),
            "ce_source": source_of(self.topic),
            "ce_type": self.type,
            "ce_subject": str(self.subject),
            "ce_time": timestamp(datetime.now(UTC)),
            "ce_aggregateversion": str(self.version),
        }
        return numbered([(name, text.encode()) for name, text in texts.items()], self.epoch, self.number)


class NeighbourCopy(BaseModel):
    """All that ``service`` of ``county`` has applied of the streams of ``owner``, and how far it has applied each."""

    model_config = ConfigDict(frozen=True)

    county: CountyName
    owner: CountyName
    service: str
    applied: tuple[Applied, ...]
    records: tuple[CopiedRecord, ...]


async def make_copy(
    conn: asyncpg.Connection, streams: ServiceStreams, handlers: Iterable[Handler], owner: str
) -> NeighbourCopy:
    """All that this database has applied of the streams that ``owner``'s service of the same name writes."""
    topics = {stream_name(topic): topic_name(owner, stream_name(topic)) for topic in streams.writes}
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        known = await checkpoints.all_progress(conn, list(topics.values()))
        records = [
            _copied(topics[stream_of(handler.events[0].event_type)], handler.kinds[row["kind"]], row)
            for handler in handlers
            if isinstance(handler, Projection) and handler.kinds and stream_of(handler.events[0].event_type) in topics
            for row in await conn.fetch(_ROWS.format(handler.table), owner)
        ]
    applied = tuple(
        Applied(
            topic=topic,
            epoch=progress.epoch,
            number=min([progress.number, *(first - 1 for first, _ in progress.gaps)]),
            event_id=None if progress.gaps else progress.event_id,
        )
        for topic, (progress, _) in known.items()
    )
    return NeighbourCopy(
        county=streams.county, owner=owner, service=streams.service, applied=applied, records=tuple(records)
    )


def read_copy(text: bytes, streams: ServiceStreams) -> NeighbourCopy:
    """The copy in a file; Rejected if it is none, or one of another county's or service's streams."""
    try:
        copy = NeighbourCopy.model_validate_json(text)
    except ValidationError:
        raise Rejected(
            "invalid-copy", "The file is no whole copy that `norrsam neighbours-copy` has written."
        ) from None
    if (copy.owner, copy.service) != (streams.county, streams.service):
        meant = f"{streams.service} of {streams.county}"
        raise Rejected("wrong-copy", f"This is a copy of {copy.service} of {copy.owner}, not of {meant}.")
    return copy


def event_class(aggregate: type[Event], state: Mapping[str, Any], known: Mapping[str, type[Event]]) -> type[Event]:
    """The type under which a state is published: the one that its status names, else the aggregate's first."""
    status = "SETTLED" if state.get("settled") is True else str(state.get("status", "none"))
    own = [each for each in known.values() if issubclass(each, aggregate)]
    named = [each for each in own if each.__name__.upper().endswith(status)]
    return [*named, *(each for each in own if not each.final)][0]


def labels_in(state: Any) -> Iterator[str]:
    """Every TLP label in a state, however deep."""
    if isinstance(state, dict):
        for name, value in state.items():
            if name == "tlp":
                yield str(value)
            else:
                yield from labels_in(value)
    elif isinstance(state, list):
        for each in state:
            yield from labels_in(each)


def _copied(topic: str, aggregate: type[Event], row: asyncpg.Record) -> CopiedRecord:
    state = from_json(row["state"])
    may_be_copied = set(labels_in(state)) <= OPEN_LABELS
    return CopiedRecord(
        topic=topic,
        subject=row["id"],
        type=event_class(aggregate, state, EVENTS).event_type,
        epoch=row["epoch"],
        number=row["number"],
        version=row["version"],
        value=row["state"] if may_be_copied else None,
    )
