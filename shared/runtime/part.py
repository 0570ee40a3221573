"""A service at work in this process: its database, its relay, its inbox."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from shared.contracts.counties import County
from shared.contracts.reference import county_name
from shared.contracts.topics import LINKS, topic_name
from shared.links import faults, first_contact, late, reports
from shared.links.faults import Fault, FaultKind
from shared.messaging.broadcast import Broadcast
from shared.messaging.inbox import Inbox
from shared.messaging.outbox import Writer
from shared.messaging.partner_topics import PartnerTopics
from shared.messaging.relay import Chore, Relay, throttled
from shared.outages import DATABASE_ERRORS, is_outage
from shared.protocol.progress import OwnerHead
from shared.recovery import dead_letters, rebuilding, restating
from shared.runtime import due, idempotency, migrations
from shared.runtime.db import Connection, Database, arguments, takes_writes
from shared.runtime.gateway_certificate import GatewayWatch
from shared.runtime.kafka import kafka_of
from shared.runtime.notices.mailer import Mailer
from shared.runtime.notices.transport import transport_of
from shared.runtime.service import Service
from shared.runtime.settings import Settings

log = structlog.get_logger()

PURGE_SECONDS = 3600.0
REBUILD_SECONDS = 60.0
HEALTH_SECONDS = 2.0
STOP_SECONDS = 3.0
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 1.0, 30.0


class Part:
    """One service at work in ``county``. Neither Kafka nor Postgres need to be there."""

    def __init__(
        self, service: Service, settings: Settings, county: County, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self.service = service
        self.county = county
        self.now = settings.now
        self.migrations = migrations.of_service(service)
        self._tasks: list[asyncio.Task[None]] = []
        self._counties = [one.name for one in settings.counties]
        self._patience = settings.first_contact_seconds
        self.streams = service.streams(county.name, self._counties)
        wake, self._kafka = asyncio.Event(), kafka_of(settings, county.name, service.name)
        self._writer = Writer(
            county.name,
            settings.address(county),
            settings.now,
            settings.counties,
            settings.mail_sender(county),
            timedelta(hours=settings.partner_answer_hours),
        )
        self.db = Database(service.name, arguments(settings, county, service.name), self._writer, wake)
        signed = f"Länsstyrelsen i {county_name(county.name, settings.counties)}"
        self._mail = transport_of(settings, county)
        self._mailer = Mailer(self._mail, settings.mail_sender(county), signed, settings.now)
        partners = PartnerTopics(service.partners, self._kafka, self._writer)
        companions = [self._mailer.run, partners.run] if service.partners else [self._mailer.run]
        self._relay = Relay(self.streams, self.db.connect, self._kafka, wake, self._chores(), companions)
        tls = settings.gateway_tls
        self._gateways = [GatewayWatch(tls, county.name, service.name)] if tls else []
        followed = service.topics_followed(self._counties)
        self.broadcast = Broadcast(followed, self._kafka, f"{county.name}.events", self._owner_heads, stopping)
        links = [topic_name(name, LINKS) for name in self._counties]
        self._inbox = Inbox(self.streams, links, service.handlers, self.db.connect, self._kafka, self._writer, wake)

    @property
    def leads(self) -> bool:
        """Whether this process leads the service's relay."""
        return self._relay.leader

    async def start(self) -> None:
        """Starts the service's work in the background, which goes on trying through outages."""
        await self.db.open()
        gateways = [each.run for each in self._gateways]
        work = (self._begin, self._purge, self._relay.run, self._inbox.run, self._rebuild, *gateways)
        with structlog.contextvars.bound_contextvars(service=self.service.name):
            self._tasks = [asyncio.create_task(_for_ever(one)) for one in work]

    async def stop(self) -> None:
        """Stops the service, within STOP_SECONDS and the time the pool takes to close."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            if left:
                log.warning("stop.unfinished", service=self.service.name, tasks=len(left))
        await self.broadcast.stop()
        await self.db.close()

    async def health(self) -> tuple[bool, dict[str, object]]:
        """Whether the service can take commands, and what is known of its parts. Kafka never decides."""
        pending: list[str] = []
        found: list[Fault] = []
        try:
            async with asyncio.timeout(HEALTH_SECONDS), self.db.read() as conn:
                pending = await migrations.pending(conn, self.migrations)
                await self.db.look(conn)
                postgres = "up" if await takes_writes(conn) else "read-only"
                found = await self.faults(None if pending else conn)
        except DATABASE_ERRORS as error:
            postgres = f"down: {type(error).__name__}"
            found = await self.faults(None)
        ready = postgres == "up" and not pending and not self.db.doubt
        state = {"ready": ready, "postgres": postgres, "migrations_pending": pending, "doubt": self.db.doubt}
        shown = [fault.model_dump(mode="json") for fault in found]
        return ready, {
            **state,
            "relay": self._relay.state,
            "inbox": self._inbox.state,
            "mail": self._mail.kind,
            "faults": shown,
        }

    async def faults(self, conn: Connection | None) -> list[Fault]:
        """The faults of this service's delivery, as this process and the database see it.

        Without a connection only what the process sees. No fault but a doubt keeps the service from taking commands.
        """
        seen = [*self._relay.faults, *self._inbox.faults, *self._mailer.faults]
        seen += [fault for each in self._gateways for fault in each.faults]
        if self.db.doubt:
            seen.append(Fault(kind=FaultKind.DATABASE_DOUBTED, detail=f"no command is taken: {self.db.doubt}"))
        return [*seen, *(await faults.stored(conn, self._inbox.topics) if conn else [])]

    def _chores(self) -> list[Chore]:
        """The work that the relay's leader does for this service at each report."""
        writer, streams, handlers, jobs = self._writer, self.streams, self.service.handlers, self.service.due
        return [
            lambda conn: due.run(conn, writer, jobs),
            lambda conn: dead_letters.retry_known(conn, writer, handlers),
            lambda conn: restating.restate_where_needed(conn, writer, streams),
            lambda conn: late.note(conn, streams.reads, datetime.now(UTC)),
            throttled(lambda conn: restating.purge_log(conn, writer, streams), PURGE_SECONDS),
        ]

    async def _owner_heads(self) -> Mapping[str, OwnerHead]:
        async with self.db.read() as conn:
            return await reports.owner_heads(conn)

    async def _rebuild(self) -> None:
        """Builds read models of older code anew, if need be after another process that died while it did."""
        await rebuilding.rebuild(self.db.connect, self._kafka, self.streams, self.service.handlers)
        await asyncio.sleep(REBUILD_SECONDS)

    async def _begin(self) -> None:
        """Asks, for a database that was just made, whether its county was there before; until then all else waits."""
        await first_contact.begin(self.db.read, self._kafka, self.streams, self._counties, self._patience)

    async def _purge(self) -> None:
        while True:
            async with self.db.read() as conn:
                await idempotency.purge(conn)
            await asyncio.sleep(PURGE_SECONDS)


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """Repeats ``work`` until cancelled, also after an error; the wait between grows to LAST_RETRY_SECONDS."""
    wait = FIRST_RETRY_SECONDS
    while True:
        try:
            await work()
        except Exception as error:
            if is_outage(error):
                log.warning("background.waits", work=work.__qualname__, error=type(error).__name__)
            else:
                log.exception("background.failed", work=work.__qualname__)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LAST_RETRY_SECONDS)
