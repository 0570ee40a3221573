"""The inbox applies each event from Kafka exactly once, however often it is delivered (docs/protocol.md, C1 to C8).

Invariant: effect and checkpoint are one transaction, and a batch is applied only if it begins at the checkpoint's next
offset. Kafka's own offsets, those of consumer groups included, may be lost, repeat or jump.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import structlog

from shared.contracts.topics import labelled
from shared.links import checkpoints, identity
from shared.links.faults import Fault, FaultKind, Faults
from shared.links.identity import RestoredDatabase
from shared.messaging.effects import Defect, Effects
from shared.messaging.handlers import Handler, projections
from shared.messaging.leading import ANSWER_SECONDS, PING_SECONDS, Connect, lead
from shared.messaging.metrics import RECEIVED
from shared.messaging.outbox import Writer
from shared.messaging.positions import Positions
from shared.outages import Outage
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import correlation_of
from shared.protocol.judging import Judgement, RecordOutcome
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Record

log = structlog.get_logger()

POLL_MS = 1_000  # the poll wakes as soon as something comes
ERRORS_IN_A_ROW = 20
STOPPED_RETRY_SECONDS = 60.0
WAITING_RETRY_SECONDS = 1.0
FIRST_WAIT_SECONDS, LAST_WAIT_SECONDS = 0.5, 30.0
STANDS_BY = "stands by"


class Inbox:
    """One per service, for all topics that it reads and for every county's topic ``report_topics`` of links.

    One process of a service reads, and the others stand by. ``wake`` wakes the relay when reactions have emitted.
    """

    def __init__(
        self,
        streams: ServiceStreams,
        report_topics: Sequence[str],
        handlers: Sequence[Handler],
        connect: Connect,
        kafka: KafkaCluster,
        writer: Writer,
        wake: asyncio.Event,
    ) -> None:
        self.state = "not connected yet"
        self._projections = projections(handlers)
        self._group, self.topics = f"{streams.county}.{streams.service}", [*streams.reads, *report_topics]
        self._connect, self._kafka, self._wake = connect, kafka, wake
        self._conn: asyncpg.Connection
        self._last_query = 0.0
        self._positions: Positions
        self._cluster_id = ""
        self._errors: dict[str, int] = {}  # by topic, handler errors in a row
        self._faults = Faults()
        self._effects = Effects(streams, handlers, writer, self._faults)
        self._wait = FIRST_WAIT_SECONDS

    @property
    def faults(self) -> list[Fault]:
        """The faults that keep the inbox from applying; none while another process reads."""
        return [] if self.state == STANDS_BY else list(self._faults)

    async def run(self) -> None:
        """Read and apply until cancelled. An outage of Kafka or PostgreSQL is waited out."""
        while True:
            try:
                self.state = STANDS_BY
                async with lead(self._connect, "inbox", statement_timeout="0") as self._conn:
                    self.state = "connects to Kafka"
                    await self._read()
            except Exception as error:
                self.state = f"waits: {type(error).__name__}"
                self._faults.begin(FaultKind.INBOX_WAITS, f"nothing is applied, of no county: {_reason(error)}")
                log.warning("inbox.waits", group=self._group, error=repr(error), retry_seconds=self._wait)
            await asyncio.sleep(self._wait)
            self._wait = min(self._wait * 2, LAST_WAIT_SECONDS)

    # --- read

    async def _read(self) -> None:
        """Read every topic from its checkpoint on, until an error is raised."""
        self._cluster_id = await self._kafka.cluster_id()
        async with self._kafka.reading(self.topics, self._group) as reading:
            self._positions, self.state = Positions(reading, self.topics), "up"
            showing = asyncio.create_task(self._positions.keep_shown(self._kafka, self._group))
            try:
                while True:
                    await self._seek_checkpoints()
                    if time.monotonic() - self._last_query >= PING_SECONDS:
                        async with asyncio.timeout(ANSWER_SECONDS), self._transaction():
                            pass
                    if records := await reading.poll(POLL_MS):
                        await self._receive(str(records[0].topic), records)
                        self._wait = FIRST_WAIT_SECONDS
                    self._faults.end(FaultKind.INBOX_WAITS)
            finally:
                showing.cancel()

    async def _seek_checkpoints(self) -> None:
        self._positions.resume()
        if self._positions.lost:
            async with self._transaction() as conn:
                offsets = await checkpoints.offsets(conn, list(self._positions.lost), self._cluster_id)
            for topic, offset in offsets.items():
                self._positions.seek(topic, offset)

    # --- apply

    async def _receive(self, topic: str, records: Sequence[Record]) -> bool:
        """Apply the records, by halves if that fails; False if those after them have to wait."""
        try:
            applied = await self._apply(topic, records)
        except Defect as defect:
            if len(records) == 1:
                return await self._put_aside(topic, records[0], defect)
            half = len(records) // 2
            return await self._receive(topic, records[:half]) and await self._receive(topic, records[half:])
        if applied:
            self._errors[topic] = 0
        return applied

    async def _put_aside(self, topic: str, record: Record, defect: Defect) -> bool:
        self._errors[topic] = self._errors.get(topic, 0) + 1
        log.error(
            "inbox.handler-failed",
            topic=topic,
            offset=record.offset,
            error=type(defect.__cause__).__name__,  # no traceback: it may show values of a body
            correlation_id=correlation_of(record),
        )
        if self._errors[topic] > ERRORS_IN_A_ROW:
            await self._stop(topic, defect)
            return False
        return await self._apply(topic, [record], defect)

    async def _apply(self, topic: str, records: Sequence[Record], defect: Defect | None = None) -> bool:
        """Apply the records and move the checkpoint past them; False if they are not the next ones.

        With ``defect`` the one record that failed becomes a dead letter instead.
        """
        async with self._transaction() as conn:
            checkpoint = await checkpoints.lock(conn, topic, self._cluster_id, self._projections)
            if checkpoint.stopped:  # maybe by another process: one more error stops it again
                self._errors[topic] = max(self._errors.get(topic, 0), ERRORS_IN_A_ROW)
            if not self._positions.is_next(records[0], checkpoint.next_offset):
                return False
            checkpoint.waits_since = self._faults.since(FaultKind.STREAM_WAITS, topic)
            judgements, waits = await self._effects.judge(conn, checkpoint, records)
            emitted = 0
            if defect:
                judgements = [await self._effects.put_aside(conn, records[0], defect)]
            else:
                emitted = await self._effects.take(conn, checkpoint, judgements)
            checkpoint.stopped = None
            await checkpoints.save(conn, checkpoint)
        self._positions.applied(topic, checkpoint.next_offset)
        if emitted:
            self._wake.set()
        self._tell(checkpoint, judgements, waits)
        return True

    def _tell(self, checkpoint: Checkpoint, judgements: Sequence[Judgement], waits: Judgement | None) -> None:
        """Say what became of a batch. A stream that waits is read again later."""
        topic = checkpoint.topic
        if late := [each.record.offset for each in judgements if each.outcome is RecordOutcome.PASSED_EPOCH]:
            present = checkpoint.progress.epoch
            log.warning("inbox.passed-epoch", topic=topic, records=len(late), first=late[0], present_epoch=present)
        for outcome, count in Counter(each.outcome for each in judgements).items():
            if outcome is not RecordOutcome.APPLIED or not labelled(topic):
                RECEIVED.labels(self._group, topic, outcome.value).inc(count)
        if waits is None:
            self._faults.end(FaultKind.STREAM_WAITS, topic)
            return
        if self._faults.begin(FaultKind.STREAM_WAITS, waits.detail, topic):
            log.warning("inbox.stream-waits", topic=topic, offset=waits.record.offset, reason=waits.detail)
        self._positions.hold(topic, WAITING_RETRY_SECONDS)

    async def _stop(self, topic: str, defect: Defect) -> None:
        reason = f"{ERRORS_IN_A_ROW} handler errors in a row, the last: {defect.__cause__!r}"
        error = type(defect.__cause__).__name__
        log.critical("inbox.stopped", topic=topic, error=error, retry_seconds=STOPPED_RETRY_SECONDS)
        async with self._transaction() as conn:
            await checkpoints.stop(conn, topic, reason[:500])
        self._positions.hold(topic, STOPPED_RETRY_SECONDS)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """A transaction on the inbox's own connection. Any error but a Defect is raised as an Outage."""
        try:
            async with self._conn.transaction():
                yield self._conn
            self._last_query = time.monotonic()
        except RestoredDatabase as error:
            if error.epoch:  # the transaction that noticed it is undone
                await identity.store_doubt(self._conn, str(error), error.epoch)
            raise
        except (Defect, Outage):
            raise
        except Exception as error:
            raise Outage(repr(error)) from error


def _reason(error: Exception) -> str:
    """An outage that we have named, in its words; of any other error only the kind, for it may quote data."""
    named = isinstance(error, Outage) and error.__cause__ is None
    return str(error) if named else type(error.__cause__ or error).__name__
