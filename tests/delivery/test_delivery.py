"""From outbox to read model on real Kafka: nothing lost, nothing doubled, nothing older over newer."""

from contextlib import suppress
from uuid import uuid4

import pytest

from infra.engine import Engine
from shared.messaging import inbox as inbox_module
from shared.messaging.handlers import Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver, county_name
from tests.delivery.toy import PROJECTION, ToyChanged
from tests.support.waiting import eventually


async def test_the_receiver_has_the_newest_version_of_each_aggregate(owner: Owner, receiver: Receiver) -> None:
    toys = [uuid4() for _ in range(5)]
    owner.relay()
    receiver.receive([owner.topic])

    for version in range(1, 21):
        for toy in toys:
            await owner.emit(toy, version, f"name {version}")

    async def equal() -> None:
        assert await receiver.toys() == dict.fromkeys(toys, (20, "name 20"))

    await eventually(equal)
    assert await receiver.gaps(owner.topic) == []
    assert (await receiver.checkpoint(owner.topic))["number"] == 100


async def test_the_event_of_a_rolled_back_transaction_is_nowhere(owner: Owner, receiver: Receiver) -> None:
    owner.relay()
    receiver.receive([owner.topic])
    with suppress(ZeroDivisionError):
        async with owner.conn.transaction():
            await Transaction(owner.conn, owner.writer, "c").emit(
                ToyChanged(id=uuid4(), county=owner.county, name="never"), 1
            )
            raise ZeroDivisionError
    kept = uuid4()

    await owner.emit(kept, 1)

    async def only_the_other() -> None:
        assert set(await receiver.toys()) == {kept}

    await eventually(only_the_other)


async def test_with_two_replicas_each_event_takes_effect_once(owner: Owner, receiver: Receiver, engine: Engine) -> None:
    async def count(tx: Transaction, each: Received) -> None:
        await tx.conn.execute("INSERT INTO calls VALUES ($1, $2)", each.event.id, each.envelope.version)

    reaction = Reaction("count", (ToyChanged,), count)
    replica = Receiver(engine, receiver.county)
    owner.relay()
    toys = [uuid4() for _ in range(50)]
    receiver.receive([owner.topic], [reaction])
    replica.receive([owner.topic], [reaction])
    for toy in toys[:30]:
        await owner.emit(toy, 1)

    async def applied(number: int) -> None:
        assert (await receiver.checkpoint(owner.topic))["number"] == number

    await eventually(lambda: applied(30))
    await receiver.stop()
    for toy in toys[30:]:
        await owner.emit(toy, 1)
    await eventually(lambda: applied(50))
    await replica.stop()

    calls = [row["id"] for row in await receiver.conn.fetch("SELECT id FROM calls")]

    assert sorted(calls) == sorted(toys)


async def test_a_duplicate_changes_nothing_a_late_number_fills_its_gap(receiver: Receiver, forger: Forger) -> None:
    toy = forger.good(1)
    forger.good(4, toy, version=4, name="newest")
    forger.good(4, toy, version=4, name="newest")
    forger.flush()
    receiver.receive([forger.topic])

    async def gap_is_open() -> None:
        assert await receiver.gaps(forger.topic) == [(2, 3)]

    await eventually(gap_is_open)
    forger.good(3, toy, version=3, name="late and older")

    forger.good(2, toy, version=2, name="later and older still")
    forger.flush()

    async def gap_is_closed() -> None:
        assert await receiver.gaps(forger.topic) == []

    await eventually(gap_is_closed)
    assert await receiver.toys() == {toy: (4, "newest")}


async def test_an_id_of_another_county_leaves_that_county_s_row_alone(
    receiver: Receiver, forger: Forger, engine: Engine
) -> None:
    other = Owner(engine, county_name())
    await other.open()
    foreign = Forger(engine, other.county)
    toy = forger.good(1, name="the owner's")
    foreign.good(1, toy, version=99, name="an impostor's")
    forger.flush()
    foreign.flush()
    acted: list[str] = []

    async def act(_: Transaction, each: Received) -> None:
        acted.append(each.county)

    receiver.receive([forger.topic, foreign.topic], [PROJECTION, Reaction("acts", (ToyChanged,), act)])

    async def both_are_there() -> None:
        rows = await receiver.conn.fetch("SELECT county, name FROM toys")
        assert {tuple(row) for row in rows} == {(forger.county, "the owner's"), (other.county, "an impostor's")}

    await eventually(both_are_there)
    assert sorted(acted) == sorted([forger.county, other.county])
    await other.close()


async def test_a_stream_that_another_process_stopped_stays_stopped(receiver: Receiver, forger: Forger) -> None:
    forger.good(1)
    forger.flush()
    receiver.receive([forger.topic])

    async def applied() -> None:
        assert (await receiver.checkpoint(forger.topic))["number"] == 1

    await eventually(applied)
    await receiver.conn.execute("UPDATE checkpoints SET stopped = 'said before' WHERE topic = $1", forger.topic)

    for number in range(2, 5):
        forger.good(number, name="broken toy")
    forger.flush()

    async def failed_again() -> None:
        assert (await receiver.checkpoint(forger.topic))["stopped"] != "said before"

    await eventually(failed_again)
    assert (await receiver.checkpoint(forger.topic))["stopped"] is not None
    assert await receiver.letters() == []


async def test_a_stream_stops_after_twenty_errors_until_they_are_fixed(
    receiver: Receiver, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "STOPPED_RETRY_SECONDS", 0.5)
    for number in range(1, 26):
        forger.good(number, name="broken toy")
    forger.flush()
    receiver.receive([forger.topic])

    async def stopped() -> None:
        checkpoint = await receiver.checkpoint(forger.topic)
        assert checkpoint is not None
        assert checkpoint["stopped"] is not None

    await eventually(stopped)
    assert len(await receiver.letters()) == 20
    assert (await receiver.checkpoint(forger.topic))["number"] == 20

    monkeypatch.setattr("tests.delivery.toy.BROKEN", "no toy is broken any more")

    async def goes_on() -> None:
        checkpoint = await receiver.checkpoint(forger.topic)
        assert (checkpoint["number"], checkpoint["stopped"]) == (25, None)

    await eventually(goes_on)
    assert len(await receiver.letters()) == 20
