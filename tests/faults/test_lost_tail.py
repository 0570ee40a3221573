"""A topic that loses confirmed records while nobody is sending."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from infra.engine import Engine, temporary_engine
from tests.delivery.harness import Owner, county_name
from tests.faults import logfile, topic
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def own_engine() -> Iterator[Engine]:
    """An engine whose Kafka may be killed."""
    with temporary_engine() as engine:
        yield engine


@pytest.fixture
async def own_owner(own_engine: Engine) -> AsyncIterator[Owner]:
    """A county whose relay works."""
    owner = await Owner(own_engine, county_name()).open()
    owner.relay()
    yield owner
    await owner.close()


async def test_the_next_event_brings_a_lost_tail_back(own_engine: Engine, own_owner: Owner) -> None:
    owner = own_owner

    async def published(numbers: int) -> None:
        def all_there() -> None:
            try:
                found = {record.number for record in topic.read(own_engine.kafka, owner.topic)}
            except OSError as error:
                raise AssertionError("Kafka does not answer for this topic yet") from error
            assert found == set(range(1, numbers + 1))

        await eventually(lambda: asyncio.to_thread(all_there))

    toy = uuid4()
    for version in range(1, 6):
        await owner.emit(toy, version)
        await published(version)
    await asyncio.to_thread(own_engine.kill_kafka)
    folder = own_engine.config.data / "kafka" / "log" / f"{owner.topic}-0"
    assert logfile.cut(folder, 2) == logfile.Cut(3, 4)
    await asyncio.to_thread(own_engine.start_kafka)
    await owner.emit(toy, 6)
    await published(6)
