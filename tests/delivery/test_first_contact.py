"""A new database asks whether its county was there before, and takes no command until it knows."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaError

from shared.contracts.links import Applied, LinksReported, links_id
from shared.contracts.topics import LINKS, topic_name
from shared.links.identity import NEW, RestoredDatabase
from shared.recovery import recovering
from shared.transport.kafka import KafkaCluster
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver
from tests.delivery.toy import PROJECTION
from tests.support.waiting import eventually


def at_work(owner: Owner, receiver: Receiver) -> None:
    owner.relay()
    owner.receive([], reports=[topic_name(receiver.county, LINKS)])
    receiver.relay([owner.topic])
    receiver.receive([owner.topic])


async def equal(owner: Owner, receiver: Receiver) -> None:
    async def same() -> None:
        assert await receiver.toys() == await owner.toys(owner.county) != {}
        assert (await receiver.checkpoint(owner.topic))["epoch"] == (await owner.stream())["epoch"]

    await eventually(same)


async def reported(receiver: Receiver, owner: Owner) -> None:
    """The receiver has said on links that it has applied something of the owner's."""

    async def said() -> None:
        records = [one async for batch in receiver.kafka.read(topic_name(receiver.county, LINKS)) for one in batch]
        applied = [each for record in records for each in LinksReported.read(record.value).applied]
        assert any(each.topic == owner.topic and each.number for each in applied)

    await eventually(said)


@pytest.mark.parametrize("topic_too", [False, True], ids=["the database", "the database and the topic"])
async def test_a_county_that_was_there_before_begins_with_a_recovery(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, topic_too: bool
) -> None:
    at_work(owner, receiver)
    await owner.emit(uuid4(), 1)
    await equal(owner, receiver)
    await reported(receiver, owner)
    await receiver.stop()
    await owner.wipe()
    read = KafkaCluster.read

    async def without_topic(kafka: KafkaCluster, topic: str, last: int | None = None) -> object:
        async for batch in read(kafka, topic, last):
            if topic != owner.topic:
                yield batch

    with monkeypatch.context() as patch:
        if topic_too:
            patch.setattr(KafkaCluster, "read", without_topic)

        doubt = await owner.begin(receiver, patience=3600)

    assert doubt is not None
    assert "was there before: its topic or another county has number 1 in epoch 1" in doubt
    with pytest.raises(RestoredDatabase):
        await owner.emit(uuid4(), 1)
    place = (owner.conn, owner.kafka, owner.writer, owner.streams(), [PROJECTION], [owner.county, receiver.county])
    assert (await recovering.recover(*place)).epoch > 1
    at_work(owner, receiver)
    await owner.emit(uuid4(), 1)
    await equal(owner, receiver)
    assert len(await receiver.toys()) == 2


async def test_a_new_database_waits_for_a_county_that_is_not_heard_yet(owner: Owner, receiver: Receiver) -> None:
    neighbour = Forger(owner._engine, receiver.county)
    await owner.wipe()
    beginning = asyncio.create_task(owner.begin(receiver, patience=3600))

    async def announced() -> None:
        assert (await owner.kafka.ends([topic_name(owner.county, LINKS)])).popitem()[1] > 0

    await eventually(announced)
    assert await owner.doubt() == NEW
    with pytest.raises(RestoredDatabase):
        await owner.emit(uuid4(), 1)

    applied = Applied(topic=owner.topic, epoch=1, number=7, event_id=str(uuid4()))
    said = {"id": links_id(receiver.county, "actors"), "county": receiver.county, "service": "actors"}
    neighbour.report(LinksReported(**said, generation=1, counter=1, as_of="2026-11-23T10:00:00Z", applied=(applied,)))
    neighbour.flush()

    assert "number 7 in epoch 1" in str(await beginning)


async def test_counties_that_are_all_new_do_not_wait_for_each_other(owner: Owner, receiver: Receiver) -> None:
    await owner.wipe()
    await receiver.wipe()

    async with asyncio.timeout(60):
        doubts = await asyncio.gather(owner.begin(receiver, patience=3600), receiver.begin(owner, patience=3600))

    assert set(doubts) == {None}
    at_work(owner, receiver)
    await owner.emit(uuid4(), 1)
    await equal(owner, receiver)


async def test_a_new_county_begins_though_another_is_away(owner: Owner, receiver: Receiver) -> None:
    await owner.wipe()

    assert await owner.begin(receiver) is None

    await owner.emit(uuid4(), 1)


async def test_a_new_database_waits_for_its_own_kafka(owner: Owner) -> None:
    await owner.wipe()
    kafka, owner.kafka = owner.kafka, KafkaCluster("127.0.0.1:1")
    with pytest.raises(KafkaError):
        await owner.begin()
    assert await owner.doubt() == NEW
    owner.kafka = kafka

    assert await owner.begin() is None
