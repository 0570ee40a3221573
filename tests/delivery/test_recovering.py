"""Databases restored from a backup are recovered into a new epoch."""

import asyncio
import time
from uuid import UUID, uuid4

import pytest

from shared.links.identity import RestoredDatabase
from shared.recovery import recovering
from shared.transport.kafka import KafkaCluster
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver
from tests.delivery.restored import at_work, backed_up, doubted, emitted, equal, recover
from tests.support.waiting import DEADLINE, eventually


async def test_a_recovery_takes_over_what_the_topic_has(owner: Owner, receiver: Receiver) -> None:
    toys = await backed_up(owner, receiver)
    await owner.restore()
    owner.relay()
    assert "the topic itself has number 5 in epoch 1, but here the last one is 3" in await doubted(owner)
    with pytest.raises(RestoredDatabase):
        await owner.emit(toys[1], 2, "refused")
    report = await recover(owner)
    said = report.topics[owner.topic]
    assert said["taken_over"] == sorted(str(toy) for toy in (toys[0], toys[3]))
    assert said["kept_against_the_topic"] == []
    assert said["restated"] == 4
    await at_work(owner, receiver)
    await emitted(owner, toys[1], version=2, name="after the recovery")
    await equal(owner, receiver)

    shown = await receiver.toys()

    assert shown[toys[0]] == (2, "after the backup")
    assert shown[toys[1]] == (2, "after the recovery")


async def test_after_a_recovery_the_owner_s_state_wins(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.restore()
    await emitted(owner, toys[0], version=2, name="accepted while Kafka was away")
    new = uuid4()
    await emitted(owner, new, name="accepted while Kafka was away")
    kafka, owner.kafka = owner.kafka, KafkaCluster("127.0.0.1:1")
    owner.relay()

    async def numbered_again() -> None:
        assert (await owner.stream())["numbered"] == 5

    await eventually(numbered_again)
    await owner.stop()
    owner.kafka = kafka
    owner.relay()
    assert "as number" in await doubted(owner)
    report = await recover(owner)
    (conflict,) = report.topics[owner.topic]["kept_against_the_topic"]
    assert (conflict["id"], conflict["topic_has"]["name"]) == (str(toys[0]), "after the backup")
    assert report.topics[owner.topic]["taken_over"] == [str(toys[3])]
    assert report.topics[owner.topic]["unpublished"] == 2
    await at_work(owner, receiver)
    await equal(owner, receiver)

    shown = await receiver.toys()

    assert shown[toys[0]] == (2, "accepted while Kafka was away")
    assert new in shown


async def test_each_recovery_has_a_higher_epoch(owner: Owner, receiver: Receiver) -> None:
    await backed_up(owner, receiver)
    await owner.restore()
    first = await recover(owner)
    await at_work(owner, receiver)
    await emitted(owner, uuid4(), name="between the two restores")
    await equal(owner, receiver)
    await owner.restore()
    owner.relay()
    await doubted(owner)
    second = await recover(owner)
    assert second.epoch > first.epoch
    await at_work(owner, receiver)

    await equal(owner, receiver)

    assert "between the two restores" in {name for _, name in (await receiver.toys()).values()}


async def test_an_interrupted_recovery_repeated_is_as_one(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.restore()

    async def interrupted(*_: object) -> int:
        raise ConnectionResetError("the operator's machine went away")

    with monkeypatch.context() as patch:
        patch.setattr(recovering, "restate", interrupted)
        with pytest.raises(ConnectionResetError):
            await recover(owner)
    assert "number 5 in epoch 1" in str(await owner.doubt())
    assert (await owner.stream())["epoch"] == 1
    assert (await owner.toys(owner.county))[toys[0]] == (1, "before the backup")
    await owner.conn.close()  # as the interrupted program's connection is
    owner.conn = await owner.connect()
    await recover(owner)
    assert await owner.doubt() is None
    await at_work(owner, receiver)
    await equal(owner, receiver)


async def test_a_restored_receiver_reads_on_from_its_own_checkpoint(owner: Owner, receiver: Receiver) -> None:
    await at_work(owner, receiver)
    await emitted(owner, uuid4(), uuid4())
    await equal(owner, receiver)
    await receiver.back_up()
    receiver.receive([owner.topic])
    await emitted(owner, uuid4(), uuid4())
    await equal(owner, receiver)
    await receiver.restore()
    assert len(await receiver.toys()) == 2
    receiver.receive([owner.topic])

    await equal(owner, receiver)

    assert len(await receiver.toys()) == 4


async def test_unnumbered_rows_take_the_numbers_that_the_topic_has(owner: Owner, receiver: Receiver) -> None:
    toy = uuid4()
    await owner.emit(toy, 1, "committed, and not relayed yet")
    await owner.back_up()
    await at_work(owner, receiver)
    await equal(owner, receiver)
    await owner.restore()
    report = await recover(owner)
    assert (report.topics[owner.topic]["found"], report.topics[owner.topic]["unpublished"]) == (1, 0)
    rows = await owner.conn.fetch("SELECT epoch, number FROM outbox ORDER BY position")
    assert [(row["epoch"], row["number"]) for row in rows] == [(1, 1), (report.epoch, 1), (report.epoch, 2)]
    await at_work(owner, receiver)
    await equal(owner, receiver)


async def test_a_relay_gives_way_to_a_recovery(owner: Owner, receiver: Receiver) -> None:
    relay = owner.relay()

    async def leads() -> None:
        assert relay.leader

    await eventually(leads)

    async with asyncio.timeout(DEADLINE):
        await recover(owner, anew=True)

    await eventually(leads)


async def test_of_two_events_with_one_number_the_second_is_told(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    toys = [uuid4() for _ in range(2)]
    await at_work(owner, receiver)
    await emitted(owner, *toys)
    await equal(owner, receiver)
    await owner.stop()
    forged = {forger.good(2), forger.good(3), forger.good(3)}
    forger.flush()
    owner.relay()
    await doubted(owner)
    await owner.stop()
    report = await recover(owner)
    (taken,) = report.topics[owner.topic]["taken_over"]
    await at_work(owner, receiver)

    await equal(owner, receiver)

    assert set(await receiver.toys()) - set(toys) == {UUID(taken)} <= forged
    kept = {UUID(each["id"]) for each in report.topics[owner.topic]["kept_against_the_topic"]}
    assert kept == forged - {UUID(taken)}


async def test_an_event_whose_headers_a_tool_has_changed_is_taken_over(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.restore()
    late, spelled = uuid4(), f"urn:uuid:{uuid4()}".encode()
    tools: dict[str, bytes | None] = {"x-copied-by": b"\xff", "x-empty": None, "ce_id": spelled}
    forger.send(forger.headers(6, late, **tools), forger.data(late)[:-1] + b',"x":NaN}', key=b"")
    forger.flush()
    assert str(late) in (await recover(owner)).topics[owner.topic]["taken_over"]
    await at_work(owner, receiver)

    await equal(owner, receiver)

    assert {late, *toys} == set(await receiver.toys())


async def test_a_second_recovery_does_nothing_and_tells_of_the_first(owner: Owner, receiver: Receiver) -> None:
    await backed_up(owner, receiver)
    await owner.restore()
    first = await recover(owner, receiver)
    rows = await owner.conn.fetch("SELECT * FROM outbox ORDER BY position")

    second = await recover(owner, receiver)

    assert (first.done, second.done) == (True, False)
    assert (second.epoch, second.topics) == (first.epoch, first.topics)
    assert await owner.conn.fetch("SELECT * FROM outbox ORDER BY position") == rows
    await at_work(owner, receiver)
    await equal(owner, receiver)


async def test_a_recovery_anew_needs_no_sign_and_can_be_repeated(owner: Owner, receiver: Receiver) -> None:
    await backed_up(owner, receiver)
    assert not (await recover(owner, receiver)).done
    first = await recover(owner, receiver, anew=True)
    second = await recover(owner, receiver, anew=True)
    assert second.epoch > first.epoch > 1

    await at_work(owner, receiver)

    await equal(owner, receiver)


async def test_a_recovery_believes_no_more_than_the_inbox(owner: Owner, receiver: Receiver, forger: Forger) -> None:
    toys = await backed_up(owner, receiver)
    await owner.stop()
    last = (await owner.stream())["numbered"]
    false = [uuid4() for _ in range(3)]
    forger.send(forger.headers(last + 1, false[0], ce_epoch=b"999999999999999999"), forger.data(false[0]))
    forger.send(forger.headers(last + 1, toys[1], ce_aggregateversion=b"100000000000000000"), forger.data(toys[1]))
    forger.send(forger.headers(last + 1, false[1]), None)
    forger.send(forger.headers(last + 1, false[2]), b"{}")
    forger.flush()
    await at_work(owner, receiver)
    assert f"number {last + 1}" in await doubted(owner)  # the one without sound data has a true envelope
    await owner.restore()

    report = await recover(owner)

    assert report.topics[owner.topic]["taken_over"] == sorted(str(toy) for toy in (toys[0], toys[3]))
    assert report.epoch < 10**12
    await at_work(owner, receiver)
    await equal(owner, receiver)


async def test_a_county_whose_epoch_nobody_believes_comes_back(owner: Owner, receiver: Receiver) -> None:
    toys = [uuid4() for _ in range(2)]
    await at_work(owner, receiver)
    await emitted(owner, toys[0])
    await equal(owner, receiver)
    await owner.stop()
    for table in ("identity", "streams"):
        await owner.conn.execute(f"UPDATE {table} SET epoch = 1000000000000000000")
    await owner.conn.execute("UPDATE streams SET numbered = 0, acknowledged = 0")
    await emitted(owner, toys[1])
    owner.relay()

    async def numbered() -> None:
        assert (await owner.stream())["numbered"] == 1

    await eventually(numbered)
    await owner.stop()

    report = await recover(owner, receiver)

    assert 1 < report.epoch < time.time() + 86_400
    await at_work(owner, receiver)
    await equal(owner, receiver)
    assert set(await receiver.toys()) == set(toys)


async def test_a_version_that_was_taken_over_can_be_raised(owner: Owner, receiver: Receiver, forger: Forger) -> None:
    toys = await backed_up(owner, receiver)
    forger.good(6, toys[1], version=1_000_000, name="forged")
    forger.flush()
    await owner.restore()
    await recover(owner)
    await at_work(owner, receiver)

    await emitted(owner, toys[1], version=1_000_001, name="after the recovery")

    await equal(owner, receiver)
    assert (await receiver.toys())[toys[1]] == (1_000_001, "after the recovery")


async def test_a_row_whose_position_another_event_holds_is_published_anew(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    own = uuid4()
    await at_work(owner, receiver)
    await emitted(owner, uuid4())
    await equal(owner, receiver)
    await receiver.stop()  # or its report would tell the owner at once
    foreign = forger.good(2, name="another database's")
    forger.flush()
    await emitted(owner, own)

    async def confirmed() -> None:
        assert (await owner.stream())["acknowledged"] == 2

    await eventually(confirmed)
    await owner.stop()

    report = await recover(owner)

    said = report.topics[owner.topic]
    assert (said["unpublished"], said["taken_over"]) == (1, [str(foreign)])
    await at_work(owner, receiver)
    await equal(owner, receiver)
    assert {own, foreign} <= set(await receiver.toys())
