"""The memory of a subscriber, in three tables of its own database: positions, newest versions, parked events."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from shared.protocol.progress import Progress
from shared.protocol.received import Received
from shared.subscribing.deciding import Newest, RecordDecision, Standing, SubscriberPosition, storable
from shared.subscribing.stores import Store

_PROGRESS = TypeAdapter(Progress)
_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS norrsam_positions (
        subscriber text, topic text, record_offset bigint NOT NULL DEFAULT -1, event_id text NOT NULL DEFAULT '',
        progress text NOT NULL DEFAULT '{}', generation bigint NOT NULL DEFAULT 0, counter bigint NOT NULL DEFAULT 0,
        complete_until text, missing bigint NOT NULL DEFAULT 0, skipped bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (subscriber, topic))
    """,
    """
    CREATE TABLE IF NOT EXISTS norrsam_newest (
        subscriber text, topic text, id text, epoch bigint NOT NULL, version bigint NOT NULL, number bigint NOT NULL,
        life text NOT NULL, PRIMARY KEY (subscriber, topic, id))
    """,
    """
    CREATE TABLE IF NOT EXISTS norrsam_parked (
        subscriber text, topic text, record_offset bigint, written_to text NOT NULL, reason text NOT NULL,
        detail text NOT NULL, id text, epoch bigint, version bigint, headers text NOT NULL,
        value bytea, parked_at text NOT NULL,
        PRIMARY KEY (subscriber, topic, record_offset))
    """,
)
_LOCK = """
    INSERT INTO norrsam_positions (subscriber, topic) VALUES ($1, $2)
    ON CONFLICT (subscriber, topic) DO UPDATE SET topic = excluded.topic RETURNING *
"""
_MOVE = """
    UPDATE norrsam_positions SET record_offset = $3, event_id = $4, progress = $5, generation = $6, counter = $7,
        complete_until = $8, missing = $9, skipped = $10
    WHERE subscriber = $1 AND topic = $2
"""
_NEWEST = "SELECT * FROM norrsam_newest WHERE subscriber = $1 AND topic = $2 AND id = $3"
_KEEP = """
    INSERT INTO norrsam_newest VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (subscriber, topic, id) DO UPDATE SET epoch = excluded.epoch, version = excluded.version,
        number = excluded.number, life = excluded.life
"""
_WITHDRAW = """
    UPDATE norrsam_newest SET life = 'withdrawn'
    WHERE subscriber = $1 AND topic = $2 AND (epoch, number) < ($3, $4) AND life = 'living' AND NOT EXISTS (
        SELECT 1 FROM norrsam_parked AS parked
        WHERE parked.subscriber = $1 AND parked.written_to = $2 AND parked.id = norrsam_newest.id)
    RETURNING id
"""
_PARK = """
    INSERT INTO norrsam_parked VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (subscriber, topic, record_offset) DO UPDATE SET reason = excluded.reason, detail = excluded.detail,
        id = excluded.id, epoch = excluded.epoch, version = excluded.version, headers = excluded.headers,
        value = excluded.value, parked_at = excluded.parked_at
"""
_SETTLE = """
    DELETE FROM norrsam_parked
    WHERE subscriber = $1 AND written_to = $2 AND id = $3 AND (epoch < $4 OR epoch = $4 AND version <= $5)
"""


class SubscriberState:
    """The state of one ``subscriber``, in the transaction of ``conn``."""

    def __init__(self, store: Store, conn: Any, subscriber: str) -> None:
        self._store = store
        self.conn = conn
        self._subscriber = subscriber

    async def _run(self, statement: str, *values: object) -> Sequence[Any]:
        return await self._store.fetch(self.conn, statement, self._subscriber, *values)

    async def make_tables(self) -> None:
        """Make the tables that are not there."""
        for statement in _TABLES:
            await self._store.fetch(self.conn, statement)

    async def position(self, topic: str) -> SubscriberPosition:
        """The position in ``topic``, locked until the transaction ends."""
        (row,) = await self._run(_LOCK, topic)
        progress = _PROGRESS.validate_json(row["progress"])
        recency = row["generation"], row["counter"]
        return SubscriberPosition(topic, row["record_offset"], row["event_id"], progress, recency, row["skipped"])

    async def move(self, position: SubscriberPosition) -> None:
        """Keep the position."""
        progress, until = position.progress, position.progress.complete_until
        await self._run(
            _MOVE,
            position.topic,
            position.offset,
            position.event_id,
            _PROGRESS.dump_json(progress).decode(),
            *position.recency,
            until and until.isoformat(timespec="seconds"),
            progress.missing,
            position.skipped,
        )

    async def newest(self, topic: str, subject: UUID) -> Newest | None:
        """The newest event of an aggregate that was handed on; None if there is none."""
        rows = await self._run(_NEWEST, topic, str(subject))
        return next(
            (Newest(subject, row["epoch"], row["version"], row["number"], Standing(row["life"])) for row in rows), None
        )

    async def keep(self, topic: str, received: Received) -> None:
        """This is the aggregate's newest event now, and parked ones that are not newer are settled."""
        life = Standing.ENDED if received.event.final else Standing.LIVING
        subject, (epoch, version, number) = str(received.envelope.subject), received.recency
        await self._run(_KEEP, topic, subject, epoch, version, number, life.value)
        await self._run(_SETTLE, topic, subject, epoch, version)

    async def withdraw(self, topic: str, epoch: int, number: int) -> list[UUID]:
        """Withdraw the living aggregates whose newest event lies before (epoch, number), and give their ids.

        One with a parked event is left alone, for its newer state may lie there.
        """
        return [UUID(row["id"]) for row in await self._run(_WITHDRAW, topic, epoch, number)]

    async def park(self, record: Any, written_to: str, decision: RecordDecision) -> None:
        """Keep a broken record as it came, with the reason; it was ``written_to`` a county's topic."""
        envelope = decision.envelope
        headers = [
            (name, None if value is None else base64.b64encode(value).decode()) for name, value in record.headers
        ]
        age = (str(envelope.subject), envelope.epoch, envelope.version) if envelope else (None, None, None)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        why = decision.reason, storable(decision.detail)
        at = record.topic, record.offset, written_to
        await self._run(_PARK, *at, *why, *age, json.dumps(headers), record.value, now)
