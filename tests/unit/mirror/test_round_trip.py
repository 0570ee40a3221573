"""How long the newest number took there and back, as the records of both counties tell."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from infra.mirror.round_trip import round_trip
from shared.contracts.links import Applied, LinksReported, Written, links_id
from shared.contracts.topics import LINKS, topic_name
from shared.protocol.envelope import unnumbered
from shared.transport.kafka import KafkaCluster

OURS, THEIRS = topic_name("norrbotten", "actors"), topic_name("jamtland", LINKS)
SENT = 1_780_000_000_000


@dataclass
class Record:
    """A record, as far as it is looked at."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    timestamp: int


@dataclass
class Kafka:
    """The own Kafka, with what was written here and what the mirror has brought."""

    records: dict[str, list[Record]] = field(default_factory=lambda: {OURS: [], THEIRS: []})

    async def read(self, topic: str, last: int) -> AsyncIterator[list[Record]]:
        for record in self.records[topic][-last:]:
            yield [record]

    def write(self, number: int, at: float) -> None:
        """A number of ours, so many seconds after the first."""
        headers = [("ce_epoch", b"1"), ("ce_sequence", b"%012d" % number)]
        self.records[OURS].append(Record(OURS, b"key", b"{}", headers, SENT + int(at * 1000)))

    def report(self, number: int, at: float, service: str = "actors") -> None:
        """A service of the other county has applied it, and says so."""
        as_of = datetime.fromtimestamp(SENT / 1000 + at, UTC)
        told = LinksReported(
            id=links_id("jamtland", service),
            county="jamtland",
            service=service,
            generation=1,
            counter=int(at * 1000),
            as_of=as_of,
            written=(Written(topic=topic_name("jamtland", service), epoch=1, first=1, last=1),),
            applied=(Applied(topic=OURS, epoch=1, number=number),),
        )
        headers = unnumbered(THEIRS, told.event_type, service, as_of)
        self.records[THEIRS].append(Record(THEIRS, service.encode(), told.write(), headers, SENT + int(at * 1000)))

    async def timed(self) -> tuple[int, float] | None:
        """The number and the seconds that are found in it."""
        return await round_trip(cast(KafkaCluster, cast(Any, self)), "norrbotten", "jamtland")


@pytest.fixture
def kafka() -> Kafka:
    """Number 22 has come there long ago."""
    kafka = Kafka()
    kafka.write(22, 0)
    kafka.report(22, 9)
    return kafka


async def test_the_newest_number_that_was_reported_is_timed(kafka: Kafka) -> None:
    kafka.write(23, 10)
    kafka.write(24, 20)
    kafka.report(23, 11.5)
    kafka.report(23, 21.5)

    assert await kafka.timed() == (23, 1.5)


async def test_the_first_service_that_tells_of_it_counts(kafka: Kafka) -> None:
    kafka.report(22, 9, "trainings")
    kafka.write(23, 10)
    kafka.report(23, 11.5)
    kafka.report(22, 12, "trainings")
    kafka.report(23, 22, "trainings")

    assert await kafka.timed() == (23, 1.5)


async def test_a_number_that_came_too_long_ago_is_not_timed(kafka: Kafka) -> None:
    kafka.report(22, 19)

    assert await kafka.timed() is None


async def test_nothing_is_timed_before_anything_was_written() -> None:
    assert await Kafka().timed() is None
