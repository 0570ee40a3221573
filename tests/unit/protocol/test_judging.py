"""Judging a record of an epoch that its owner has not named."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import source_of
from shared.protocol.judging import RecordOutcome, judge
from shared.protocol.progress import OwnerHead, Progress

REPORTED = datetime(2026, 11, 23, 10, 29, 50, tzinfo=UTC)
LINKABLE, UNLINKABLE = "norrbotten.shared.actors.v1", "norrbotten.shared.shipment-signals.v1"


@dataclass
class Record:
    """A record of a new epoch, with Kafka's timestamp."""

    topic: str
    sent: datetime
    offset: int = 0
    key: bytes = b""
    value: bytes = b""
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

    assert judge(checkpoint, record).outcome is becomes
