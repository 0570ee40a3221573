"""Sends a service's newest report on `links`, in a task of its own because Kafka may be down for long."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog

from shared.contracts.links import Gap, LinksReported
from shared.contracts.topics import LINKS, topic_name
from shared.links.faults import Faults
from shared.protocol.envelope import unnumbered
from shared.protocol.judging import Unsent
from shared.protocol.judging_reports import examine_report
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster
from shared.transport.sending import Producer, keep_sending, send_batch

log = structlog.get_logger()


class Reporter:
    """Sends the reports of one service. ``generation`` is that of the relay leader (docs/protocol.md, L1)."""

    def __init__(self, streams: ServiceStreams, kafka: KafkaCluster, faults: Faults) -> None:
        self.generation = 0
        self._counter = 0
        self._service = streams.service
        self._topic = topic_name(streams.county, LINKS)
        self._kafka, self._faults = kafka, faults
        self._newest: tuple[LinksReported, Mapping[str, tuple[Gap, int]]] | None = None
        self._wake = asyncio.Event()

    def next_recency(self) -> tuple[int, int]:
        """(generation, counter) of the next report."""
        self._counter += 1
        return self.generation, self._counter

    def send_next(self, report: LinksReported, silent: Mapping[str, tuple[Gap, int]]) -> None:
        """Send ``report`` next, with a gap for each topic in ``silent`` that Kafka has no further record of.

        ``silent`` maps a topic to (numbers that have not come, next offset).
        """
        self._newest = report, silent
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; wait while Kafka is down."""

        def failed(error: Exception) -> None:
            self._faults.tell_of_sending(self._topic, error)

        await keep_sending(self._topic, self._kafka, self._send_all, failed)

    async def _send_all(self, producer: Producer) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._newest is None:
                continue
            report = await self._with_lost_tails(*self._newest)
            headers = unnumbered(self._topic, report.event_type, self._service, report.as_of)
            record = Unsent(self._topic, self._service.encode(), headers, report.write())
            judgement = examine_report(record, datetime.now(UTC))
            if judgement.report is None:  # its readers would refuse it, and it would tell nobody anything
                log.critical("links.report-refused", topic=self._topic, service=self._service, reason=judgement.detail)
                continue
            await send_batch(producer, self._topic, [(record.key, record.value, headers)])
            self._faults.tell_of_sending(self._topic, None)

    async def _with_lost_tails(self, report: LinksReported, silent: Mapping[str, tuple[Gap, int]]) -> LinksReported:
        if not silent:
            return report
        ends = await self._kafka.ends(list(silent))
        lost = {topic: gap for topic, (gap, offset) in silent.items() if ends[topic] <= offset}
        for topic, gap in lost.items():
            log.warning("links.tail-lost", topic=topic, epoch=gap.epoch, first=gap.first, last=gap.last)
        applied = [
            each.model_copy(update={"gaps": (*each.gaps, lost[each.topic])}) if each.topic in lost else each
            for each in report.applied
        ]
        return report.model_copy(update={"applied": tuple(applied)})
