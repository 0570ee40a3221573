"""Two counties of different versions write and read every stream; then the older one is upgraded.

Older is what tests/support/older.py makes of the recorded contracts. Each type is written as its golden event.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from infra import topics
from infra.engine import Engine, temporary_engine
from infra.gateway import all_services
from shared.contracts.registry import EVENTS
from shared.contracts.topics import LINKS, STREAMS, topic_name
from shared.messaging.handlers import Projection
from shared.messaging.outbox import Transaction, Writer
from shared.runtime.aggregates import StreamTable
from tests.support.older import OLDER, RECORDED, TYPES, as_older, golden
from tests.support.waiting import eventually

NEWER_COUNTY, OLDER_COUNTY = "norrbotten", "jamtland"
LONG = 180.0
Written = Mapping[UUID, tuple[str, bytes]]
"""The type of an event and its data, by its aggregate."""


@pytest.fixture(scope="module")
def mixed() -> Iterator[Engine]:
    """An engine in which one county runs today's code, and the other older code."""
    with temporary_engine(program=(sys.executable, "-m", "tests.support.older")) as engine:
        topics.apply(engine.kafka, [county.name for county in engine.config.counties])
        engine.migrate([NEWER_COUNTY, OLDER_COUNTY])
        engine.start_county(NEWER_COUNTY)
        engine.start_county(OLDER_COUNTY, env={OLDER: "yes"})
        yield engine


async def connected(engine: Engine, county: str, service: str) -> asyncpg.Connection:
    name = f"{county}_{service.replace('-', '_')}"
    return await asyncpg.connect(engine.postgres, user=name, database=name, password=engine.database_password)


async def write(engine: Engine, county: str, *, older: bool) -> Written:
    """Each type that the county knows is in its outbox, of an aggregate of its own."""
    written = {}
    for event_type in TYPES:
        if older and event_type not in RECORDED:
            continue
        data = json.loads(as_older(event_type, golden(event_type)) if older else golden(event_type))
        identity = uuid4()
        event = EVENTS[event_type].read(json.dumps(data | {"id": str(identity), "county": county}).encode())
        conn = await connected(engine, county, STREAMS[event_type.split(".")[2]].service or "")
        async with conn.transaction():
            await Transaction(conn, Writer(county, "http://127.0.0.1:8000"), None).emit(event, 1)
        await conn.close()
        written[identity] = event_type, event.write()
    return written


async def arrived(engine: Engine, source: str, target: str) -> None:
    """Every number that the source has given is applied by each service of the target that reads the stream."""
    for stream, each in STREAMS.items():
        if stream == LINKS:
            continue
        owner, topic = await connected(engine, source, each.service or ""), topic_name(source, stream)
        last = await owner.fetchval("SELECT numbered FROM streams WHERE topic = $1", topic)
        waits = await owner.fetchval("SELECT count(*) FROM outbox WHERE topic = $1 AND number IS NULL", topic)
        await owner.close()
        assert not waits
        for service in all_services():
            if last and topic in service.topics_read(target, [source, target]):
                reader = await connected(engine, target, service.name)
                row = await reader.fetchrow("SELECT number, gaps FROM checkpoints WHERE topic = $1", topic)
                await reader.close()
                assert row is not None, topic
                assert (row["number"], list(row["gaps"])) == (last, []), f"{service.name} {topic}"


async def dead(engine: Engine, county: str) -> set[tuple[str, str]]:
    """Reason and type of the dead letters that are not settled."""
    found = set()
    for service in all_services():
        conn = await connected(engine, county, service.name)
        rows = await conn.fetch("SELECT reason, event_type FROM dead_letters WHERE settled_at IS NULL")
        found |= {(row["reason"], row["event_type"]) for row in rows}
        await conn.close()
    return found


async def shown(engine: Engine, reader: str, written: Written) -> dict[UUID, Any]:
    """The state of these aggregates in the read models of a county."""
    found: dict[UUID, Any] = {}
    for service in all_services():
        conn = await connected(engine, reader, service.name)
        for each in service.handlers:
            if isinstance(each, Projection) and getattr(each.project, "__func__", None) is StreamTable.project:
                rows = await conn.fetch(f"SELECT id, state FROM {each.table} WHERE id = ANY ($1)", list(written))
                found |= {row["id"]: json.loads(row["state"]) for row in rows}
        await conn.close()
    return found


def readable(written: Written, *, older: bool) -> dict[UUID, Any]:
    """The same as code of that version keeps it, of the types that a read model has."""
    kept = {
        event
        for service in all_services()
        for each in service.handlers
        if isinstance(each, Projection) and getattr(each.project, "__func__", None) is StreamTable.project
        for event in each.events
    }
    return {
        identity: json.loads(EVENTS[name].read(as_older(name, data) if older else data).write())
        for identity, (name, data) in written.items()
        if EVENTS[name] in kept and not (older and name not in RECORDED)
    }


def differing(found: Mapping[UUID, Any], wanted: Mapping[UUID, Any], written: Written) -> list[str]:
    """Each type that is kept in another way than wanted, and in which fields. A diff of all states takes minutes."""
    lines = set()
    for identity in found.keys() | wanted.keys():
        here, there = (states.get(identity, {}) for states in (found, wanted))
        if fields := sorted(name for name in here.keys() | there.keys() if here.get(name, ...) != there.get(name, ...)):
            lines.add(f"{written[identity][0]}: {', '.join(fields)}")
    return sorted(lines)


async def test_counties_of_two_versions_lose_nothing(mixed: Engine) -> None:
    of_newer = await write(mixed, NEWER_COUNTY, older=False)
    of_older = await write(mixed, OLDER_COUNTY, older=True)
    await eventually(lambda: arrived(mixed, NEWER_COUNTY, OLDER_COUNTY), LONG)
    await eventually(lambda: arrived(mixed, OLDER_COUNTY, NEWER_COUNTY), LONG)

    assert differing(await shown(mixed, NEWER_COUNTY, of_older), readable(of_older, older=False), of_older) == []
    assert await dead(mixed, NEWER_COUNTY) == set()
    assert differing(await shown(mixed, OLDER_COUNTY, of_newer), readable(of_newer, older=True), of_newer) == []
    assert await dead(mixed, OLDER_COUNTY) == {("unknown-type", name) for name in set(TYPES) - RECORDED.keys()}

    mixed.stop_county(OLDER_COUNTY)
    mixed.start_county(OLDER_COUNTY)

    whole = readable(of_newer, older=False)

    async def upgraded() -> None:
        assert await dead(mixed, OLDER_COUNTY) == set()
        assert differing(await shown(mixed, OLDER_COUNTY, of_newer), whole, of_newer) == []

    await eventually(upgraded, LONG)  # it is ready already, and has the topics to read once more
    assert whole != readable(of_newer, older=True)
