"""How long the newest number of this county has taken to another one, and the report that it is there, to be here."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from shared.contracts.topics import LINKS, SERVICES, topic_name
from shared.links.heard import TAIL_RECORDS
from shared.protocol.judging_reports import examine_report
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Record

Position = tuple[int, int]
"""(epoch, number)."""


async def round_trip(kafka: KafkaCluster, county: str, other: str) -> tuple[int, float] | None:
    """The newest number of the county's first service that ``other`` has reported, and after how many seconds.

    Both times are those of the records, so they are of the two counties' clocks. All is read in the own ``kafka``: the
    report has come back. None where that is too long ago, or nothing was written yet.
    """
    ours, found = topic_name(county, SERVICES[0]), None
    before: dict[str, Position] = {}  # by the service that reads ours there
    async for record in _newest(kafka, topic_name(other, LINKS)):
        report = examine_report(record, datetime.now(UTC)).report
        if report is None:
            continue
        for applied in report.applied:
            if applied.topic == ours:
                place = applied.epoch, applied.number
                if place > before.setdefault(report.service, place) and (found is None or place > found[0]):
                    found = place, record.timestamp
                before[report.service] = place
    async for record in _newest(kafka, ours):
        if found and _numbered(record) == found[0]:
            return found[0][1], (found[1] - record.timestamp) / 1000
    return None


def _numbered(record: Record) -> Position:
    headers = dict(record.headers)
    try:
        return int(headers["ce_epoch"]), int(headers["ce_sequence"])
    except (KeyError, ValueError):
        return 0, 0


async def _newest(kafka: KafkaCluster, topic: str) -> AsyncIterator[Record]:
    async for batch in kafka.read(topic, TAIL_RECORDS):
        for record in batch:
            yield record
