"""Judges a report on links before anything in it counts (docs/protocol.md, J2 and J3)."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared.contracts.links import LinksReported
from shared.contracts.topics import SERVICES, county_of
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import MAX_HEADER_BYTES, FalseEnvelope
from shared.protocol.judging import CLOCK_SKEW_SECONDS, Judgement, RecordOutcome, check_epoch, summary

MAX_REPORT_BYTES = 64 * 1024
"""Above every report of a service that reads 21 counties. Reading a larger one would hold up other records."""
CLOCK_AHEAD = "its clock is more than a minute ahead of the one here"
SERVICE_KEYS = frozenset(service.encode() for service in SERVICES)


def judge_report(checkpoint: Checkpoint, record: Any, now: datetime) -> Judgement:
    """Judge ``record``, the next of a county's links topic, and move ``checkpoint`` past it.

    A report has no number: `shared.links.reports` compares it with the newest one.
    """
    checkpoint.next_offset = record.offset + 1
    return examine_report(record, now)


def examine_report(record: Any, now: datetime) -> Judgement:
    """The judgement of a report by itself. One of a service that is not in the register is SKIPPED.

    Nobody reads that service's streams. Its key says which it is, so that reading it costs nothing.
    """
    if record.key not in SERVICE_KEYS:
        return Judgement(record, RecordOutcome.SKIPPED)
    value = record.value or b""
    if len(value) > MAX_REPORT_BYTES:
        detail = f"a report has at most {MAX_REPORT_BYTES} bytes"
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, detail)
    try:
        report = LinksReported.read(value)
    except ValidationError as error:
        return Judgement(record, RecordOutcome.INVALID_DATA, summary(error))
    if (report.county, report.service.encode()) != (county_of(record.topic), record.key):
        detail = f"it is of {report.county} {report.service}, which does not write {record.topic} under this key"
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, detail)
    latest = now.timestamp() + CLOCK_SKEW_SECONDS
    if report.generation > latest * 1000:
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, CLOCK_AHEAD)
    if any(len(each.event_id or "") > MAX_HEADER_BYTES for each in report.applied):
        detail = f"the id of an event has at most {MAX_HEADER_BYTES} characters"
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, detail)
    try:
        for epoch in [each.epoch for each in report.written] + [each.epoch for each in report.applied]:
            check_epoch(epoch, now)
    except FalseEnvelope as error:
        return Judgement(record, RecordOutcome.FALSE_ENVELOPE, str(error))
    return Judgement(record, RecordOutcome.APPLIED, report=report)
