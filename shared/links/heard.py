"""Reads the links topics themselves: what every county has said there, also before this database knew of it.

A restored database has forgotten what it heard, and a new one has heard nothing (docs/protocol.md, J5 and J7).
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg

from shared.contracts.links import Applied, LinksReported
from shared.contracts.topics import LINKS, county_of, topic_name
from shared.links.identity import find_contradiction, numbered_events
from shared.protocol.contradiction import NumberedEvent
from shared.protocol.judging_reports import examine_report
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster

TAIL_RECORDS = 1_000


@dataclass(slots=True)
class Heard:
    """The true reports on links topics, as far as they tell of the state of streams.

    ``newest`` has the newest report of each (county, service). ``said`` has by topic, for each county that has reported
    of it and each epoch, the furthest position ever reported; the owner's own is the head that it has said.
    """

    newest: dict[tuple[str, str], LinksReported] = field(default_factory=dict)
    said: dict[str, dict[tuple[str, int], Applied]] = field(default_factory=dict)

    def take(self, report: LinksReported) -> None:
        """Note one report; they may come in any order. An unchanged one tells nothing more than the whole one."""
        if report.unchanged:
            return
        key = report.county, report.service
        if key not in self.newest or self.newest[key].recency <= report.recency:
            self.newest[key] = report
        heads = [Applied(topic=each.topic, epoch=each.epoch, number=each.last) for each in report.written]
        for each in (*report.applied, *(head for head in heads if county_of(head.topic) == report.county)):
            of_topic = self.said.setdefault(each.topic, {})
            known = of_topic.get((report.county, each.epoch))
            if known is None or known.number <= each.number:
                of_topic[report.county, each.epoch] = each

    def of(self, topic: str) -> Collection[Applied]:
        """All that was said of ``topic``, in every epoch."""
        return self.said.get(topic, {}).values()

    def furthest(self, topic: str) -> dict[str, Applied]:
        """The furthest position of ``topic`` that each county has reported, in the highest epoch that it has named."""
        said = sorted(self.said.get(topic, {}).items())
        return {county: each for (county, _), each in said}


async def read_reports(
    kafka: KafkaCluster, counties: Iterable[str], now: datetime, service: str | None = None
) -> Heard:
    """All that these counties have said on links, or that their ``service`` has; false reports do not count."""
    heard = Heard()
    for county in counties:
        async for batch in kafka.read(topic_name(county, LINKS)):
            for report in _true_reports(batch, now, service):
                heard.take(report)
    return heard


async def own_events(
    conn: asyncpg.Connection, lock: asyncio.Lock, kafka: KafkaCluster, topic: str, records: Sequence[Any]
) -> list[NumberedEvent]:
    """The numbered events among these records of our own topic. ``lock`` is held while ``conn`` is used.

    What contradicts this database counts only if the reports of our county allow it: another database of ours names its
    epoch before it begins it on the topic.
    """
    async with lock:
        events = await numbered_events(conn, topic, records)
        if not await find_contradiction(conn, topic, events):
            return events
    heard = await read_reports(kafka, [county_of(topic)], datetime.now(UTC))
    async with lock:
        return await numbered_events(conn, topic, records, heard.of(topic))


async def contradiction(
    conn: asyncpg.Connection, kafka: KafkaCluster, streams: ServiceStreams, heard: Heard
) -> str | None:
    """The first event that this database cannot have published, on its topics or in reports; None if there is none."""
    for topic in streams.writes:
        records = [record async for batch in kafka.read(topic, TAIL_RECORDS) for record in batch]
        reported = [(each.epoch, each.number, each.event_id) for each in heard.furthest(topic).values()]
        events = [*await numbered_events(conn, topic, records, heard.of(topic)), *reported]
        if found := await find_contradiction(conn, topic, events):
            return f"{found} of {topic}"
    return None


def _true_reports(records: Sequence[Any], now: datetime, service: str | None) -> Iterator[LinksReported]:
    key = None if service is None else service.encode()
    for record in records:
        if key in (None, record.key) and (report := examine_report(record, now).report):
            yield report
