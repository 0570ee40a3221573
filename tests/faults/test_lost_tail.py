"""A topic that loses confirmed records while nobody is sending."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from uuid import UUID, uuid4

import pytest

from infra.engine import Engine, temporary_engine
from shared.messaging import watch
from shared.messaging.sender import TAIL_CHECK_DEPTH
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Bounds
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, county_name
from tests.faults import logfile, topic
from tests.support.forgeries import FORGED
from tests.support.waiting import eventually

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def own_engine() -> Iterator[Engine]:
    """An engine whose Kafka may be killed."""
    with temporary_engine() as engine:
        yield engine


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Owners look at their topics once it is set, and then often."""
    allowed, real = asyncio.Event(), KafkaCluster.bounds

    async def bounds(kafka: KafkaCluster, topics: Sequence[str]) -> dict[str, Bounds]:
        await allowed.wait()
        return await real(kafka, topics)

    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(KafkaCluster, "bounds", bounds)
    return allowed


@pytest.fixture
async def own_owner(own_engine: Engine, looks: asyncio.Event) -> AsyncIterator[Owner]:
    """A county whose relay works."""
    owner = await Owner(own_engine, county_name()).open()
    owner.relay()
    yield owner
    await owner.close()


async def published(engine: Engine, owner: Owner, numbers: int) -> None:
    """The topic gets every number up to this one."""

    def all_there() -> None:
        try:
            found = {record.number for record in topic.read(KafkaCluster(engine.kafka), owner.topic)}
        except OSError as error:
            raise AssertionError("Kafka does not answer for this topic yet") from error
        assert found == set(range(1, numbers + 1))

    await eventually(lambda: asyncio.to_thread(all_there))


async def lost(engine: Engine, owner: Owner, records: int) -> UUID:
    """Five versions of a toy are published; then Kafka loses the last ``records``."""
    toy = uuid4()
    for version in range(1, 6):
        await owner.emit(toy, version)
        await published(engine, owner, version)
    assert await cut(engine, owner, records) == logfile.Cut(5 - records, 4)
    return toy


async def cut(engine: Engine, owner: Owner, count: int) -> logfile.Cut | None:
    """Kafka is killed, loses the last ``count`` batches of records, and is there again."""
    await asyncio.to_thread(engine.kill_kafka)
    found = logfile.cut(engine.config.data / "kafka" / "log" / f"{owner.topic}-0", count)
    await asyncio.to_thread(engine.start_kafka)
    return found


async def test_the_next_event_brings_a_lost_tail_back(own_engine: Engine, own_owner: Owner) -> None:
    toy = await lost(own_engine, own_owner, 2)

    await own_owner.emit(toy, 6)

    await published(own_engine, own_owner, 6)


async def test_a_lost_tail_longer_than_is_compared_comes_back(own_engine: Engine, own_owner: Owner) -> None:
    toy, numbers = uuid4(), TAIL_CHECK_DEPTH + 50
    await own_owner.emit(toy, 1)
    await published(own_engine, own_owner, 1)
    async with own_owner.conn.transaction():
        for version in range(2, numbers):
            await own_owner.write(own_owner.conn, toy, version)
    own_owner.wake.set()
    await published(own_engine, own_owner, numbers - 1)
    assert await cut(own_engine, own_owner, 1) == logfile.Cut(1, numbers - 2), "one transaction is one batch"

    await own_owner.emit(toy, numbers)

    await published(own_engine, own_owner, numbers)


@pytest.mark.parametrize(("records", "forged"), [(1, 1), (2, 1), (1, 2)], ids=["as many", "fewer", "more"])
async def test_a_forged_record_hides_no_lost_one(
    own_engine: Engine, own_owner: Owner, looks: asyncio.Event, records: int, forged: int
) -> None:
    await lost(own_engine, own_owner, records)
    forger = Forger(own_engine, own_owner.county)
    for _ in range(forged):
        forger.send(forger.headers(5, uuid4(), ce_source=b"/counties/jamtland/actors", **{FORGED: b""}), b"{}")
    forger.flush()

    looks.set()

    await published(own_engine, own_owner, 5)
