"""Databases restored from a backup: noticed in each way there is, and recovered into a new epoch."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self
from uuid import UUID, uuid4

import pytest

from shared.contracts.links import LinksReported
from shared.contracts.topics import LINKS, topic_name
from shared.links import identity, reporter
from shared.links.identity import RestoredDatabase
from shared.links.reports import newest_reports
from shared.messaging import relay as relay_module
from shared.protocol import judging_reports
from shared.recovery import recovering
from shared.recovery.copies import NeighbourCopy, make_copy, read_copy
from shared.recovery.recovering import RecoveryReport
from shared.recovery.republishing import republish
from shared.rejected import Rejected
from shared.transport.kafka import KafkaCluster
from tests.delivery.harness import PROJECTION, Forger, Node, Owner, Receiver
from tests.support.waiting import eventually


@pytest.fixture(autouse=True)
def _reports_come_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "REPORT_SECONDS", 0.3)


def lose_tail(owner: Owner, patch: pytest.MonkeyPatch) -> None:
    """The topic has its first three records alone: it has lost its tail together with the database."""
    read = KafkaCluster.read

    async def first_three(kafka: KafkaCluster, topic: str, last: int | None = None) -> object:
        seen = 0
        async for batch in read(kafka, topic, last):
            kept = batch[: max(0, 3 - seen)] if topic == owner.topic else batch
            seen += len(kept)
            if kept:
                yield kept

    patch.setattr(KafkaCluster, "read", first_three)


async def at_work(owner: Owner, receiver: Receiver) -> None:
    await owner.stop()
    await receiver.stop()
    owner.relay()
    owner.receive([], reports=[topic_name(receiver.county, LINKS)])
    receiver.relay([owner.topic])
    receiver.receive([owner.topic])


async def emitted(owner: Owner, *toys: UUID, version: int = 1, name: str = "before the backup") -> None:
    for toy in toys:
        await owner.emit(toy, version, name)


async def equal(owner: Owner, receiver: Receiver) -> None:
    """The receiver shows what the owner has, and proves that it is complete."""

    async def same() -> None:
        stream, row = await owner.stream(), await receiver.checkpoint(owner.topic)
        assert (row["epoch"], row["number"]) == (stream["epoch"], stream["numbered"])
        assert await receiver.toys(owner.county) == await owner.toys(owner.county)
        assert row["complete_until"] is not None
        assert await receiver.gaps(owner.topic) == []

    await eventually(same)


async def doubted(owner: Owner) -> str:
    async def said() -> None:
        assert await owner.doubt() is not None

    await eventually(said)
    return str(await owner.doubt())


async def said_by(node: Node, owner: Owner) -> LinksReported:
    """The newest report of ``owner`` that this county has heard."""
    (report,) = [each for each in await newest_reports(node.conn) if each.county == owner.county]
    return report


class Clock(datetime):
    """A clock that goes ``ahead``."""

    ahead = timedelta(minutes=55)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + cls.ahead


async def recover(
    owner: Owner,
    *heard: Receiver,
    copies: Sequence[NeighbourCopy] = (),
    accept_loss: bool = False,
    anew: bool = False,
) -> RecoveryReport:
    place = (owner.conn, owner.kafka, owner.writer, owner.streams(), [PROJECTION])
    counties = [owner.county, *(each.county for each in heard)]
    return await recovering.recover(*place, counties, copies=copies, accept_loss=accept_loss, anew=anew)


async def copy_of(owner: Owner, receiver: Receiver) -> NeighbourCopy:
    """What the receiver's operator sends to the owner's."""
    copy = await make_copy(receiver.conn, receiver.streams(), [PROJECTION], owner.county)
    return read_copy(copy.model_dump_json().encode(), owner.streams())


async def backed_up(owner: Owner, receiver: Receiver) -> list[UUID]:
    """Three toys were in the backup; then one was changed, one made, one was left alone; all of it was published."""
    toys = [uuid4() for _ in range(4)]
    await at_work(owner, receiver)
    await emitted(owner, *toys[:3])
    await equal(owner, receiver)
    await owner.back_up()
    owner.relay()
    await emitted(owner, toys[0], version=2, name="after the backup")
    await emitted(owner, toys[3], name="after the backup")
    await equal(owner, receiver)
    return toys


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


async def test_a_restore_that_a_neighbour_alone_can_tell_is_set_right(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.restore()
    with monkeypatch.context() as patch:
        lose_tail(owner, patch)
        await at_work(owner, receiver)
        doubt = await doubted(owner)
        assert f"{receiver.county} has number 5 in epoch 1, but here the last one is 3" in doubt
        with pytest.raises(Rejected, match=f"{receiver.county} has applied at least 2 more numbers of {owner.topic}"):
            await recover(owner, receiver)
        assert doubt == await owner.doubt()
        assert (await owner.stream())["epoch"] == 1
        report = await recover(owner, receiver, accept_loss=True)
        assert report.topics[owner.topic]["lost"][receiver.county] == 2
        await owner.stop()
    owner.relay()
    owner.receive([], reports=[topic_name(receiver.county, LINKS)])
    await equal(owner, receiver)

    shown = await receiver.toys()

    assert toys[3] not in shown
    assert shown[toys[0]] == (1, "before the backup")


async def test_an_old_range_at_the_topic_s_end_does_not_hide_a_restore(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.messaging import sender

    monkeypatch.setattr(sender, "TAIL_RECORDS", 2)
    await backed_up(owner, receiver)
    assert await republish(owner.conn, owner.kafka, owner.topic, 1, 2) == 2
    await owner.restore()
    await at_work(owner, receiver)
    assert f"{receiver.county} has number 5" in await doubted(owner)
    await recover(owner)
    await at_work(owner, receiver)
    await equal(owner, receiver)


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


@pytest.mark.parametrize("column", ["system_identifier", "timeline", "outbox"])
async def test_another_cluster_timeline_or_table_is_named(owner: Owner, column: str) -> None:
    await identity.check(owner.conn)
    await owner.conn.execute(f"UPDATE identity SET {column} = {column} + 1")
    word = {"system_identifier": "system identifier", "timeline": "timeline", "outbox": "oid of the outbox"}[column]
    with pytest.raises(RestoredDatabase, match=word):
        await identity.check(owner.conn)
    await recovering.accept_moved(owner.conn, owner.kafka, owner.streams(), [owner.county])
    await identity.check(owner.conn)


async def test_a_move_is_not_accepted_where_numbers_disagree(owner: Owner, receiver: Receiver) -> None:
    await backed_up(owner, receiver)
    await owner.restore()

    with pytest.raises(Rejected, match="number 5"):
        await recovering.accept_moved(owner.conn, owner.kafka, owner.streams(), [owner.county])


async def test_a_relay_gives_way_to_a_recovery(owner: Owner, receiver: Receiver) -> None:
    relay = owner.relay()

    async def leads() -> None:
        assert relay.leader

    await eventually(leads)

    async with asyncio.timeout(20):
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
    late = uuid4()
    forger.send(forger.headers(6, late, **{"x-copied-by": b"\xff", "x-empty": None}), forger.data(late), key=b"")
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


async def test_what_neighbours_have_applied_is_read_from_their_topics(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.restore()
    assert await owner.conn.fetchval("SELECT count(*) FROM links WHERE county = $1", receiver.county) <= 1
    await owner.conn.execute("DELETE FROM links")  # the dump is older than every report
    lose_tail(owner, monkeypatch)

    with pytest.raises(Rejected, match="Nothing was recovered"):
        await recover(owner, receiver)

    assert await owner.toys(owner.county) == dict.fromkeys(toys[:3], (1, "before the backup"))


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


async def test_false_records_on_its_topic_give_an_owner_no_doubt(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    await at_work(owner, receiver)
    await emitted(owner, uuid4())
    await equal(owner, receiver)
    await owner.stop()
    forger.send(forger.headers(2, uuid4(), ce_epoch=b"999999999999999999"), b"{}")
    forger.send(forger.headers(2, uuid4()), None)
    forger.flush()

    await at_work(owner, receiver)
    await emitted(owner, uuid4())

    await equal(owner, receiver)
    assert await owner.doubt() is None


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


async def test_a_leader_begins_above_what_its_service_has_said(
    owner: Owner, receiver: Receiver, forger: Forger
) -> None:
    await at_work(owner, receiver)
    await emitted(owner, uuid4())
    await equal(owner, receiver)
    await owner.stop()
    said = await said_by(receiver, owner)
    ahead = said.model_copy(update={"generation": int(time.time() * 1000) + 50_000, "counter": 7})
    forger.report(ahead)  # its clock was ahead by less than a minute, and the backup is older
    forger.flush()

    async def heard(generation: int) -> None:
        assert (await said_by(receiver, owner)).generation == generation

    await eventually(lambda: heard(ahead.generation))

    owner.relay()

    await eventually(lambda: heard(ahead.generation + 1))


@pytest.mark.parametrize("believed", [False, True], ids=["the owner's clock", "everybody's clock"])
async def test_a_county_whose_clock_was_ahead_is_heard_once_it_is_right(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, believed: bool
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.stop()
    with monkeypatch.context() as patch:
        patch.setattr(relay_module, "datetime", Clock)
        patch.setattr(reporter, "datetime", Clock)
        if believed:
            patch.setattr(judging_reports, "CLOCK_SKEW_SECONDS", 2 * Clock.ahead.total_seconds())
        relay = owner.relay()

        async def reported() -> None:
            read = owner.kafka.read(topic_name(owner.county, LINKS))
            said = [LinksReported.read(record.value) async for batch in read for record in batch]
            assert any(each.generation > (time.time() + 3000) * 1000 for each in said)
            assert not believed or (await said_by(receiver, owner)).as_of > datetime.now(UTC)

        await eventually(reported)
    assert relay.leader
    await emitted(owner, toys[1], version=2, name="the clock is right again")
    await equal(owner, receiver)  # by the same leader
    await owner.restore()
    await recover(owner, receiver)

    await at_work(owner, receiver)

    await equal(owner, receiver)
    assert (await receiver.toys())[toys[1]] == (2, "the clock is right again")


async def test_lost_aggregates_are_taken_back_from_a_neighbour(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = await backed_up(owner, receiver)
    copy = await copy_of(owner, receiver)
    await owner.restore()
    with monkeypatch.context() as patch:
        lose_tail(owner, patch)
        report = await recover(owner, receiver, copies=[copy])
        again = await recover(owner, receiver, copies=[copy])
    said = report.topics[owner.topic]
    assert said["lost"] == {}
    back = [{"id": str(toys[0]), "version": 2}, {"id": str(toys[3]), "version": 1}]
    assert said["taken_back"] == sorted(({**each, "county": receiver.county} for each in back), key=str)
    assert (again.done, again.epoch) == (False, report.epoch)
    await at_work(owner, receiver)
    await emitted(owner, toys[0], version=3, name="after the recovery")

    await equal(owner, receiver)

    shown = await receiver.toys()
    assert shown[toys[0]] == (3, "after the recovery")
    assert shown[toys[3]] == (1, "after the backup")


async def test_what_was_given_up_comes_back_with_a_late_copy(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = await backed_up(owner, receiver)
    await owner.restore()
    with monkeypatch.context() as patch:
        lose_tail(owner, patch)
        first = await recover(owner, receiver, accept_loss=True)
    await at_work(owner, receiver)
    await equal(owner, receiver)
    assert toys[3] not in await receiver.toys()
    await owner.stop()

    with monkeypatch.context() as patch:
        lose_tail(owner, patch)
        report = await recover(owner, receiver, copies=[await copy_of(owner, receiver)])

    assert report.epoch > first.epoch
    assert [each["id"] for each in report.topics[owner.topic]["taken_back"]] == [str(toys[3])]
    await at_work(owner, receiver)
    await equal(owner, receiver)
    assert (await receiver.toys())[toys[3]] == (1, "after the backup")


async def test_a_command_since_the_restore_wins_over_a_neighbour_s_copy(
    owner: Owner, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = await backed_up(owner, receiver)
    copy = await copy_of(owner, receiver)
    await owner.restore()
    await emitted(owner, toys[3], name="accepted since the restore")
    await owner.emit(toys[0], 2, "accepted since the restore")
    false = [each.model_copy(update={"subject": uuid4(), "version": 10**12}) for each in copy.records[:1]]
    bad = [each.model_copy(update={"subject": uuid4(), "value": "{}"}) for each in copy.records[:1]]
    hidden = [each.model_copy(update={"subject": uuid4(), "value": None}) for each in copy.records[:1]]
    copy = copy.model_copy(update={"records": (*copy.records, *false, *bad, *hidden)})
    newer = [each.model_copy(update={"version": 3}) for each in copy.records if each.subject == toys[0]]
    copy = copy.model_copy(update={"records": (*copy.records, *newer)})
    lose_tail(owner, monkeypatch)

    with pytest.raises(Rejected, match=f"a neighbour has a newer state of {hidden[0].subject}"):
        await recover(owner, receiver, copies=[copy])
    said = (await recover(owner, receiver, copies=[copy], accept_loss=True)).topics[owner.topic]
    again = await recover(owner, receiver, copies=[copy])

    assert not again.done
    assert (said["taken_back"], said["withheld"]) == ([], sorted(str(each.subject) for each in (*bad, *hidden)))
    assert [(each["id"], each["version"]) for each in said["kept_against_neighbours"]] == [(str(toys[0]), 3)]
    assert (await owner.toys(owner.county))[toys[0]] == (2, "accepted since the restore")


async def test_a_copy_of_other_streams_is_refused(owner: Owner, receiver: Receiver) -> None:
    copy = await make_copy(receiver.conn, receiver.streams(), [PROJECTION], owner.county)

    with pytest.raises(Rejected, match=f"not of actors of {receiver.county}"):
        read_copy(copy.model_dump_json().encode(), receiver.streams())
    with pytest.raises(Rejected, match="no whole copy"):
        read_copy(copy.model_dump_json().encode()[:-1], owner.streams())
