"""Judging a record of an epoch that its owner has not named."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.contracts.links import LinksReported
from shared.contracts.registry import MARKERS
from shared.contracts.topics import LINKS, topic_name
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import MAX_HEADER_BYTES, source_of
from shared.protocol.judging import (
    MAX_FIRST_VERSION,
    RecordOutcome,
    examine,
    judge,
)
from shared.protocol.judging_batches import subjects_of_high_versions
from shared.protocol.judging_reports import MAX_REPORT_BYTES, examine_report, judge_report
from shared.protocol.progress import MAX_NUMBER_JUMP, OwnerHead, Progress

REPORTED = datetime(2026, 11, 23, 10, 29, 50, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SUBJECT = UUID("019aaf3e-6f7e-7ee1-b000-000000000000")
LINKABLE, UNLINKABLE = "norrbotten.shared.actors.v1", "norrbotten.shared.shipment-signals.v1"
REPORTS = topic_name("norrbotten", LINKS)
APPLIED = {"topic": LINKABLE, "epoch": 1, "number": 2}


@dataclass
class Record:
    """A record of a new epoch, with Kafka's timestamp."""

    topic: str
    sent: datetime
    offset: int = 0
    key: bytes = b""
    value: bytes | None = b""
    changed: dict[str, str] = field(default_factory=dict)
    headers: list[tuple[str, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        said = {
            "ce_specversion": "1.0",
            "ce_id": "019aaf3e-6f7e-7ee1-b000-000000000001",
            "ce_source": source_of(self.topic),
            "ce_type": "se.norrsam.unknown.Unknown.v1",
            "ce_subject": "019aaf3e-6f7e-7ee1-b000-000000000000",
            "ce_time": "2026-11-23T10:00:00.000Z",
            "ce_aggregateversion": "1",
            "ce_epoch": "1764000000",
            "ce_sequence": "000000000001",
            **self.changed,
        }
        self.headers = [(name, value.encode()) for name, value in said.items()]

    @property
    def timestamp(self) -> int:
        return int(self.sent.timestamp() * 1000)


@pytest.mark.parametrize(
    ("topic", "minute", "becomes"),
    [
        (LINKABLE, 30, RecordOutcome.WAITS),  # sent after the report, which could not name its epoch
        (LINKABLE, 0, RecordOutcome.FALSE_ENVELOPE),
        (
            UNLINKABLE,
            0,
            RecordOutcome.WAITS,
        ),  # its time is the hour of its sending, which may have been after the report
    ],
)
def test_an_unnamed_epoch_waits_until_its_owner_has_spoken(topic: str, minute: int, becomes: RecordOutcome) -> None:
    progress = Progress(number=7, owner_head=OwnerHead(epoch=1, first=1, last=7, as_of=REPORTED))
    checkpoint = Checkpoint(topic, progress, "cluster", 0, None, None, None)

    record = Record(topic, datetime(2026, 11, 23, 10, minute, tzinfo=UTC))

    assert judge(checkpoint, record, NOW).outcome is becomes


def known(**changed: object) -> Checkpoint:
    """A reader at number 7 of the first epoch."""
    progress = Progress(number=7, owner_head=OwnerHead(epoch=1, first=1, last=7, as_of=REPORTED))
    return Checkpoint(LINKABLE, progress, "cluster", 0, None, None, None, **changed)  # type: ignore[arg-type]


def eighth(**changed: str) -> Record:
    """The next record, sent now, whose envelope is true but for what is ``changed``."""
    return Record(LINKABLE, NOW, changed={"ce_epoch": "1", "ce_sequence": "8", **changed})


@pytest.mark.parametrize(
    ("present", "version", "true"),
    [
        ({}, MAX_FIRST_VERSION, True),
        ({}, MAX_FIRST_VERSION + 1, False),
        ({SUBJECT: 7}, MAX_NUMBER_JUMP + 7, True),
        ({SUBJECT: 7}, MAX_NUMBER_JUMP + 8, False),
        ({SUBJECT: MAX_NUMBER_JUMP}, MAX_NUMBER_JUMP + 1, True),
    ],
)
def test_a_version_is_bounded_by_the_present_one(present: dict[UUID, int], version: int, true: bool) -> None:
    record = eighth(ce_aggregateversion=str(version))
    checkpoint = known(versions=present)
    assert subjects_of_high_versions([record]) == [SUBJECT]

    judgement = judge(checkpoint, record, NOW)

    assert (judgement.outcome is RecordOutcome.UNKNOWN_TYPE) == true
    assert checkpoint.progress.number == (8 if true else 7)


def test_a_version_bounds_the_next_one_of_its_batch() -> None:
    checkpoint = known()
    judge(checkpoint, eighth(ce_aggregateversion="3"), NOW)

    record = eighth(ce_sequence="9", ce_aggregateversion=str(MAX_NUMBER_JUMP + 4))

    assert judge(checkpoint, record, NOW).outcome is RecordOutcome.FALSE_ENVELOPE


def test_an_epoch_a_day_ahead_is_false_even_if_it_is_named() -> None:
    ahead = int(NOW.timestamp()) + 86_400
    checkpoint = known()
    checkpoint.progress.owner_head = OwnerHead(epoch=ahead + 1, first=1, last=7, as_of=REPORTED)

    assert examine(checkpoint, eighth(ce_epoch=str(ahead)), NOW).envelope is not None
    assert judge(checkpoint, eighth(ce_epoch=str(ahead + 1)), NOW).outcome is RecordOutcome.FALSE_ENVELOPE


def test_a_report_from_the_future_denies_no_epoch() -> None:
    checkpoint = known()
    record = Record(LINKABLE, NOW)
    checkpoint.progress.owner_head = OwnerHead(epoch=1, first=1, last=7, as_of=NOW + timedelta(minutes=55))

    assert judge(checkpoint, record, NOW).outcome is RecordOutcome.WAITS
    assert judge(checkpoint, record, NOW + timedelta(hours=1)).outcome is RecordOutcome.FALSE_ENVELOPE


@pytest.mark.parametrize(("waited", "becomes"), [(59, RecordOutcome.WAITS), (61, RecordOutcome.FALSE_ENVELOPE)])
def test_a_record_from_the_future_waits_no_longer_than_others(waited: int, becomes: RecordOutcome) -> None:
    record, checkpoint = Record(LINKABLE, NOW + timedelta(minutes=50)), known()
    assert judge(checkpoint, record, NOW).outcome is RecordOutcome.WAITS
    checkpoint.waits_since = NOW
    reported = NOW + timedelta(seconds=waited)
    checkpoint.progress.owner_head = OwnerHead(epoch=1, first=1, last=7, as_of=reported)

    assert judge(checkpoint, record, reported).outcome is becomes


def test_an_event_from_the_future_is_the_last_one_of_today() -> None:
    checkpoint = known()

    judge(checkpoint, eighth(ce_time="9999-01-01T00:00:00Z"), NOW)

    assert checkpoint.last_event_at == NOW


def test_a_record_without_data_takes_no_number() -> None:
    checkpoint, record = known(), eighth()
    record.value = None

    assert judge(checkpoint, record, NOW).outcome is RecordOutcome.FALSE_ENVELOPE
    assert (checkpoint.progress.number, checkpoint.next_offset) == (7, 1)


@pytest.mark.parametrize(("first", "true"), [(8, True), (9, False), (10**30, False)])
def test_a_restate_begins_at_most_at_its_marker(first: int, true: bool) -> None:
    marker = MARKERS["actors"](id=SUBJECT, county="norrbotten", first=8).model_copy(update={"first": first})
    record = eighth(ce_type=marker.event_type)
    record.value = marker.write()

    assert (examine(known(), record, NOW).received is not None) == true


class Unreadable(bytes):
    """A value that is not to be read."""

    def __len__(self) -> int:
        raise AssertionError("it was read")


def said(key: bytes, **changed: object) -> Record:
    """A report of norrbotten's actors, but for what is ``changed``."""
    report = LinksReported(id=SUBJECT, county="norrbotten", service="actors", generation=1, counter=1, as_of=REPORTED)
    return Record(REPORTS, NOW, key=key, value=json.dumps(report.model_dump(mode="json") | changed).encode())


@pytest.mark.parametrize(
    ("changed", "true"),
    [
        ({"generation": int(NOW.timestamp() * 1000) + 60_000}, True),
        ({"generation": int(NOW.timestamp() * 1000) + 60_001}, False),
        ({"generation": 2**62}, False),
        ({"written": [{"topic": LINKABLE, "epoch": 10**17, "first": 1, "last": 2}]}, False),
        ({"applied": [{"topic": LINKABLE, "epoch": 10**17, "number": 2}]}, False),
        ({"applied": [{"topic": LINKABLE, "epoch": 1, "number": 2, "event_id": "x" * MAX_HEADER_BYTES}]}, True),
    ],
)
def test_a_report_ahead_of_the_clock_is_false(changed: dict[str, object], true: bool) -> None:
    judgement = judge_report(
        Checkpoint(REPORTS, Progress(), "cluster", 0, None, None, None), said(b"actors", **changed), NOW
    )

    assert judgement.outcome is (RecordOutcome.APPLIED if true else RecordOutcome.FALSE_ENVELOPE)


def test_a_report_of_an_unregistered_service_is_not_read() -> None:
    unread = said(b"elsewhere", service="elsewhere", generation=2**62)
    unread.value = Unreadable(b"not to be looked at")

    assert examine_report(unread, NOW).outcome is RecordOutcome.SKIPPED


@pytest.mark.parametrize(
    ("key", "changed", "says"),
    [
        (b"actors", {"service": "trainings"}, "does not write"),
        (b"actors", {"county": "jamtland"}, "does not write"),
        (b"actors", {"unknown": "x" * MAX_REPORT_BYTES}, "bytes"),
        (b"actors", {"applied": [{**APPLIED, "event_id": "x" * (MAX_HEADER_BYTES + 1)}]}, "id of an event"),
    ],
)
def test_a_report_of_another_or_without_bound_is_false(key: bytes, changed: dict[str, object], says: str) -> None:
    judgement = examine_report(said(key, **changed), NOW)

    assert judgement.outcome is RecordOutcome.FALSE_ENVELOPE
    assert says in judgement.detail


@pytest.mark.parametrize(
    ("minutes", "becomes"), [(-5, RecordOutcome.SKIPPED), (0, RecordOutcome.SKIPPED), (5, RecordOutcome.PASSED_EPOCH)]
)
def test_a_record_of_a_passed_epoch_is_told_if_it_was_sent_since(minutes: int, becomes: RecordOutcome) -> None:
    recovered = NOW - timedelta(hours=1)
    progress = Progress(epoch=int(recovered.timestamp()), number=7)
    checkpoint = Checkpoint(LINKABLE, progress, "", 0, None, None, None)
    record = Record(LINKABLE, recovered + timedelta(minutes=minutes), changed={"ce_epoch": "1"})

    judgement = judge(checkpoint, record, NOW)

    assert (judgement.outcome, judgement.dead) == (becomes, False)
    assert (progress.epoch, progress.number, checkpoint.next_offset) == (int(recovered.timestamp()), 7, 1)
