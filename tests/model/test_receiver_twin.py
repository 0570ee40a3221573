"""The receiver's SQL and its twin in the model: the same random sequences make the same rows in both.

A sequence follows from its seed. After each step the rows of both are compared.
"""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from shared.contracts.links import LinksReported, Written, links_id
from shared.contracts.restated import marker_id
from shared.links import checkpoints, reports
from shared.messaging import dead_letters, handlers
from shared.messaging.handlers import Projection, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.judging_batches import judge_batch
from shared.protocol.progress import OwnerHead
from shared.protocol.received import Received
from shared.protocol.service_streams import ServiceStreams
from tests.delivery.toy import UPSERT
from tests.model.log import Record
from tests.model.owner_database import Row
from tests.model.receiver_database import ReceiverDatabase
from tests.model.toys import (
    COUNTY,
    KNOWN_BEFORE_UPGRADE,
    SERVICE,
    TOPIC,
    Toy,
    ToyChanged,
    ToyEnded,
    ToyRenewed,
    ToysRestated,
)
from tests.model.twins import KEYS, SEQUENCES, WRITER, play


async def show(conn: asyncpg.Connection, received: Sequence[Received]) -> None:
    for each in received:
        assert isinstance(each.event, Toy)
        await conn.execute(UPSERT, each.county, each.event.id, each.event.name, *each.recency)


async def notice(tx: Transaction, received: Received) -> None:
    """React to it, which leaves its version in `reacted` alone."""


TYPES = (ToyChanged, ToyRenewed, ToyEnded)
HANDLERS = (Projection("toys", 1, TYPES, show), Reaction("notice", TYPES, notice))


class Receivers:
    """A receiver's database and its twin."""

    def __init__(self, conn: asyncpg.Connection, chance: random.Random) -> None:
        self.conn, self.chance, self.twin = conn, chance, ReceiverDatabase()
        self.cluster, self.counter = "1", 0
        self.said: LinksReported | None = None
        self.reported_at = datetime.now(UTC) - timedelta(hours=1)

    def _record(self, offset: int) -> Record:
        """A record that comes next: of any number, true, without a type that is known, unreadable, or forged."""
        epoch, number, version = (self.chance.randint(1, most) for most in (3, 12, 4))
        key, name = self.chance.choice(KEYS), f"{epoch} {number} {version}"
        event: Toy | Any = self.chance.choice(TYPES)(id=key, county=COUNTY, name=name)
        if self.chance.random() < 0.2:
            event = ToysRestated(id=marker_id(TOPIC), county=COUNTY, first=self.chance.randint(1, number))
        row = Row(UUID(int=self.chance.getrandbits(128)), event, version, 0.0, False, (epoch, number))
        record = row.record(time.time())
        wrong = self.chance.random()
        value = b"{}" if wrong < 0.1 else record.value
        headers = [
            (name, b"/counties/x/toys" if wrong > 0.9 and name == "ce_source" else was) for name, was in record.headers
        ]
        return Record(tuple(headers), value, record.key, record.timestamp, row.place, offset)

    async def receive(self) -> None:
        now = datetime.now(UTC)
        twin = self.twin.lock(self.cluster, now.timestamp())
        async with self.conn.transaction():
            checkpoint = await checkpoints.lock(self.conn, TOPIC, self.cluster)
            begin = self.twin.checkpoint.next_offset
            records = [self._record(begin + place) for place in range(self.chance.randint(1, 5))]
            judged, _ = judge_batch(checkpoint, records, now, KNOWN_BEFORE_UPGRADE)
            known, _ = judge_batch(twin, records, now, KNOWN_BEFORE_UPGRADE)
            for one, same in zip(judged, known, strict=True):
                if one.dead:
                    await dead_letters.store(self.conn, one)
                    self.twin.keep(same)
            received = [each.received for each in judged if each.received]
            self.twin.apply(received, {})
            await handlers.apply(self.conn, WRITER, HANDLERS, checkpoint, received)
            self.twin.save(now.timestamp())
            await checkpoints.save(self.conn, checkpoint)

    async def move(self) -> None:
        self.cluster = self.chance.choice("12")

    async def hear(self) -> None:
        self.counter += self.chance.choice([-1, 1, 1, 2])
        head = Written(topic=TOPIC, epoch=self.chance.randint(1, 3), first=1, last=self.chance.randint(0, 12))
        said = LinksReported(
            id=links_id(COUNTY, SERVICE),
            county=COUNTY,
            service=SERVICE,
            generation=1,
            counter=max(self.counter, 0),
            as_of=self._next_time(),
            written=(head,),
        )
        self.said = said
        if self.twin.counts(said.recency, said.as_of, time.time()):
            self.twin.lock(self.cluster, time.time())
        self.twin.hear(said.recency, [OwnerHead(head.epoch, head.first, head.last, said.as_of)], time.time())
        await self._accept(said)

    async def repeat(self) -> None:
        """The last report comes again as its time alone, whether it counted or not."""
        if self.said:
            later = self.said.model_copy(update={"as_of": self._next_time()}).since(self.said)
            self.twin.confirm(later.recency, later.as_of, time.time())
            await self._accept(later)

    def _next_time(self) -> datetime:
        """The time of the next report: some come long after the one before them."""
        self.reported_at += timedelta(seconds=self.chance.choice([1, 1, 90]))
        return self.reported_at

    async def _accept(self, said: LinksReported) -> None:
        async with self.conn.transaction():
            streams = ServiceStreams("jamtland", SERVICE, [], [TOPIC])
            await reports.accept_report(self.conn, streams, said, self.cluster)

    async def compare(self) -> None:
        twin = self.twin
        rows = await self.conn.fetch("SELECT id, epoch, version, number, projection, withdrawn, name FROM toys")
        shown = {
            key: (each.epoch, each.version, each.number, each.projection, each.withdrawn, each.event.name)
            for key, each in twin.rows.items()
        }
        assert {row["id"]: tuple(row)[1:] for row in rows} == shown
        reacted = await self.conn.fetch("SELECT id, epoch, version FROM reacted")
        assert {row["id"]: (row["epoch"], row["version"]) for row in reacted} == twin.reacted
        letters = await self.conn.fetch("SELECT key, value, reason FROM dead_letters")
        kept = [
            (each.judged.record.key, each.judged.record.value, each.judged.outcome.value)
            for each in twin.letters.values()
        ]
        assert sorted(tuple(row) for row in letters) == sorted(kept)
        for progress, row in (await checkpoints.all_progress(self.conn, [TOPIC])).values():
            stored, read = twin.checkpoint, twin.position(time.time())
            assert (row["cluster_id"], row["next_offset"]) == (stored.cluster_id, stored.next_offset)
            for name in ("epoch", "number", "event_id", "gaps", "marker", "owner_head", "tail", "complete_until"):
                assert getattr(progress, name) == getattr(read, name), name


async def test_the_receiver_s_twin_has_the_rows_of_postgresql(conn: asyncpg.Connection) -> None:
    for seed in range(SEQUENCES):
        await conn.execute("TRUNCATE toys, reacted, dead_letters, checkpoints, links")
        chance = random.Random(seed)
        await play(Receivers(conn, chance), chance)
