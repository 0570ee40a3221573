"""Aggregates that a neighbour has, and their owner has lost, are named, and taken back."""

from uuid import uuid4

import pytest

from shared.recovery.copies import make_copy, read_copy
from shared.rejected import Rejected
from tests.delivery.harness import Owner, Receiver
from tests.delivery.restored import at_work, backed_up, copy_of, emitted, equal, lose_tail, recover
from tests.delivery.toy import PROJECTION


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
