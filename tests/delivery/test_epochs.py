"""Epochs: a recovered owner numbers from 1 again; its new epoch counts once it is named on links."""

import json
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Producer

from shared.contracts.links import LinksReported, Written, links_id
from shared.contracts.topics import LINKS, topic_name
from shared.protocol import judging
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver
from tests.delivery.restored import at_work, doubted, equal, recover
from tests.support.waiting import DEADLINE, eventually


def say(forger: Forger, epoch: int, last: int) -> None:
    """The forger's county names an epoch on links."""
    said = LinksReported(
        id=links_id(forger.county, "actors"),
        county=forger.county,
        service="actors",
        generation=1,
        counter=time.time_ns(),
        as_of=datetime.now(UTC),
        written=(Written(topic=forger.topic, epoch=epoch, first=1, last=last),),
    )
    producer = Producer({"bootstrap.servers": forger.bootstrap})
    producer.produce(topic_name(forger.county, LINKS), key=b"actors", value=said.write())
    assert producer.flush(DEADLINE) == 0


def of_epoch(forger: Forger, epoch: int, number: int, version: int, name: str, sent: int = 0) -> UUID:
    toy = uuid4()
    changed = {"ce_epoch": b"%d" % epoch, "ce_aggregateversion": b"%d" % version}
    forger.send(forger.headers(number, toy, **changed), forger.data(toy, name), sent=sent)
    return toy


async def test_an_epoch_that_is_not_named_makes_its_stream_alone_wait(
    receiver: Receiver, forger: Forger, other: Forger
) -> None:
    receiver.receive([forger.topic, other.topic])
    first = forger.good(1)
    unnamed = of_epoch(forger, 7, 1, 1, "of a new epoch")
    after = forger.good(2)
    neighbour = other.good(1)
    forger.flush()
    other.flush()

    await receiver.shows({first, neighbour})

    say(forger, 7, 1)

    await receiver.shows({first, neighbour, unnamed})
    row = await receiver.checkpoint(forger.topic)
    assert (row["epoch"], row["number"]) == (7, 1)
    assert after not in await receiver.toys()  # of an epoch that is over
    assert await receiver.letters() == []


async def test_a_new_epoch_drops_gaps_and_begins_versions_anew(receiver: Receiver, forger: Forger) -> None:
    receiver.receive([forger.topic])
    toy = forger.good(1, version=8, name="of the old epoch")
    forger.good(5)
    forger.flush()

    async def gap_is_open() -> None:
        assert await receiver.gaps(forger.topic) == [(2, 4)]

    await eventually(gap_is_open)
    say(forger, 7, 1)
    changed = {"ce_epoch": b"7", "ce_aggregateversion": b"2"}

    forger.send(forger.headers(1, toy, **changed), forger.data(toy, "of the new epoch"))
    forger.flush()

    async def new_epoch_rules() -> None:
        assert (await receiver.toys())[toy] == (2, "of the new epoch")

    await eventually(new_epoch_rules)
    assert await receiver.gaps(forger.topic) == []


async def test_an_epoch_that_its_owner_denies_is_a_false_envelope(receiver: Receiver, forger: Forger) -> None:
    say(forger, 1, 2)
    receiver.receive([forger.topic])
    kept = forger.good(1)

    async def applied() -> None:
        assert (await receiver.checkpoint(forger.topic))["heard_last"] == 2
        assert set(await receiver.toys()) == {kept}

    await eventually(applied)
    of_epoch(forger, 9, 1, 1, "forged", sent=int(time.time() * 1000) - 120_000)

    last = forger.good(2)
    forger.flush()

    await receiver.shows({kept, last})
    (letter,) = await receiver.letters()
    assert letter["reason"] == "false-envelope"
    assert "epoch 9" in letter["detail"]
    row = await receiver.checkpoint(forger.topic)
    assert (row["epoch"], row["number"]) == (1, 2)


async def test_an_epoch_from_the_future_waits_no_longer_than_others(
    receiver: Receiver, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "CLOCK_SKEW_SECONDS", 1.0)
    receiver.receive([forger.topic])
    of_epoch(forger, 9, 1, 1, "forged", sent=int(time.time() * 1000) + 3_000_000)
    last = forger.good(1)
    forger.flush()

    async def goes_on() -> None:
        say(forger, 1, 1)
        assert set(await receiver.toys()) == {last}

    await eventually(goes_on)


async def test_an_epoch_that_nobody_named_is_not_its_owner_s(owner: Owner, receiver: Receiver, forger: Forger) -> None:
    await at_work(owner, receiver)
    await owner.emit(uuid4(), 1)
    await equal(owner, receiver)
    await owner.stop()
    of_epoch(forger, int(time.time()), 1, 1, "forged", sent=int(time.time() * 1000) - 120_000)
    forger.flush()

    await at_work(owner, receiver)
    await owner.emit(uuid4(), 1)
    await equal(owner, receiver)

    assert await owner.doubt() is None
    assert not (await recover(owner, receiver)).done
    report = await recover(owner, receiver, anew=True)
    assert report.topics[owner.topic]["taken_over"] == []
    await equal(owner, receiver)


async def test_an_epoch_between_those_that_were_named_is_not_its_owner_s(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    await at_work(owner, receiver)
    toys = [uuid4() for _ in range(3)]
    await owner.emit(toys[0], 1)
    await equal(owner, receiver)
    await owner.back_up()
    of_epoch(forger, int(time.time()) - 1000, 1, 1, "forged")
    forger.flush()
    for toy in toys[1:]:
        await recover(owner, receiver, anew=True)
        await at_work(owner, receiver)
        await owner.emit(toy, 1)
        await equal(owner, receiver)

    await owner.restore()
    report = await recover(owner, receiver)

    assert report.topics[owner.topic]["taken_over"] == sorted(map(str, toys))
    await at_work(owner, receiver)
    await equal(owner, receiver)


async def test_an_epoch_that_another_database_named_is_doubted(owner: Owner, receiver: Receiver) -> None:
    await at_work(owner, receiver)
    await owner.emit(uuid4(), 1)
    await equal(owner, receiver)
    await owner.back_up()
    report = await recover(owner, receiver, anew=True)
    await receiver.stop()  # or its report would tell the owner at once
    owner.relay()

    async def sent() -> None:
        assert (await owner.stream())["acknowledged"] == 2

    await eventually(sent)
    await owner.restore()

    owner.relay()

    assert f"the topic itself has number 2 in epoch {report.epoch}" in await doubted(owner)


async def test_bytes_on_links_that_are_no_report_are_dead_letters(receiver: Receiver, forger: Forger) -> None:
    receiver.receive([forger.topic])
    producer = Producer({"bootstrap.servers": forger.bootstrap})
    links = topic_name(forger.county, LINKS)
    producer.produce(links, key=b"actors", value=b"\xff not json")
    producer.produce(links, key=b"actors", value=json.dumps({"county": "elsewhere"}).encode())
    assert producer.flush(DEADLINE) == 0

    say(forger, 1, 0)

    async def heard() -> None:
        assert (await receiver.checkpoint(forger.topic))["heard_as_of"] is not None

    await eventually(heard)
    assert [letter["reason"] for letter in await receiver.letters()] == ["invalid-data", "invalid-data"]


async def test_what_no_database_takes_holds_up_nobody(receiver: Receiver, forger: Forger) -> None:
    receiver.receive([forger.topic])
    first = forger.good(1)
    for changed in (
        {"ce_type": b"se.norrsam\x00"},
        {"ce_id": b"\x00"},
        {"ce_time": b"9999-12-31T23:59:59-14:00"},
        {"ce_correlationid": b"a\x00b"},
    ):
        forger.send(forger.headers(2, uuid4(), **changed), forger.data(uuid4()))
    last = forger.good(2)
    forger.flush()
    producer = Producer({"bootstrap.servers": forger.bootstrap})
    said = {"id": str(links_id(forger.county, "actors")), "county": forger.county, "service": "actors", "counter": 1}
    head = {"topic": forger.topic, "epoch": 1, "first": 1, "last": 2}
    sound = {"generation": 1, "as_of": "2026-11-24T10:00:00Z"}
    for strange in (
        sound | {"generation": 2**70},
        sound | {"as_of": "2026-11-24"},
        sound | {"service": "a\0b"},
        sound | {"as_of": "0001-01-01T00:00:00+14:00", "written": [head]},
        sound | {"as_of": "9999-12-31T23:59:59-14:00", "written": [head]},
    ):
        producer.produce(topic_name(forger.county, LINKS), key=b"actors", value=json.dumps(said | strange).encode())
    assert producer.flush(DEADLINE) == 0

    say(forger, 1, 2)

    async def applied() -> None:
        assert set(await receiver.toys()) == {first, last}
        assert (await receiver.checkpoint(forger.topic))["heard_last"] == 2

    await eventually(applied)
    assert sorted(letter["reason"] for letter in await receiver.letters()) == [
        *["false-envelope"] * 4,
        *["invalid-data"] * 4,  # the last two have the same fault
    ]
