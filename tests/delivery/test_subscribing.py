"""The kit for subscribers on a real Kafka, in FastStream, with SQLite and with PostgreSQL."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from faststream.kafka import KafkaBroker

from infra import topics
from infra.engine import Engine
from shared.contracts.links import LinksReported, Written, links_id
from shared.contracts.topics import LINKS, topic_name
from shared.subscribing import (
    EventEnvelope,
    PostgresConnection,
    PostgresStore,
    SqliteConnection,
    SqliteStore,
    Withdrawn,
    subscription,
)
from shared.subscribing.delivery import Delivery
from tests.delivery.forger import Forger
from tests.delivery.harness import county_name
from tests.delivery.toy import ToyChanged
from tests.support.waiting import eventually

TABLE = "CREATE TABLE toys (id text PRIMARY KEY, name text, version bigint)"
KEEP = "INSERT INTO toys VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = $2, version = $3"
COMPLETE = "SELECT 1 FROM norrsam_positions WHERE topic = $1 AND missing = 0 AND complete_until IS NOT NULL"
BROKEN = "broken toy"


@pytest.fixture
def forged(engine: Engine) -> Forger:
    """A county that has topics and no service."""
    county = county_name()
    topics.apply(engine.kafka, [county])
    return Forger(engine, county)


@asynccontextmanager
async def subscribed(forged: Forger, handler: Any, store: Any) -> AsyncIterator[None]:
    """A subscriber's FastStream application runs."""
    broker = KafkaBroker(forged.bootstrap, consumer_only=True, logger=None)
    links = topic_name(forged.county, LINKS)
    broker.include_router(subscription(handler, store, group=f"{forged.county}.1", topics=[forged.topic, links]))
    async with broker:
        await broker.start()
        yield


def story(forged: Forger) -> tuple[set[UUID], UUID]:
    """Broken events among good ones, a duplicate, a late version, a restate; the toys that live, and one that does not.

    A report says that these are all.
    """
    living, gone, late = uuid4(), uuid4(), uuid4()
    forged.good(1, living)
    forged.good(2, gone)
    forged.send(forged.headers(3, uuid4(), ce_id=None), forged.data(uuid4()))
    forged.send(forged.headers(3, uuid4(), ce_type=b"\xff\xfe"), forged.data(uuid4()))
    forged.send(forged.headers(3, uuid4(), ce_id=b"a\0b"), forged.data(uuid4()))
    forged.send({"x": b"\x00\xff"}, b"\x00\x01\xfe\xff", key=b"\xff")
    forged.send(forged.headers(3, uuid4()), b"no json")
    forged.good(4, name=BROKEN)
    forged.send(forged.headers(5, late, ce_aggregateversion=b"2", reply_to=forged.topic.encode()), forged.data(late))
    forged.good(6, late, name="an older one")
    forged.good(6, late, name="a duplicate")
    forged.good(7, living)
    forged.good(8, late, version=2)
    forged.marker(7, 9)()
    topic = Written(topic=forged.topic, epoch=1, first=1, last=9)
    service = {"id": links_id(forged.county, "actors"), "county": forged.county, "service": "actors"}
    for counter, age in ((1, timedelta(hours=2)), (2, timedelta(hours=1)), (3, timedelta())):
        at = datetime.now(UTC) - age
        report = LinksReported(**service, generation=1, counter=counter, as_of=at, written=(topic,))
        forged.report(report, sent=int(1000 * at.timestamp()))
    forged.flush()
    return {living, late}, gone


async def test_a_program_with_sqlite_takes_everything_rightly(
    forged: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, handed, heard = SqliteStore(tmp_path / "own.db"), list[tuple[UUID, int]](), list[int]()
    store.connection.execute(TABLE)
    hear = Delivery.hear

    async def hear_it(delivery: Delivery, record: Any) -> None:
        heard.append(record.offset)
        await hear(delivery, record)

    monkeypatch.setattr(Delivery, "hear", hear_it)

    async def keep(toy: ToyChanged | Withdrawn, db: SqliteConnection, envelope: EventEnvelope) -> None:
        if isinstance(toy, Withdrawn):
            db.execute("DELETE FROM toys WHERE id = ?", (str(toy.id),))
            return
        handed.append((toy.id, envelope.version))
        db.execute(KEEP, {"1": str(toy.id), "2": toy.name, "3": envelope.version})
        assert toy.name != BROKEN

    living, gone = story(forged)
    async with subscribed(forged, keep, store):
        own = store.connection.execute
        await eventually(lambda: own("SELECT 1 FROM sqlite_master WHERE name = 'norrsam_positions'").fetchall())
        await eventually(lambda: own(COMPLETE.replace("$1", "?"), (forged.topic,)).fetchall())
        await eventually(lambda: {UUID(row["id"]) for row in own("SELECT id FROM toys")} == living)
        assert {row["name"] for row in own("SELECT name FROM toys")} == {"a toy"}
        assert len(handed) == len(set(handed)) == 4  # the living ones, the one that went, and the broken one
        assert gone in {toy for toy, _ in handed}
        reasons = [row["reason"] for row in own("SELECT reason FROM norrsam_parked ORDER BY record_offset")]
        assert reasons == ["false-envelope"] * 4 + ["invalid-data", "handler-error"]
        assert heard == [2]  # the reports before it are older than any that is needed
    store.connection.close()


async def test_a_county_whose_clock_is_hours_late_is_heard(forged: Forger, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "own.db")

    async def keep(toy: ToyChanged | Withdrawn) -> None:
        pass

    forged.good(1)
    topic = Written(topic=forged.topic, epoch=1, first=1, last=1)
    service = {"id": links_id(forged.county, "actors"), "county": forged.county, "service": "actors"}
    for counter, age in ((1, timedelta(hours=3)), (2, timedelta(hours=2))):
        at = datetime.now(UTC) - age
        report = LinksReported(**service, generation=1, counter=counter, as_of=at, written=(topic,))
        forged.report(report, sent=int(1000 * at.timestamp()))
    forged.flush()
    async with subscribed(forged, keep, store):
        own = store.connection.execute
        await eventually(lambda: own("SELECT 1 FROM sqlite_master WHERE name = 'norrsam_positions'").fetchall())
        await eventually(lambda: own(COMPLETE.replace("$1", "?"), (forged.topic,)).fetchall())
    store.connection.close()


async def test_a_program_with_postgresql_takes_everything_rightly(forged: Forger, engine: Engine) -> None:
    name = f"{forged.county}_own"
    engine.create_databases([name])
    login: dict[str, Any] = {"user": name, "database": name, "password": engine.database_password}
    store, own = PostgresStore(engine.postgres, **login), await asyncpg.connect(engine.postgres, **login)
    await own.execute(TABLE)

    async def keep(toy: ToyChanged | Withdrawn, db: PostgresConnection, envelope: EventEnvelope) -> None:
        if isinstance(toy, Withdrawn):
            await db.execute("DELETE FROM toys WHERE id = $1", str(toy.id))
            return
        await db.execute(KEEP, str(toy.id), toy.name, envelope.version)
        await db.execute("SELECT 1 / $1::int", int(toy.name != BROKEN))

    living, _ = story(forged)
    async with subscribed(forged, keep, store):
        await eventually(lambda: own.fetch("SELECT FROM pg_tables WHERE tablename = 'norrsam_positions'"))
        await eventually(lambda: own.fetch(COMPLETE, forged.topic))

        async def only_the_living() -> None:
            assert {UUID(row["id"]) for row in await own.fetch("SELECT id FROM toys")} == living

        await eventually(only_the_living)
        parked = await own.fetch("SELECT reason FROM norrsam_parked ORDER BY record_offset")
        assert [row["reason"] for row in parked] == ["false-envelope"] * 4 + ["invalid-data", "handler-error"]
    await own.close()
    await store.close()


PROGRAM = """
import os, sys
from faststream import FastStream
from faststream.kafka import KafkaBroker
from shared.contracts import registry
from shared.subscribing import EventEnvelope, SqliteStore, SqliteConnection, Withdrawn, subscription
from tests.delivery.toy import ToyChanged

registry.EVENTS[ToyChanged.event_type] = ToyChanged
kafka, topic, group, dies_at = sys.argv[1:]
store = SqliteStore("own.db")
store.connection.execute("CREATE TABLE IF NOT EXISTS effects (name text)")

async def keep(toy: ToyChanged | Withdrawn, db: SqliteConnection) -> None:
    db.execute("INSERT INTO effects VALUES (?)", (toy.name,))
    if toy.name == dies_at:
        os._exit(9)  # the effect is there, and nothing is committed

broker = KafkaBroker(kafka, consumer_only=True)
broker.include_router(subscription(keep, store, group=group, topics=[topic]))
app = FastStream(broker)

@app.after_startup
async def go_on() -> None:
    print("ready", flush=True)

import asyncio
asyncio.run(app.run())
"""


async def test_a_program_that_is_killed_doubles_and_loses_nothing(forged: Forger, tmp_path: Path) -> None:
    names = [f"toy {number}" for number in range(1, 7)]
    for number, name in enumerate(names, 1):
        forged.good(number, name=name)
    forged.flush()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

    def effects() -> list[str]:
        with closing(sqlite3.connect(tmp_path / "own.db")) as own:
            return [name for (name,) in own.execute("SELECT name FROM effects")]

    async def start(dies_at: str) -> asyncio.subprocess.Process:
        arguments = [forged.bootstrap, forged.topic, f"{forged.county}.1", dies_at]
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, *arguments, cwd=tmp_path, env=environment, stderr=asyncio.subprocess.DEVNULL
        )

    first = await start("toy 3")
    assert await first.wait() == 9
    assert effects() == names[:2]

    second = await start("")
    try:
        await eventually(lambda: effects() == names)
        forged.good(7, name="toy 7")
        forged.flush()
        await eventually(lambda: effects() == [*names, "toy 7"])
    finally:
        second.kill()
        await second.wait()
