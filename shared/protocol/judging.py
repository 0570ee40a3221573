"""Judges a record before anything is done with it (docs/protocol.md, C3 and C4).

The envelope is judged first. A false one moves the offset alone: its number may be forged, and would hide the true
event or open a gap that never closes. A true one moves the number, also if its data cannot be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from shared.contracts.event import Event
from shared.contracts.links import LinksReported
from shared.contracts.registry import EVENTS
from shared.contracts.restated import StreamRestated
from shared.contracts.topics import county_of, unlinkable
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import Envelope, FalseEnvelope, parse
from shared.protocol.progress import MAX_NUMBER_JUMP
from shared.protocol.received import Received

CLOCK_SKEW_SECONDS = 60.0
"""How far the clocks of an owner and of a Kafka cluster may differ."""
HOUR_SECONDS = 3600.0
"""The timestamp of a record of an unlinkable stream is cut to the hour."""


class RecordOutcome(StrEnum):
    """The result of judging or applying a record. All but the first three are reasons for a dead letter."""

    APPLIED = "applied"
    SKIPPED = "skipped"
    WAITS = "waits"
    FALSE_ENVELOPE = "false-envelope"
    UNKNOWN_TYPE = "unknown-type"
    INVALID_DATA = "invalid-data"
    HANDLER_ERROR = "handler-error"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A record and its outcome. ``received`` or ``report`` is to be applied; otherwise ``detail`` says why not."""

    record: Any
    outcome: RecordOutcome
    detail: str = ""
    received: Received | None = None
    report: LinksReported | None = None
    event_type: str | None = None

    @property
    def dead(self) -> bool:
        """Whether the record becomes a dead letter."""
        return self.outcome not in (RecordOutcome.APPLIED, RecordOutcome.SKIPPED, RecordOutcome.WAITS)


def judge(checkpoint: Checkpoint, record: Any, known: Mapping[str, type[Event]] = EVENTS) -> Judgement:
    """Judge ``record``, the next of its topic, and move ``checkpoint`` past it unless it WAITS.

    A record of an epoch that its owner has not announced on `links` waits; it is false if a later report of the owner
    still names an older epoch. The end marker of a restate is noted, and takes effect once all its numbers are there.
    """
    progress = checkpoint.progress
    try:
        envelope = parse(record.topic, record.headers)
        if not progress.is_announced(envelope.epoch) and not _denied(checkpoint, record):
            return Judgement(record, RecordOutcome.WAITS, f"epoch {envelope.epoch} has not been named on links")
        _check(checkpoint, envelope)
    except FalseEnvelope as error:
        checkpoint.next_offset = record.offset + 1
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, str(error))
    checkpoint.next_offset = record.offset + 1
    if not progress.accept(envelope.epoch, envelope.number, envelope.id):
        return Judgement(record, RecordOutcome.SKIPPED)
    checkpoint.note_time(envelope.time)
    judgement = read(record, envelope, known)
    if judgement.received and isinstance(judgement.received.event, StreamRestated):
        progress.mark(judgement.received.event.first, envelope.number)
    return judgement


def judge_report(checkpoint: Checkpoint, record: Any) -> Judgement:
    """Judge ``record``, the next of a county's links topic, and move ``checkpoint`` past it.

    A report has no number: `shared.links.reports` compares it with the newest one.
    """
    checkpoint.next_offset = record.offset + 1
    try:
        report = LinksReported.read(record.value or b"")
    except ValidationError as error:
        return Judgement(record, RecordOutcome.INVALID_DATA, _summary(error))
    if report.county != county_of(record.topic):
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, f"{report.county} does not write {record.topic}")
    return Judgement(record, RecordOutcome.APPLIED, report=report)


def read(record: Any, envelope: Envelope, known: Mapping[str, type[Event]] = EVENTS) -> Judgement:
    """The event in a record whose envelope is true, or the reason why it cannot be read."""
    event_class = known.get(envelope.type)
    if event_class is None:
        detail = f"this version does not know the type {envelope.type}"
        return Judgement(record, RecordOutcome.UNKNOWN_TYPE, detail, event_type=envelope.type)
    try:
        event = event_class.read(record.value or b"")
    except ValidationError as error:
        return Judgement(record, RecordOutcome.INVALID_DATA, _summary(error), event_type=envelope.type)
    county = county_of(record.topic)
    if (event.county, event.id) != (county, envelope.subject):
        detail = f"the data are of {event.county} {event.id}, the envelope is of {county} {envelope.subject}"
        return Judgement(record, RecordOutcome.INVALID_DATA, detail)
    return Judgement(record, RecordOutcome.APPLIED, received=Received(county, event, envelope))


def _denied(checkpoint: Checkpoint, record: Any) -> bool:
    """Whether the owner has reported since the record was sent, without announcing its epoch."""
    head = checkpoint.progress.owner_head
    sent = record.timestamp / 1000 + (HOUR_SECONDS if unlinkable(record.topic) else 0)  # at the latest
    return head is not None and head.as_of.timestamp() > sent + CLOCK_SKEW_SECONDS


def _check(checkpoint: Checkpoint, envelope: Envelope) -> None:
    """FalseEnvelope if epoch, number or version is implausible."""
    if not checkpoint.progress.is_announced(envelope.epoch):
        raise FalseEnvelope(f"epoch {envelope.epoch} is not named on links, and its owner has reported since")
    if not checkpoint.progress.is_plausible(envelope.epoch, envelope.number):
        raise FalseEnvelope(
            f"number {envelope.number} is more than {MAX_NUMBER_JUMP} above the checkpoint {checkpoint.progress.number}"
        )
    if envelope.version > MAX_NUMBER_JUMP:
        raise FalseEnvelope(f"version {envelope.version} is above {MAX_NUMBER_JUMP}")


def _summary(error: ValidationError) -> str:
    """The fields that break the contract and how, without their values."""
    problems: Sequence[Any] = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'data'}: {each['type']}" for each in problems[:10])
