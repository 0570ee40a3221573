"""Judges what lies on the topic that its reader writes: what an owner may believe of itself (docs/protocol.md, J1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.contracts.event import Event
from shared.contracts.registry import EVENTS
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.contradiction import NumberedEvent
from shared.protocol.judging import Judgement, RecordOutcome, examine


def examine_own(
    checkpoint: Checkpoint, record: Any, now: datetime, known: Mapping[str, type[Event]] = EVENTS
) -> Judgement:
    """The judgement of a record on the topic that its reader writes, by what it has ``heard`` of itself on links.

    A record of an epoch above the present one that nobody has named there is not its own: each receiver waits for the
    name, and then refuses it, or skips it for a higher one. Where links knows nothing of the topic, nothing speaks
    against the record.
    """
    judgement = examine(checkpoint, record, now, known)
    envelope, named = judgement.envelope, checkpoint.named
    if envelope is None or not named or envelope.epoch <= checkpoint.progress.epoch or envelope.epoch in named:
        return judgement
    return Judgement(record, RecordOutcome.FALSE_ENVELOPE, f"epoch {envelope.epoch} has not been named on links")


def numbered_event(checkpoint: Checkpoint, record: Any, now: datetime) -> NumberedEvent | None:
    """The number that ``record`` has on its topic, and its event; None if it is not the owner's."""
    envelope = examine_own(checkpoint, record, now).envelope
    return None if envelope is None else (envelope.epoch, envelope.number, envelope.id)
