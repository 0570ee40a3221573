"""A database restored from a backup is noticed, in each way there is."""

from uuid import uuid4

import pytest

from shared.contracts.topics import LINKS, topic_name
from shared.links import identity
from shared.links.identity import RestoredDatabase
from shared.recovery import recovering
from shared.recovery.republishing import republish
from shared.rejected import Rejected
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver
from tests.delivery.restored import at_work, backed_up, doubted, emitted, equal, lose_tail, recover


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
