"""Sends a service's newest report on `links`, in a task of its own because Kafka may be down for long."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog

from shared.contracts.links import LinksReported
from shared.contracts.topics import LINKS, topic_name
from shared.links.faults import Faults
from shared.links.heard import read_reports
from shared.links.reports import SilentTail, latest_generation
from shared.protocol.envelope import unnumbered
from shared.protocol.judging_reports import examine_report
from shared.protocol.received import Unsent
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import Producer, keep_sending, send_batch

log = structlog.get_logger()

WHOLE_SECONDS = 600.0
"""A whole report is sent at least so often, for readers that missed the last one. Others carry their time alone."""


class Reporter:
    """Sends the reports of one service, each more recent than all before it (docs/protocol.md, L1 and J5)."""

    def __init__(self, streams: ServiceStreams, kafka: KafkaCluster, faults: Faults) -> None:
        self.said = asyncio.Event()  # whether this leader has sent a report
        self._generation = 0
        self._counter = 0
        self._above = False  # whether the generation is above what this service has said on its topic
        self._county, self._service = streams.county, streams.service
        self._topic = topic_name(streams.county, LINKS)
        self._kafka, self._faults = kafka, faults
        self._newest: tuple[LinksReported, Mapping[str, SilentTail]] | None = None
        self._wake = asyncio.Event()

    def lead(self, generation: int) -> None:
        """Report from here on in ``generation``, that of a new leader of the relay."""
        self._generation, self._above = generation, False
        self.said.clear()

    def next_recency(self, now: datetime) -> tuple[int, int]:
        """(generation, counter) of the next report. A clock that was set back begins another generation.

        Every reader refuses one that is ahead of the clock, and would do so until that time has come.
        """
        if self._generation > latest_generation(now):
            log.warning("links.clock-was-ahead", service=self._service, generation=self._generation)
            self.lead(int(now.timestamp() * 1000))
        self._counter += 1
        return self._generation, self._counter

    def send_next(self, report: LinksReported, silent: Mapping[str, SilentTail]) -> None:
        """Send ``report`` next, with a gap for each topic in ``silent`` that Kafka has no further record of."""
        self._newest = report, silent
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; wait while Kafka is down."""

        def failed(error: Exception) -> None:
            self._faults.tell_of_sending(self._topic, error)

        await keep_sending(self._topic, self._kafka, self._send_all, failed)

    async def _send_all(self, producer: Producer) -> None:
        whole: LinksReported | None = None  # the last one, with the time said last; a new producer begins with another,
        repeat_at = 0.0  # for Kafka may have lost it
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._newest is None:
                continue
            if not self._above:
                await self._rise()
            report = await self._with_lost_tails(*self._newest)
            report = report.model_copy(update={"generation": self._generation})
            if whole and time.monotonic() < repeat_at:
                report = report.since(whole)
            headers = unnumbered(self._topic, report.event_type, self._service, report.as_of)
            record = Unsent(self._topic, self._service.encode(), headers, report.write())
            judgement = examine_report(record, datetime.now(UTC))
            if judgement.report is None:  # its readers would refuse it, and it would tell nobody anything
                log.critical("links.report-refused", topic=self._topic, service=self._service, reason=judgement.detail)
                continue
            await send_batch(producer, self._topic, [(record.key, record.value, headers)])
            self._faults.tell_of_sending(self._topic, None)
            self.said.set()
            if whole and report.unchanged:
                whole = whole.model_copy(update={"as_of": report.as_of})
            else:
                whole, repeat_at = report, time.monotonic() + WHOLE_SECONDS

    async def _rise(self) -> None:
        """Go above the newest report of this service on its topic: a restored database does not remember it."""
        heard = await read_reports(self._kafka, [self._county], datetime.now(UTC), self._service)
        newest = heard.newest.get((self._county, self._service))
        if newest and newest.recency > (self._generation, self._counter):
            log.info(
                "links.generation-raised", service=self._service, before=self._generation, to=newest.generation + 1
            )
            self._generation = newest.generation + 1
        self._above = True

    async def _with_lost_tails(self, report: LinksReported, silent: Mapping[str, SilentTail]) -> LinksReported:
        if not silent:
            return report
        present = await self._kafka.cluster_id()  # in another one, everything is still to be read
        lost = {
            topic: tail.gap
            for topic, tail in silent.items()
            if not await self._kafka.has_records(topic, tail.next_offset if tail.cluster_id == present else 0)
        }
        for topic, gap in lost.items():
            log.warning("links.tail-lost", topic=topic, epoch=gap.epoch, first=gap.first, last=gap.last)
        applied = [
            each.model_copy(update={"gaps": (*each.gaps, lost[each.topic])}) if each.topic in lost else each
            for each in report.applied
        ]
        return report.model_copy(update={"applied": tuple(applied)})
