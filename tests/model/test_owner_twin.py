"""The owner's SQL and its twin in the model: the same random sequences make the same rows in both.

A sequence follows from its seed. After each step the rows of both are compared.
"""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg

from shared.contracts.restated import StreamRestated
from shared.links import freshness, identity
from shared.messaging import numbering, sender
from shared.messaging.outbox import Transaction
from shared.recovery import recovering, restating, taking_over
from tests.model.owner_database import OwnerDatabase, Row
from tests.model.toys import COUNTY, MARGIN, RETENTION, TOPIC, ToyChanged, ToyEnded, headers_of
from tests.model.twins import KEYS, SEQUENCES, WRITER, play

HOUR = 3600.0


class Owners:
    """An owner's database and its twin."""

    def __init__(self, conn: asyncpg.Connection, chance: random.Random) -> None:
        self.conn, self.chance, self.twin = conn, chance, OwnerDatabase()

    async def command(self) -> None:
        key, kind = self.chance.choice(KEYS), self.chance.choice([ToyChanged, ToyChanged, ToyEnded])
        event = kind(id=key, county=COUNTY, name=f"state {len(self.twin.outbox)}")
        self.twin.write(event, time.time(), unsure=False)
        async with self.conn.transaction():
            await Transaction(self.conn, WRITER, "correlation").emit(event, self.twin.toys[key].version)

    async def number(self) -> None:
        self.twin.number(self.twin.unnumbered(), self.twin.numbered)
        await numbering.number(self.conn, [TOPIC])

    async def confirm(self) -> None:
        self.twin.acknowledged = self.chance.randint(self.twin.acknowledged, self.twin.numbered)
        await self.conn.execute(sender._ACKNOWLEDGE, TOPIC, self.twin.acknowledged)

    async def align(self) -> None:
        highest = self.chance.choice([1, self.twin.epoch]), self.chance.randint(0, self.twin.numbered)
        self.twin.align(highest)
        await self.conn.execute(sender._ALIGN, TOPIC, *highest)

    async def pass_time(self) -> None:
        for row in self.twin.outbox:
            row.written_at -= 35 * HOUR
        if self.twin.restated_at:
            self.twin.restated_at -= 35 * HOUR
        await self.conn.execute("UPDATE outbox SET written_at = written_at - interval '35 hours'")
        await self.conn.execute("UPDATE streams SET restated_at = restated_at - interval '35 hours'")

    async def restate(self) -> None:
        self.twin.restate(time.time())
        await restating.restate(self.conn, WRITER, TOPIC)

    async def purge(self) -> None:
        oldest = await self.conn.fetchval(restating._OLDEST, TOPIC, restating._FINAL)
        due = datetime.now(UTC) - timedelta(seconds=RETENTION - MARGIN)
        assert bool(oldest and oldest < due) == self.twin.must_restate(time.time())
        self.twin.purge(time.time())
        await self.conn.execute(restating._PURGE, TOPIC, timedelta(seconds=RETENTION))

    async def begin_epoch(self) -> None:
        """Take the numbers of what Kafka has not confirmed back, as a recovery does, and go on in a new epoch."""
        back = [row for row in self.twin.outbox if row.place and row.place > (self.twin.epoch, self.twin.acknowledged)]
        markers = [row.id for row in back if isinstance(row.event, StreamRestated)]  # of numbers taken back
        await self.conn.execute(taking_over._DROP, markers)
        await self.conn.execute(taking_over._UNNUMBER, [row.id for row in back])
        self.twin.outbox = [row for row in self.twin.outbox if row.id not in markers]
        for row in back:
            row.place = None
        self.twin.epoch, self.twin.numbered, self.twin.acknowledged = self.twin.epoch + 1, 0, 0
        await self.conn.execute(recovering._EPOCH, self.twin.epoch)

    async def take_over(self) -> None:
        """An older version comes back from the topic in the present epoch: it is newer than what is there."""
        if not self.twin.toys:
            return
        key, own = self.chance.choice(sorted(self.twin.toys.items(), key=lambda each: each[0]))
        event = ToyChanged(id=key, county=COUNTY, name=f"state {len(self.twin.outbox)}")
        version, place = self.chance.randint(1, own.version), (self.twin.epoch, self.twin.numbered + 1)
        row = Row(uuid4(), event, version, time.time(), place=place)
        headers = {name: value.decode() for name, value in headers_of(event, row.id, version, again=False)}
        taken = (row.id, TOPIC, str(key).encode(), json.dumps(headers), event.write(), *place)
        await self.conn.execute(taking_over._TAKE, *taken)
        await self.conn.execute("UPDATE streams SET numbered = numbered + 1")
        self.twin.outbox.append(row)
        self.twin.numbered += 1

    async def compare(self) -> None:
        rows = await self.conn.fetch("SELECT * FROM outbox ORDER BY position")
        assert len(rows) == len(self.twin.outbox)
        for row, twin in zip(rows, self.twin.outbox, strict=True):
            twin.id = row["id"]
            assert (row["key"].decode(), row["payload"]) == (str(twin.key), twin.event.write())
            assert f'"ce_aggregateversion": "{twin.version}"' in row["headers"]
            assert ("ce_restated" in row["headers"]) == twin.again
            assert (row["epoch"], row["number"]) == (twin.place or (None, None))
        (head,) = await freshness.written(self.conn)
        assert (head.topic, head.epoch, head.last, head.first) == (
            TOPIC,
            self.twin.epoch,
            self.twin.numbered,
            self.twin.first(),
        )
        assert head.confirmed == self.twin.acknowledged
        await self._compare_doubt()

    async def _compare_doubt(self) -> None:
        given = [row for row in self.twin.outbox if row.place]
        ids = [str(self.chance.choice(given).id), "another", None] if given else ["another"]
        heard = (self.twin.epoch, self.chance.randint(1, self.twin.numbered + 1), self.chance.choice(ids))
        doubting = self.twin.copy()
        doubting.compare([heard], "a county")
        found = await identity.find_contradiction(self.conn, TOPIC, [heard])
        assert doubting.doubt == (f"a county has {found}" if found else None)


async def test_the_owner_s_twin_has_the_rows_of_postgresql(conn: asyncpg.Connection) -> None:
    for seed in range(SEQUENCES):
        await conn.execute("TRUNCATE outbox, streams RESTART IDENTITY")
        await conn.execute(numbering.BEGIN_STREAM, TOPIC)
        chance = random.Random(seed)
        await play(Owners(conn, chance), chance)
