"""Looks whether the topics have what Kafka has confirmed, also while nothing is sent (docs/protocol.md, J9).

A topic may be emptied, made anew or put back from an older copy while its owner is quiet. Nobody misses a number then,
but whoever reads from the beginning lacks what is not there any more.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import asyncpg
import structlog

from shared.contracts.topics import LINKS, STREAMS, county_of, stream_name, topic_name
from shared.links.faults import FaultKind, Faults
from shared.messaging.metrics import CERTIFICATE_END
from shared.messaging.sender import Sender
from shared.protocol.filling import RepublishBackoff
from shared.protocol.progress import Range
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster, is_from_kafka
from shared.transport.login import SOON
from shared.transport.reading import Bounds

log = structlog.get_logger()

LOOK_SECONDS = 30.0
CERTIFICATE_SECONDS = 3600.0
SURELY_KEPT = 0.9
"""An event younger than this part of its stream's retention must still be on the topic."""

_CONFIRMED = """
    SELECT acknowledged AS last, (
        SELECT min(number) FROM outbox
        WHERE topic = streams.topic AND epoch = streams.epoch
            AND ($2::interval IS NULL OR written_at > clock_timestamp() - $2::interval)
    ) AS first
    FROM streams WHERE topic = $1
"""


class Watch:
    """Looks at every topic of one service: those that it writes are filled, what is wrong with any becomes a fault."""

    def __init__(
        self, streams: ServiceStreams, kafka: KafkaCluster, senders: Mapping[str, Sender], faults: Faults
    ) -> None:
        counties = sorted({streams.county, *map(county_of, streams.reads)})
        self._topics = [*streams.writes, *streams.reads, *(topic_name(county, LINKS) for county in counties)]
        self._kafka, self._senders, self._faults = kafka, senders, faults
        self._labels = streams.county, streams.service, "kafka"
        self._firsts: dict[str, int] = {}  # by topic, its first offset when it was last known to be whole
        self._backoff = {topic: RepublishBackoff() for topic in senders}
        self._certificate_due = 0.0

    async def run(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Look each LOOK_SECONDS until cancelled, and have the senders fill what is missing."""
        while True:
            async with lock:
                confirmed = {
                    topic: await _confirmed(conn, topic, own.tail.confirmed) for topic, own in self._senders.items()
                }
            try:
                await self._look_at_certificate()
                bounds = await self._kafka.bounds(self._topics)
                torn = {topic: await self._senders[topic].look() for topic in self._senders.keys() & bounds.keys()}
            except Exception as error:
                if not is_from_kafka(error):
                    raise  # of others, the senders tell
            else:
                for topic in self._topics:
                    self._judge(topic, bounds.get(topic))
                for topic in torn:
                    self._compare(self._senders[topic], bounds[topic], torn[topic], confirmed[topic])
            await asyncio.sleep(LOOK_SECONDS)

    async def _look_at_certificate(self) -> None:
        """Tell, an hour apart, whether Kafka's certificate, or its authority's, ends soon."""
        if time.monotonic() < self._certificate_due:
            return
        end = await self._kafka.certificate_end()
        self._certificate_due = time.monotonic() + CERTIFICATE_SECONDS
        if end:
            CERTIFICATE_END.labels(*self._labels).set(end.timestamp())
        if end and end - datetime.now(UTC) < SOON:
            detail = f"Kafka's certificate, or its authority's, ends on {end:%Y-%m-%d}: then nobody can log in"
            self._faults.begin(FaultKind.CERTIFICATE_ENDS, detail)
        else:
            self._faults.end(FaultKind.CERTIFICATE_ENDS)

    def _judge(self, topic: str, found: Bounds | None) -> None:
        if found is None:
            hidden = ", or does not let this service see it" if self._kafka.login else ""
            self._faults.begin(FaultKind.TOPIC_MISSING, f"Kafka does not have the topic{hidden}", topic)
        else:
            self._faults.end(FaultKind.TOPIC_MISSING, topic)
        if found and found.partitions > 1:
            detail = f"the topic has {found.partitions} partitions; only the first is written and read"
            self._faults.begin(FaultKind.PARTITIONS, detail, topic)
        else:
            self._faults.end(FaultKind.PARTITIONS, topic)

    def _compare(self, sender: Sender, found: Bounds, torn: bool, confirmed: Range | None) -> None:
        """Fill the topic if it has fewer records than events that must be there: duplicates only add to them."""
        topic, lacking = sender.topic, 0
        if confirmed and not torn and not sender.resends:
            count = confirmed[1] - confirmed[0] + 1
            lacking = max(0, count - (found.end - found.first))
            if STREAMS[stream_name(topic)].retention is None and found.first > self._firsts.setdefault(
                topic, found.first
            ):
                lacking = count  # duplicates may hide how much went with the first records
            if self._backoff[topic].is_due(lacking, time.monotonic()):
                log.warning("relay.topic-short", topic=topic, records=lacking)
                sender.resend([confirmed])
                self._firsts[topic] = found.first
        if torn or lacking:
            detail = "the topic has less than Kafka has confirmed: what is missing is published again"
            self._faults.begin(FaultKind.TOPIC_SHORT, detail, topic)
        elif not sender.resends:
            self._faults.end(FaultKind.TOPIC_SHORT, topic)


async def _confirmed(conn: asyncpg.Connection, topic: str, sent: int) -> Range | None:
    """The first and last of the numbers in the present epoch that the topic must have; None if there are none.

    They end with the number ``sent``: what the database has beyond it may be on its way to a topic that lost it.
    """
    retention = STREAMS[stream_name(topic)].retention
    row = await conn.fetchrow(_CONFIRMED, topic, retention and retention * SURELY_KEPT)
    last = min(row["last"], sent) if row else 0
    return (row["first"], last) if row and row["first"] and row["first"] <= last else None
