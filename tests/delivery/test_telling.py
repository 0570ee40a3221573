"""Each fault is told while it is there, and not any more once its cause has gone."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewPartitions

from shared.contracts.links import Applied, LinksReported, Written, links_id
from shared.contracts.topics import LINKS, topic_name
from shared.links import faults, reports
from shared.links.faults import Fault, FaultKind
from shared.messaging import handlers, inbox, watch
from shared.messaging.inbox import Inbox
from tests.delivery.forger import Forger
from tests.delivery.harness import Node, Owner, Receiver
from tests.support.waiting import DEADLINE, eventually


@pytest.fixture(autouse=True)
def _everything_comes_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(inbox, "LAST_WAIT_SECONDS", 0.5)


async def told(node: Node, reading: Inbox) -> list[tuple[FaultKind, str | None]]:
    found: Sequence[Fault] = [*reading.faults, *await faults.stored(node.conn, reading.topics)]
    return [(each.kind, each.topic) for each in found]


class Reporter:
    """Says on a county's links topic what it likes."""

    def __init__(self, node: Node) -> None:
        self.county, self.topic = node.county, topic_name(node.county, LINKS)
        self._producer = Producer({"bootstrap.servers": node.kafka.bootstrap, "linger.ms": 50})
        self.counter = 0

    def say(self, ahead: float = 0.0, *, written: Sequence[Written] = (), applied: Sequence[Applied] = ()) -> None:
        """A report whose clock is so many seconds ahead."""
        self.counter += 1
        report = LinksReported(
            id=links_id(self.county, "actors"),
            county=self.county,
            service="actors",
            generation=int((time.time() + ahead) * 1000),
            counter=self.counter,
            as_of=datetime.now(UTC) + timedelta(seconds=ahead),
            written=tuple(written),
            applied=tuple(applied),
        )
        self._producer.produce(self.topic, key=b"actors", value=report.write())

    def flush(self) -> None:
        assert self._producer.flush(DEADLINE) == 0


async def test_an_inbox_that_waits_says_why_until_it_reads(receiver: Receiver, forger: Forger) -> None:
    await receiver.conn.execute("INSERT INTO projections VALUES ('toys', 2, true)")
    toy = forger.good(1)
    forger.flush()
    reading = receiver.receive([forger.topic])

    def waits() -> None:
        assert [(fault.kind, fault.topic) for fault in reading.faults] == [(FaultKind.INBOX_WAITS, None)]
        assert "a newer version of this service has taken over toys" in reading.faults[0].detail

    await eventually(waits)

    await receiver.conn.execute("DELETE FROM projections")

    async def reads() -> None:
        assert set(await receiver.toys()) == {toy}
        assert reading.faults == []

    await eventually(reads)


async def test_a_stopped_links_topic_is_told(owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(reports, "accept_report", fail)
    monkeypatch.setattr(inbox, "ERRORS_IN_A_ROW", 2)
    monkeypatch.setattr(inbox, "STOPPED_RETRY_SECONDS", 0.2)
    reading = receiver.receive([owner.topic])
    owner.relay()
    links = topic_name(owner.county, LINKS)

    async def stopped() -> None:
        assert (FaultKind.STREAM_STOPPED, links) in await told(receiver, reading)

    await eventually(stopped)
    monkeypatch.undo()

    async def goes_on() -> None:
        assert (FaultKind.STREAM_STOPPED, links) not in await told(receiver, reading)

    await eventually(goes_on)


async def test_a_doubt_is_stored_also_where_its_batch_is_undone(owner: Owner, receiver: Receiver) -> None:
    said = Reporter(receiver)
    said.say(applied=[Applied(topic=owner.topic, epoch=1, number=99)])
    said.say(written=[Written(topic=receiver.topic, epoch=1, first=1, last=0)])
    said.flush()

    owner.receive([receiver.topic])

    async def doubted() -> None:
        assert "number 99" in (await owner.doubt() or "")

    await eventually(doubted)


async def test_reports_from_another_time_are_told_until_one_counts(owner: Owner, receiver: Receiver) -> None:
    said = Reporter(owner)
    for ahead in (3600.0, 3700.0, 3800.0):
        said.say(ahead)
    said.flush()
    reading = receiver.receive([owner.topic])

    async def muted() -> None:
        assert [(fault.kind, fault.topic) for fault in reading.faults] == [(FaultKind.CLOCK_AHEAD, said.topic)]
        assert f"{owner.county} is not heard: its clock is more than a minute ahead" in reading.faults[0].detail
        assert (await receiver.checkpoint(said.topic))["next_offset"] == 3

    await eventually(muted)
    assert len(await receiver.letters()) == 1
    said.say()
    said.flush()

    def heard() -> None:
        assert reading.faults == []

    await eventually(heard)
    said.say(ahead=-600.0)
    said.flush()

    def older() -> None:
        assert ["actors: not newer" in fault.detail for fault in reading.faults] == [True]

    await eventually(older)


async def test_a_neighbour_s_clock_ahead_is_told(owner: Owner, receiver: Receiver) -> None:
    said = Reporter(owner)
    said.say(ahead=55.0, written=[Written(topic=owner.topic, epoch=1, first=1, last=0)])
    said.flush()
    reading = receiver.receive([owner.topic])

    async def ahead() -> None:
        assert await told(receiver, reading) == [(FaultKind.CLOCK_AHEAD, said.topic)]

    await eventually(ahead)


async def test_an_owner_in_an_epoch_that_is_over_is_told_and_proves_nothing(owner: Owner, receiver: Receiver) -> None:
    await receiver.conn.execute(
        "INSERT INTO checkpoints (topic, epoch, number) VALUES ($1, 1795550000, 40)", owner.topic
    )
    await owner.emit(uuid4(), 1)
    owner.relay()
    reading = receiver.receive([owner.topic])

    async def passed() -> None:
        assert (FaultKind.EPOCH_PASSED, owner.topic) in await told(receiver, reading)

    await eventually(passed)
    row = await receiver.checkpoint(owner.topic)
    assert (row["number"], row["complete_until"]) == (40, None)


async def test_a_restate_that_fails_is_told_and_blames_no_record(
    receiver: Receiver, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(handlers, "withdraw", fail)
    living = forger.good(1)
    forger.marker(first=3, number=4)()  # waits for number 3
    applied = {living, *(forger.good(number) for number in (5, 3, 6))}
    forger.flush()
    reading = receiver.receive([forger.topic])

    async def fails() -> None:
        assert set(await receiver.toys()) == applied
        assert await told(receiver, reading) == [(FaultKind.RESTATE_FAILS, forger.topic)]

    await eventually(fails)
    assert await receiver.letters() == []
    monkeypatch.undo()
    forger.good(7)
    forger.flush()

    async def took_effect() -> None:
        assert living not in await receiver.toys()
        assert await told(receiver, reading) == []
        assert await receiver.gaps(forger.topic) == []

    await eventually(took_effect)


async def test_a_clock_that_kafka_refuses_is_named(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 2 * 3600)
    await owner.emit(uuid4(), 1)
    working = owner.relay()

    def refused() -> None:
        kinds = {(fault.kind, fault.topic) for fault in working.faults}
        assert kinds == {(FaultKind.TIME_REFUSED, topic) for topic in (owner.topic, topic_name(owner.county, LINKS))}

    await eventually(refused)
    monkeypatch.setattr(time, "time", real)

    async def sent() -> None:
        assert [number for _, number, _ in await owner.published()] == [1]
        assert list(working.faults) == []

    await eventually(sent)


async def test_a_partition_too_many_is_told_and_holds_up_nothing(owner: Owner, receiver: Receiver) -> None:
    admin = AdminClient({"bootstrap.servers": owner.kafka.bootstrap})
    (made,) = admin.create_partitions([NewPartitions(owner.topic, 2)]).values()
    await asyncio.to_thread(made.result)
    toy = uuid4()
    await owner.emit(toy, 1)
    working = owner.relay()
    receiver.receive([owner.topic])

    async def goes_on() -> None:
        assert [(fault.kind, fault.topic) for fault in working.faults] == [(FaultKind.PARTITIONS, owner.topic)]
        assert set(await receiver.toys()) == {toy}

    await eventually(goes_on)


async def test_a_topic_that_is_not_there_is_told(owner: Owner, receiver: Receiver) -> None:
    missing = topic_name("nowhere", "actors")
    working = owner.relay([receiver.topic, missing])

    def told_of() -> None:
        kinds = [(fault.kind, fault.topic) for fault in working.faults]
        assert kinds == [(FaultKind.TOPIC_MISSING, missing), (FaultKind.TOPIC_MISSING, topic_name("nowhere", LINKS))]

    await eventually(told_of)
