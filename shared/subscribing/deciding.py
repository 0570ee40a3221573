"""Decides on one record of a topic for a subscriber: pure, like the decisions of delivery (docs/protocol.md).

A subscriber judges an envelope as a county does. It does not wait until `links` names an epoch, for partner agencies
may not read `links`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.links import LinksReported
from shared.contracts.restated import StreamRestated
from shared.contracts.topics import stream_name
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import Envelope, FalseEnvelope, id_of, parse, topic_of_source
from shared.protocol.judging import CLOCK_SKEW_SECONDS, RecordOutcome, examine
from shared.protocol.progress import OwnerHead, Progress
from shared.protocol.received import Received


class RecordMeaning(StrEnum):
    """The meaning of a record. Only one that is NEW is handed to the subscriber.

    REPEATED is the newest version under another number, as in a restate.
    """

    NEW = "new"
    REPEATED = "repeated"
    PASSED = "passed"
    SKIPPED = "skipped"
    PARKED = "parked"


class Standing(StrEnum):
    """Whether an aggregate's owner still restates it. It does not once its last event has ended the aggregate."""

    LIVING = "living"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest event of an aggregate that the subscriber has."""

    id: UUID
    epoch: int
    version: int
    number: int
    life: Standing

    def is_before(self, received: Received) -> bool:
        """Whether ``received`` is to be handed on: it is newer, or restates what was withdrawn."""
        epoch, version, number = received.recency
        returns = self.life is Standing.WITHDRAWN and number > self.number
        return (epoch, version) > (self.epoch, self.version) or (returns and (epoch, version) == self.age)

    @property
    def age(self) -> tuple[int, int]:
        """(epoch, version): the higher, the newer."""
        return self.epoch, self.version


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """The decision on a record. ``reason`` and ``detail`` say why it is PARKED; a false one has no ``envelope``."""

    verdict: RecordMeaning
    envelope: Envelope | None = None
    received: Received | None = None
    reason: str = ""
    detail: str = ""


@dataclass(slots=True)
class SubscriberPosition:
    """How far a subscriber is in one topic: ``offset`` and ``event_id`` are those of the last record, -1 if none.

    ``recency`` is that of the owner's last whole report. ``skipped`` counts records of types that were not asked for.
    """

    topic: str
    offset: int = -1
    event_id: str = ""
    progress: Progress = field(default_factory=Progress)
    recency: tuple[int, int] = (0, 0)
    skipped: int = 0

    def read_instead(self, record: Any, first: bool) -> int | None:
        """The offset to go on from, if not from ``record``, the ``first`` of this topic that the process has read.

        The group's offset may be ahead of the database, which was restored. If another event lies at the last offset,
        the topic was made anew, and is read from its beginning.
        """
        last = max(self.offset, 0)
        if first and record.offset > last:
            return last
        if record.offset == self.offset and storable(id_of(record.headers)) != self.event_id:
            self.offset, self.event_id = -1, ""
            return 0
        return None

    def hear(self, report: LinksReported, now: datetime) -> None:
        """Take the owner's report on `links` (docs/protocol.md, L1 and L2)."""
        progress, head = self.progress, self.progress.owner_head
        if report.unchanged:
            if report.recency == self.recency:
                progress.confirm(report.as_of, now)
            return
        late = head is not None and (report.as_of - head.as_of).total_seconds() > CLOCK_SKEW_SECONDS
        if report.recency <= self.recency and not late:
            return
        self.recency = report.recency
        for each in report.written:
            if each.topic == self.topic:
                progress.hear(OwnerHead(each.epoch, each.first, each.last, report.as_of), now)
                progress.update_completeness(now)


def as_written(record: Any) -> Any:
    """The record as it lies on the topic of the county that wrote it; a partner's own topic has it from there."""
    if not is_own(record.topic):
        return record
    return replace(record, topic=topic_of_source(stream_name(record.topic), record.headers))


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot keep."""
    return text.replace("\0", "").encode(errors="replace").decode()


def is_own(topic: str) -> bool:
    """Whether a county shows a partner events of all counties on ``topic``: then its numbers have holes."""
    return topic.split(".")[1] == "partners"


def subject_of(record: Any) -> UUID | None:
    """The aggregate of a record as it was written; None if its envelope is false."""
    try:
        return parse(record.topic, record.headers).subject
    except FalseEnvelope:
        return None


def decide(
    position: SubscriberPosition, newest: Newest | None, record: Any, now: datetime, known: Mapping[str, type[Event]]
) -> RecordDecision:
    """Judge ``record``, the next of its topic as it was written, and move ``position`` past it.

    ``newest`` is of its aggregate; ``known`` are the types that the subscriber asks for, and the markers.
    """
    progress = position.progress
    versions = {} if newest is None else {newest.id: newest.version}
    own = is_own(position.topic)
    checkpoint = Checkpoint(record.topic, Progress() if own else progress, "", 0, None, None, None, versions)
    judgement = examine(checkpoint, record, now, known)
    position.offset, position.event_id = record.offset, storable(id_of(record.headers))
    envelope, received = judgement.envelope, judgement.received
    if envelope and not own and not progress.accept(envelope.epoch, envelope.number, envelope.id):
        return RecordDecision(RecordMeaning.PASSED)
    progress.update_completeness(now)
    if judgement.outcome is RecordOutcome.UNKNOWN_TYPE:
        position.skipped += 1
        return RecordDecision(RecordMeaning.SKIPPED)
    if envelope is None or received is None:
        return RecordDecision(RecordMeaning.PARKED, envelope, None, judgement.outcome, judgement.detail)
    if isinstance(received.event, StreamRestated):
        progress.mark(received.event.first, envelope.number)
        return RecordDecision(RecordMeaning.PASSED)
    if newest is None or newest.is_before(received):
        return RecordDecision(RecordMeaning.NEW, envelope, received)
    repeated = newest.age == (envelope.epoch, envelope.version) and newest.number < envelope.number
    return RecordDecision(RecordMeaning.REPEATED if repeated else RecordMeaning.PASSED, envelope, received)
