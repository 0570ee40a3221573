"""The outbox: an event is written in the transaction that changes its aggregate (docs/protocol.md, W1 to W3).

Invariant: the writer holds the aggregate's row lock, so an aggregate's versions enter the outbox in order. The row
holds the bytes that will be sent; the relay adds epoch and number alone.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import uuid_utils
from pydantic_core import from_json

from shared import calendar
from shared.contracts.context import DecisionContext
from shared.contracts.counties import DEFAULT, County, parse
from shared.contracts.event import Event, stream_of
from shared.contracts.topics import topic_name, unlinkable
from shared.links.identity import RestoredDatabase
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import Headers, numbered, source_of, timestamp
from shared.protocol.judging import examine
from shared.protocol.progress import Progress
from shared.protocol.received import Unsent
from shared.rejected import Rejected

MAX_EVENT_BYTES = 256 * 1024
"""Far below every broker's limit for a batch (1 MiB), so that every numbered event can be sent."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""When what is said again has happened."""

_WRITE = """
    WITH changed AS ({change}), written AS (
        INSERT INTO outbox (id, topic, key, headers, payload)
        SELECT $1, $2, $3, $4, $5 FROM changed, identity WHERE doubt IS NULL RETURNING true
    ) SELECT EXISTS (SELECT FROM changed) AS changed, EXISTS (SELECT FROM written) AS written
"""
NUMBERS = """
    SELECT number, epoch, key, payload, headers FROM outbox
    WHERE topic = $1 AND epoch = (SELECT epoch FROM streams WHERE topic = $1) AND number BETWEEN $2 AND $3
    ORDER BY number LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Writer:
    """The origin of events: the county, the address of its schemas, the clock, and all counties.

    ``mail_sender`` is the address that the county's mails come from, and to which calendars send answers; partner
    agencies answer what they are shown within ``partner_answer``.
    """

    county: str
    public_url: str
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    counties: tuple[County, ...] = field(default_factory=lambda: parse(DEFAULT))
    mail_sender: str = "samverkan@lan.example"
    partner_answer: timedelta = timedelta(hours=24)

    @property
    def context(self) -> DecisionContext:
        """Where and when a decision is taken; `now` is the moment of this call, so ask after taking locks."""
        county = next(each for each in self.counties if each.name == self.county)
        return DecisionContext(county, self.now(), self.counties, calendar)


@dataclass(slots=True)
class Transaction:
    """An open Postgres transaction of a service. Only this can emit an event.

    ``caused_at`` is the time of the event or the plan that has caused it; None where somebody asks for it now.
    """

    conn: asyncpg.Connection
    writer: Writer
    correlation_id: str | None
    causation_id: str | None = None
    traceparent: str | None = None
    caused_at: datetime | None = None
    emitted: int = 0

    @property
    def context(self) -> DecisionContext:
        """Where and when a decision is taken, as the writer says."""
        return self.writer.context

    async def emit(self, event: Event, version: int, change: str = "SELECT", *columns: object) -> bool:
        """Write the event to the outbox, as a part of this transaction, if ``change`` returns a row; whether it has.

        That statement, with the parameters ``columns`` from $6 on, changes and so locks the aggregate's row, unless the
        caller holds the lock. ``version`` is the version afterwards. Rejected if the event is too large, ValueError if
        its receivers would refuse it (docs/protocol.md, J3), RestoredDatabase if this database may not publish.
        """
        if event.county != self.writer.county:
            raise ValueError(f"{self.writer.county} cannot write an event of {event.county}")
        topic = topic_name(event.county, stream_of(event.event_type))
        headers, payload = self._headers(topic, event, version), event.write()
        encoded = [(name, value.encode()) for name, value in headers.items()]
        _check_size(event, encoded, payload)
        _check_readable(topic, event, encoded, payload, version, self.writer.now())
        row = headers["ce_id"], topic, str(event.id).encode(), json.dumps(headers), payload
        ((changed, written),) = await self.conn.fetch(_WRITE.format(change=change), *row, *columns)
        if changed and not written:
            raise RestoredDatabase("it waits for `norrsam recover`")
        self.emitted += written
        return bool(changed)

    def _headers(self, topic: str, event: Event, version: int) -> dict[str, str]:
        headers = {
            "ce_specversion": "1.0",
            **self._origin(topic),
            "ce_source": source_of(topic),
            "ce_type": event.event_type,
            "ce_subject": str(event.id),
            "ce_dataschema": f"{self.writer.public_url}/schemas/{event.event_type}",
            "ce_aggregateversion": str(version),
            "content-type": "application/json",
        }
        return {name: value for name, value in headers.items() if value is not None}

    def _origin(self, topic: str) -> dict[str, str | None]:
        """Id, time and causes of the event; on an unlinkable stream a random id and the hour alone."""
        now = self.writer.now()
        if unlinkable(topic):
            return {"ce_id": str(uuid4()), "ce_time": timestamp(now.replace(minute=0, second=0, microsecond=0))}
        return {
            "ce_id": str(uuid_utils.uuid7()),
            "ce_time": timestamp(now),
            "ce_correlationid": self.correlation_id,
            "ce_causationid": self.causation_id,
            "traceparent": self.traceparent,
        }


def _check_readable(topic: str, event: Event, headers: Headers, payload: bytes, version: int, now: datetime) -> None:
    """ValueError if a receiver would refuse the event. Its number is not known yet: a marker's is its version."""
    newcomer = Checkpoint(topic, Progress(), "", 0, None, None, None)
    unsent = Unsent(topic, str(event.id).encode(), numbered(headers, 1, version), payload)
    judgement = examine(newcomer, unsent, now, {event.event_type: type(event)})
    if judgement.received is None:
        raise ValueError(f"receivers would refuse {event.event_type} of {event.id}: {judgement.detail}")


def _check_size(event: Event, headers: Headers, payload: bytes) -> None:
    size = len(payload) + sum(len(name) + len(value) for name, value in numbered(headers, 10**10, 10**12))
    if size > MAX_EVENT_BYTES:
        raise Rejected(
            "invalid-size",
            f"{event.event_type} of {event.id} has {size} bytes; an event has at most {MAX_EVENT_BYTES}. Shorten it.",
        )


def outgoing(row: asyncpg.Record) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """The record that is sent for a numbered row: key, payload and headers."""
    headers = [(name, value.encode()) for name, value in from_json(row["headers"]).items()]
    return row["key"], row["payload"], numbered(headers, row["epoch"], row["number"])
