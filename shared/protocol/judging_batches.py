"""Judges a batch, and reads no data that a newer record of the batch replaces (docs/protocol.md, C10)."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.registry import EVENTS
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import FalseEnvelope, parse
from shared.protocol.judging import Judgement, RecordOutcome, judge_envelope, with_data
from shared.protocol.progress import MAX_NUMBER_JUMP
from shared.protocol.received import Received


def judge_batch(
    checkpoint: Checkpoint, records: Iterable[Any], now: datetime, known: Mapping[str, type[Event]] = EVENTS
) -> tuple[list[Judgement], Judgement | None]:
    """Judge the next records of a topic: those before the first that WAITS, and that one.

    Of each aggregate the newest record whose data can be read is to be applied. Older ones are APPLIED without being
    read: they could change nothing, so they become no dead letters either. A copy that stands for its original, which
    came in the same batch, is none: nobody has acted on that.
    """
    judgements: list[Judgement] = []
    by_aggregate: dict[UUID, list[int]] = {}
    waits = None
    for record in records:
        one = judge_envelope(checkpoint, record, now, known)
        if one.outcome is RecordOutcome.WAITS:
            waits = one
            break
        if one.outcome is RecordOutcome.APPLIED and one.envelope:
            by_aggregate.setdefault(one.envelope.subject, []).append(len(judgements))
        judgements.append(one)
    for places in by_aggregate.values():
        if len(places) > 1:
            places.sort(key=lambda place: _recency(judgements[place]), reverse=True)
        for place in places:
            judgements[place] = with_data(judgements[place], known)
            if received := judgements[place].received:
                received.envelope.restated &= not any(_is_original(judgements[each], received) for each in places)
                break
    return judgements, waits


def _is_original(judgement: Judgement, copy: Received) -> bool:
    envelope = judgement.envelope
    return envelope is not None and not envelope.restated and envelope.version == copy.envelope.version


def _recency(judgement: Judgement) -> tuple[int, int, int]:
    assert judgement.envelope is not None
    return judgement.envelope.recency


def subjects_of_high_versions(records: Iterable[Any]) -> list[UUID]:
    """The aggregates whose version is to be looked up before these records are judged: elsewhere no bound is near."""
    high = len(str(MAX_NUMBER_JUMP))
    subjects: set[UUID] = set()
    for record in records:
        if len(dict(record.headers).get("ce_aggregateversion") or b"") >= high:
            with suppress(FalseEnvelope):
                subjects.add(parse(record.topic, record.headers).subject)
    return sorted(subjects)
