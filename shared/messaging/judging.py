"""What a record is worth, before anything is done with it.

The envelope is judged first. A false one moves only the offset: its number may be forged, and would eat the true
event or open a gap that never closes. A true one moves the number, also where its content is of no use here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from shared.contracts.event import Event
from shared.contracts.registry import EVENTS
from shared.contracts.topics import county_of
from shared.messaging.checkpoints import Checkpoint
from shared.messaging.envelope import Envelope, FalseEnvelope, parse
from shared.messaging.handlers import Received
from shared.messaging.progress import LEAP


class Outcome(StrEnum):
    """What becomes of a record. All but the first two are reasons of a dead letter."""

    APPLIED = "applied"
    SKIPPED = "skipped"
    FALSE_ENVELOPE = "false-envelope"
    UNKNOWN_TYPE = "unknown-type"
    INVALID_DATA = "invalid-data"
    HANDLER_ERROR = "handler-error"


@dataclass(frozen=True, slots=True)
class Judged:
    """A record and what becomes of it; ``received`` if it is to be applied, else ``detail`` says why not."""

    record: Any
    outcome: Outcome
    detail: str = ""
    received: Received | None = None


def judge(checkpoint: Checkpoint, record: Any, known: Mapping[str, type[Event]] = EVENTS) -> Judged:
    """What becomes of ``record``, the next of its topic; ``checkpoint`` has moved past it."""
    checkpoint.next_offset = record.offset + 1
    try:
        envelope = _true_envelope(checkpoint, record)
    except FalseEnvelope as error:
        return Judged(record, Outcome.FALSE_ENVELOPE, str(error))
    if not checkpoint.progress.take(envelope.number):
        return Judged(record, Outcome.SKIPPED)
    checkpoint.note_time(envelope.time)
    return read(record, envelope, known)


def read(record: Any, envelope: Envelope, known: Mapping[str, type[Event]] = EVENTS) -> Judged:
    """The event in a record whose envelope is true, or why it cannot be read."""
    event_class = known.get(envelope.type)
    if event_class is None:
        return Judged(record, Outcome.UNKNOWN_TYPE, f"this version does not know the type {envelope.type}")
    try:
        event = event_class.read(record.value or b"")
    except ValidationError as error:
        return Judged(record, Outcome.INVALID_DATA, _summary(error))
    county = county_of(record.topic)
    if (event.county, event.id) != (county, envelope.subject):
        detail = f"the data are of {event.county} {event.id}, the envelope is of {county} {envelope.subject}"
        return Judged(record, Outcome.INVALID_DATA, detail)
    return Judged(record, Outcome.APPLIED, received=Received(county, event, envelope))


def _true_envelope(checkpoint: Checkpoint, record: Any) -> Envelope:
    envelope = parse(record.topic, record.headers)
    if envelope.epoch != checkpoint.epoch:
        raise FalseEnvelope(f"epoch {envelope.epoch} has not been announced; the stream is in epoch {checkpoint.epoch}")
    if not checkpoint.progress.believable(envelope.number):
        raise FalseEnvelope(
            f"number {envelope.number} is more than {LEAP} above the checkpoint {checkpoint.progress.number}"
        )
    if envelope.version > LEAP:
        raise FalseEnvelope(f"version {envelope.version} is above {LEAP}")
    return envelope


def _summary(error: ValidationError) -> str:
    """Where the data break the contract; never the data themselves."""
    problems: Sequence[Any] = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'data'}: {each['type']}" for each in problems[:10])
