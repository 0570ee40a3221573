"""The relay numbers the events of the outbox, has them sent, and reports on links (docs/protocol.md, R1 and R2).

Invariant: only the holder of the advisory lock numbers, on the very connection that holds it. A leader that was frozen
loses its session, so it cannot number again what another has numbered since.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import asyncpg
import structlog

from shared.links import reports
from shared.links.faults import Faults
from shared.links.reporter import Reporter
from shared.messaging.leading import ANSWER_SECONDS, Connect, lead
from shared.messaging.metrics import CHORE_FAILURES
from shared.messaging.numbering import BATCH, BEGIN_STREAM, number
from shared.messaging.sender import Sender
from shared.messaging.watch import Watch
from shared.outages import is_outage
from shared.protocol.filling import REPORT_EXPIRES_AFTER, RepublishBackoff, missing_numbers
from shared.protocol.service_streams import ServiceStreams
from shared.transport.kafka import KafkaCluster

log = structlog.get_logger()

POLL_SECONDS = 0.2  # for commits of other replicas; own commits wake the relay at once
RETRY_SECONDS = 1.0
REPORT_SECONDS, REPORT_SOON_SECONDS = 10.0, 1.0

Chore = Callable[[asyncpg.Connection], Awaitable[object]]
"""Work that the leader does before each report. An outage in it ends the lead; a defect is logged and counted."""

Companion = Callable[[asyncpg.Connection, asyncio.Lock], Coroutine[Any, Any, None]]
"""Work of the leader's beside sending, until it is cancelled: on the leader's connection, with its lock."""


class Relay:
    """One per service. A commit of an event in this process sets ``wake``."""

    def __init__(
        self,
        streams: ServiceStreams,
        connect: Connect,
        kafka: KafkaCluster,
        wake: asyncio.Event,
        chores: Sequence[Chore] = (),
        companions: Sequence[Companion] = (),
    ) -> None:
        self._streams = streams
        self._connect = connect
        self._wake = wake
        self._chores, self._companions = chores, companions
        self.faults = Faults()
        self._reporter = Reporter(streams, kafka, self.faults)
        self._senders = {topic: Sender(topic, kafka, self.faults, self._reporter.said) for topic in streams.writes}
        self._watch = Watch(streams, kafka, self._senders, self.faults)
        self._backoff = {topic: RepublishBackoff() for topic in streams.writes}
        self._reported, self._unreported = 0.0, False
        self.leader = False

    @property
    def state(self) -> dict[str, object]:
        """For health: whether this process leads, and the state of each stream's sender."""
        return {"leader": self.leader, "streams": {topic: sender.state for topic, sender in self._senders.items()}}

    async def run(self) -> None:
        """Number, send and report until cancelled. An outage of PostgreSQL is waited out."""
        while True:
            try:
                async with lead(self._connect, "relay") as conn:
                    self.leader = True
                    log.info("relay.leads", service=self._streams.service)
                    await self._relay(conn)
            except Exception as error:
                if not is_outage(error):
                    log.exception("relay.failed", service=self._streams.service)
                else:
                    log.warning("relay.waits", service=self._streams.service, error=repr(error))
                task = asyncio.current_task()
                if task and task.cancelling():  # a task group that raises another error swallows the cancellation
                    raise asyncio.CancelledError from error
            finally:
                self.leader = False
                self.faults.end_all()
            await asyncio.sleep(RETRY_SECONDS)

    async def _relay(self, conn: asyncpg.Connection) -> None:
        await conn.executemany(BEGIN_STREAM, [(topic,) for topic in self._streams.writes])
        self._reporter.lead(await reports.next_generation(conn, datetime.now(UTC)))
        self._reported = 0.0
        lock = asyncio.Lock()  # the connection is shared with the senders, one statement at a time
        async with asyncio.TaskGroup() as tasks:
            for sender in self._senders.values():
                tasks.create_task(sender.run(conn, lock))
            tasks.create_task(self._reporter.run())
            tasks.create_task(self._watch.run(conn, lock))
            for companion in self._companions:
                tasks.create_task(companion(conn, lock))
            await self._number_and_report(conn, lock)

    async def _number_and_report(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        while True:
            self._wake.clear()
            if await self._number_batch(conn, lock):
                continue
            since = time.monotonic() - self._reported
            if since >= REPORT_SECONDS or (self._unreported and since >= REPORT_SOON_SECONDS):
                await self._report(conn, lock)
            await _wait(self._wake, POLL_SECONDS)

    async def _number_batch(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> bool:
        """Number one batch; True if there may be more."""
        async with asyncio.timeout(ANSWER_SECONDS), lock:
            unsent = await number(conn, self._streams.writes)
        for topic, rows in unsent.items():
            self._senders[topic].take(rows)
        self._unreported = self._unreported or bool(unsent)
        return sum(map(len, unsent.values())) >= BATCH

    async def _report(self, conn: asyncpg.Connection, lock: asyncio.Lock) -> None:
        """Run the chores, report all that was committed before the report's time, and begin to fill gaps."""
        async with lock:
            for chore in self._chores:
                await self._run_chore(chore, conn)
        as_of = datetime.now(UTC)
        while await self._number_batch(conn, lock):
            pass
        async with asyncio.timeout(ANSWER_SECONDS), lock:
            report = await reports.build_report(conn, self._streams, self._reporter.next_recency(as_of), as_of)
            silent = await reports.silent_tails(conn, self._streams, as_of)
            newest = await reports.newest_reports(conn, REPORT_EXPIRES_AFTER)
        self._reporter.send_next(report, silent)
        self._reported, self._unreported = time.monotonic(), False
        for head in report.written:
            gaps = missing_numbers(newest, head.topic, head.epoch)
            missing = sum(last - first + 1 for first, last in gaps)
            if self._backoff[head.topic].is_due(missing, time.monotonic()):
                log.info("relay.fills-gaps", topic=head.topic, numbers=missing)
                self._senders[head.topic].resend(gaps)

    async def _run_chore(self, chore: Chore, conn: asyncpg.Connection) -> None:
        try:
            await chore(conn)
        except Exception as error:
            if is_outage(error):
                raise
            CHORE_FAILURES.labels(self._streams.county, self._streams.service).inc()
            log.error("relay.chore-failed", service=self._streams.service, error=type(error).__name__)  # noqa: TRY400 - a traceback may show values of a body


def throttled(chore: Chore, seconds: float) -> Chore:
    """The chore, run at most once in so many seconds."""
    last = -seconds

    async def run(conn: asyncpg.Connection) -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            await chore(conn)
            last = time.monotonic()

    return run


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
