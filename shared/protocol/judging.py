"""Judges a record before anything is done with it (docs/protocol.md, C3 and C4).

The envelope is judged first. A false one moves the offset alone: its number may be forged, and would hide the true
event or open a gap that never closes. A true one moves the number, also if its data cannot be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from shared.protocol.progress import MAX_NUMBER_JUMP, Progress
from shared.protocol.received import Received

CLOCK_SKEW_SECONDS = 60.0
"""How far the clocks of an owner and of a Kafka cluster may differ."""
HOUR_SECONDS = 3600.0
"""The timestamp of a record of an unlinkable stream is cut to the hour."""
DAY_SECONDS = 86_400.0
"""How far an epoch, the Unix time of a recovery, may lie ahead of the reader's clock."""
MAX_FIRST_VERSION = 10**9
"""The highest version of an aggregate that the reader does not have: a version a second for thirty years."""


class RecordOutcome(StrEnum):
    """The result of judging or applying a record. All but the first four are reasons for a dead letter.

    PASSED_EPOCH is a record that was skipped, and sent after its owner had begun a higher epoch: an older database of
    the county still publishes.
    """

    APPLIED = "applied"
    SKIPPED = "skipped"
    PASSED_EPOCH = "passed-epoch"
    WAITS = "waits"
    FALSE_ENVELOPE = "false-envelope"
    UNKNOWN_TYPE = "unknown-type"
    INVALID_DATA = "invalid-data"
    HANDLER_ERROR = "handler-error"


@dataclass(slots=True)
class Judgement:
    """A record and its outcome. ``received`` or ``report`` is to be applied; otherwise ``detail`` says why not.

    Without an ``envelope`` nothing in the record counts; a report has none. The data of an applied record with neither
    have not been read.
    """

    record: Any
    outcome: RecordOutcome
    detail: str = ""
    envelope: Envelope | None = None
    received: Received | None = None
    report: LinksReported | None = None

    @property
    def dead(self) -> bool:
        """Whether the record becomes a dead letter."""
        passed = (RecordOutcome.SKIPPED, RecordOutcome.PASSED_EPOCH)
        return self.outcome not in (RecordOutcome.APPLIED, *passed, RecordOutcome.WAITS)


def examine(checkpoint: Checkpoint, record: Any, now: datetime, known: Mapping[str, type[Event]] = EVENTS) -> Judgement:
    """The judgement of ``record`` by itself, whoever reads it: the inbox, a rebuild, a retry, or its owner.

    ``checkpoint`` is what the reader knows of the topic, and stays as it is; ``now`` is the reader's time.
    """
    return with_data(_examine_envelope(checkpoint, record, now, known), known)


def judge(checkpoint: Checkpoint, record: Any, now: datetime, known: Mapping[str, type[Event]] = EVENTS) -> Judgement:
    """Judge ``record``, the next of its topic, and move ``checkpoint`` past it unless it WAITS."""
    return with_data(judge_envelope(checkpoint, record, now, known), known)


def judge_envelope(
    checkpoint: Checkpoint, record: Any, now: datetime, known: Mapping[str, type[Event]] = EVENTS
) -> Judgement:
    """As `judge`, without the data: those of an APPLIED record may be older than others, and are not read yet.

    A record of an epoch that its owner has not announced on `links` waits; it is false if a later report of the owner
    still names an older epoch. The end marker of a restate is noted, and takes effect once all its numbers are there.
    """
    progress = checkpoint.progress
    judgement = _examine_envelope(checkpoint, record, now, known)
    envelope = judgement.envelope
    if envelope and not progress.is_announced(envelope.epoch):
        if not _denied(checkpoint, record, now):
            return Judgement(record, RecordOutcome.WAITS, f"epoch {envelope.epoch} has not been named on links")
        detail = f"epoch {envelope.epoch} is not named on links, and its owner has reported since"
        envelope, judgement = None, Judgement(record, RecordOutcome.FALSE_ENVELOPE, detail)
    checkpoint.next_offset = record.offset + 1
    if envelope is None:
        return judgement
    if not progress.accept(envelope.epoch, envelope.number, envelope.id):
        outcome = RecordOutcome.PASSED_EPOCH if _comes_late(progress, envelope, record) else RecordOutcome.SKIPPED
        return Judgement(record, outcome, envelope=envelope)
    checkpoint.note(envelope, now)
    if judgement.received and isinstance(judgement.received.event, StreamRestated):
        progress.mark(judgement.received.event.first, envelope.number)
    return judgement


def _examine_envelope(
    checkpoint: Checkpoint, record: Any, now: datetime, known: Mapping[str, type[Event]]
) -> Judgement:
    """The judgement without the data, unless there are none or they are a marker's: then its envelope may be false."""
    try:
        envelope = parse(record.topic, record.headers)
        _check(checkpoint, envelope, now)
        event_class = known.get(envelope.type)
        if record.value is None or event_class is None or issubclass(event_class, StreamRestated):
            return read(record, envelope, known)
    except FalseEnvelope as error:
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, str(error))
    return Judgement(record, RecordOutcome.APPLIED, "", envelope)


def with_data(judgement: Judgement, known: Mapping[str, type[Event]] = EVENTS) -> Judgement:
    """The judgement of the record with its data, if they have not been read."""
    envelope = judgement.envelope
    if envelope is None or judgement.received or judgement.outcome is not RecordOutcome.APPLIED:
        return judgement
    return read(judgement.record, envelope, known)


def read(record: Any, envelope: Envelope, known: Mapping[str, type[Event]]) -> Judgement:
    """The event in a record, or the reason why it cannot be read; FalseEnvelope if it contradicts the envelope."""
    if record.value is None:
        raise FalseEnvelope("the record has no data: no owner removes an event from its log")
    event_class = known.get(envelope.type)
    if event_class is None:
        detail = f"this version does not know the type {envelope.type}"
        return Judgement(record, RecordOutcome.UNKNOWN_TYPE, detail, envelope)
    try:
        event = event_class.read(record.value)
    except ValidationError as error:
        return Judgement(record, RecordOutcome.INVALID_DATA, summary(error), envelope)
    if isinstance(event, StreamRestated) and event.first > envelope.number:
        raise FalseEnvelope(f"the restate begins at {event.first}, above the marker's own number {envelope.number}")
    county = county_of(record.topic)
    if (event.county, event.id) != (county, envelope.subject):
        detail = f"the data are of {event.county} {event.id}, the envelope is of {county} {envelope.subject}"
        return Judgement(record, RecordOutcome.INVALID_DATA, detail, envelope)
    return Judgement(record, RecordOutcome.APPLIED, "", envelope, Received(county, event, envelope))


def _comes_late(progress: Progress, envelope: Envelope, record: Any) -> bool:
    """Whether the record is of an epoch below the present one, and was sent after that one began: it is a time."""
    return bool(envelope.epoch < progress.epoch < record.timestamp / 1000 - CLOCK_SKEW_SECONDS)


def _denied(checkpoint: Checkpoint, record: Any, now: datetime) -> bool:
    """Whether the owner has reported since the record was sent, without announcing its epoch.

    A report whose time is still to come proves nothing: its owner's clock was wrong. A record whose time is still to
    come was sent before its reader began to wait.
    """
    head, sent = checkpoint.progress.owner_head, record.timestamp / 1000
    if sent > now.timestamp() + CLOCK_SKEW_SECONDS:
        sent = (checkpoint.waits_since or now).timestamp()
    sent += HOUR_SECONDS if unlinkable(record.topic) else 0  # at the latest
    return head is not None and sent + CLOCK_SKEW_SECONDS < head.as_of.timestamp() <= now.timestamp()


def _check(checkpoint: Checkpoint, envelope: Envelope, now: datetime) -> None:
    """FalseEnvelope if epoch, number or version is implausible."""
    check_epoch(envelope.epoch, now)
    if not checkpoint.progress.is_plausible(envelope.epoch, envelope.number):
        raise FalseEnvelope(
            f"number {envelope.number} is more than {MAX_NUMBER_JUMP} above the checkpoint {checkpoint.progress.number}"
        )
    present = checkpoint.versions.get(envelope.subject)
    if envelope.version > (MAX_FIRST_VERSION if present is None else present + MAX_NUMBER_JUMP):
        raise FalseEnvelope(f"version {envelope.version} is too far above the present one, {present or 'none'}")


def check_epoch(epoch: int, now: datetime) -> None:
    """FalseEnvelope if the epoch is further ahead than clocks can differ."""
    if epoch > now.timestamp() + DAY_SECONDS:
        raise FalseEnvelope(f"epoch {epoch} is more than a day ahead of the time here")


def summary(error: ValidationError) -> str:
    """The fields that break the contract and how, without their values."""
    problems: Sequence[Any] = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'data'}: {each['type']}" for each in problems[:10])
