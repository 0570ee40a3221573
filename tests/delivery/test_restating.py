"""A stream written again: receivers close old gaps, and withdraw what is no more."""

import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.contracts import topics as register
from shared.contracts.restated import marker_id
from shared.contracts.topics import LINKS, topic_name
from shared.messaging.handlers import Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.protocol.service_streams import ServiceStreams
from shared.recovery import restating
from shared.recovery.republishing import republish
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver
from tests.delivery.toy import PROJECTION, ToyChanged
from tests.support.waiting import eventually


async def seen(receiver: Receiver, toys: dict[UUID, tuple[int, str]]) -> None:
    async def same() -> None:
        assert await receiver.toys() == toys

    await eventually(same)


async def test_a_restate_withdraws_the_rows_that_the_owner_has_no_more(owner: Owner, receiver: Receiver) -> None:
    owner.relay()
    receiver.receive([owner.topic])
    kept, gone, dead = uuid4(), uuid4(), uuid4()
    await owner.emit(kept, 1)
    await owner.emit(kept, 2, "as it is")
    await owner.emit(gone, 1)
    await owner.emit(dead, 1, "stays, for its newer state may lie among the dead letters")
    await seen(
        receiver, {kept: (2, "as it is"), gone: (1, "a toy"), dead: (1, (await owner.toys(owner.county))[dead][1])}
    )
    await receiver.conn.execute(
        "INSERT INTO dead_letters (topic, fingerprint, reason, detail, record_offset, key, headers)"
        " VALUES ($1, '', 'handler-error', '', 9, $2, '[]')",
        owner.topic,
        str(dead).encode(),
    )
    await owner.conn.execute("DELETE FROM outbox WHERE key = ANY($1)", [str(one).encode() for one in (gone, dead)])
    assert await restating.restate(owner.conn, owner.writer, owner.topic) == 1

    owner.wake.set()

    async def withdrawn() -> None:
        assert set(await receiver.toys()) == {kept, dead}

    await eventually(withdrawn)
    row = await receiver.conn.fetchrow("SELECT * FROM toys WHERE id = $1", gone)
    assert row is not None
    assert (row["epoch"], row["version"]) == (1, 1)
    assert (await receiver.toys())[kept] == (2, "as it is")


async def test_a_restate_is_consecutive_and_its_marker_names_the_first(owner: Owner) -> None:
    for _ in range(3):
        await owner.emit(uuid4(), 1)

    owner.relay()

    async def numbered() -> None:
        assert (await owner.stream())["acknowledged"] == 3

    await eventually(numbered)
    assert await restating.restate(owner.conn, owner.writer, owner.topic) == 3
    rows = await owner.conn.fetch("SELECT number, headers, payload, key FROM outbox WHERE number > 3 ORDER BY number")
    assert [row["number"] for row in rows] == [4, 5, 6, 7]
    assert ['"ce_restated": "true"' in row["headers"] for row in rows] == [True, True, True, False]
    assert rows[-1]["payload"].endswith(b'"from":4}')
    assert rows[-1]["key"] == str(marker_id(owner.topic)).encode()
    ids = [row["id"] for row in await owner.conn.fetch("SELECT id FROM outbox")]
    assert len(set(ids)) == 7

    async def sent() -> None:
        assert [number for _, number, _ in await owner.published()] == list(range(1, 8))

    await eventually(sent)


async def test_a_gap_that_the_owner_cannot_fill_makes_it_restate_once(owner: Owner, receiver: Receiver) -> None:
    toys = [uuid4() for _ in range(4)]
    for toy in toys:
        await owner.emit(toy, 1)
    owner.relay()

    async def sent() -> None:
        assert (await owner.stream())["acknowledged"] == 4

    await eventually(sent)
    await owner.stop()
    await owner.emit(toys[0], 2, "newer")
    await owner.conn.execute("DELETE FROM outbox WHERE number <= 2")  # as retention does, on the topic as well
    streams: ServiceStreams = owner.streams()
    owner.relay(chores=[lambda conn: restating.restate_where_needed(conn, owner.writer, streams)])
    owner.receive([], reports=[topic_name(receiver.county, LINKS)])
    receiver.receive([owner.topic])
    receiver.relay([owner.topic])

    async def caught_up() -> None:
        assert (await receiver.checkpoint(owner.topic))["number"] >= 5

    await eventually(caught_up)

    await receiver.conn.execute("UPDATE checkpoints SET gaps = '{[1,3)}' WHERE number >= 5")

    async def closed() -> None:
        assert await receiver.gaps(owner.topic) == []
        assert (await receiver.checkpoint(owner.topic))["number"] > 5

    await eventually(closed)
    markers = "SELECT count(*) FROM outbox WHERE headers ->> 'ce_type' LIKE '%StreamRestated%'"
    assert await owner.conn.fetchval(markers) == 1
    living = await receiver.toys()
    assert set(living) == {toys[0], toys[2], toys[3]}  # the last event of toys[1] was taken away by hand
    assert living[toys[0]] == (2, "newer")


async def test_nothing_is_withdrawn_before_gaps_in_a_restate_close(receiver: Receiver, forger: Forger) -> None:
    old, restated = forger.good(1, name="old"), uuid4()
    marker = forger.marker(first=2, number=4)
    forger.good(3, restated)
    marker()
    forger.flush()
    receiver.receive([forger.topic])

    async def applied() -> None:
        assert (await receiver.checkpoint(forger.topic))["number"] == 4

    await eventually(applied)
    assert set(await receiver.toys()) == {old, restated}

    late = forger.good(2)
    forger.flush()

    async def withdrawn() -> None:
        assert set(await receiver.toys()) == {restated, late}

    await eventually(withdrawn)


async def test_only_a_newer_event_brings_a_withdrawn_row_back(receiver: Receiver, forger: Forger) -> None:
    toy = forger.good(1, version=3)
    forger.marker(first=2, number=2)()
    forger.good(1, toy, version=3)
    forger.flush()
    receiver.receive([forger.topic])

    async def withdrawn() -> None:
        assert (await receiver.checkpoint(forger.topic))["next_offset"] == 3
        assert await receiver.toys() == {}

    await eventually(withdrawn)
    forger.good(3, toy, version=4, name="back")
    forger.flush()
    await seen(receiver, {toy: (4, "back")})


async def test_only_a_reaction_that_answers_acts_on_a_restate(owner: Owner, receiver: Receiver) -> None:
    acted: list[tuple[str, int]] = []

    def reaction(name: str, answers: bool) -> Reaction:
        async def act(_: Transaction, each: Received) -> None:
            acted.append((name, each.envelope.number))

        return Reaction(name, (ToyChanged,), act, answers)

    await owner.emit(uuid4(), 1)
    owner.relay()

    async def numbered() -> None:
        assert (await owner.stream())["acknowledged"] == 1

    await eventually(numbered)
    await restating.restate(owner.conn, owner.writer, owner.topic)

    async def sent() -> None:
        assert len(await owner.published()) == 3

    owner.wake.set()
    await eventually(sent)
    await receiver.conn.execute("INSERT INTO checkpoints (topic, number, gaps) VALUES ($1, 1, '{}')", owner.topic)

    receiver.receive([owner.topic], [PROJECTION, reaction("greets", False), reaction("answers", True)])

    async def applied() -> None:
        assert (await receiver.checkpoint(owner.topic))["number"] == 3

    await eventually(applied)
    assert acted == [("answers", 2)]


async def test_a_republished_event_is_the_same_but_for_its_time(
    owner: Owner,
) -> None:
    for version in range(1, 6):
        await owner.emit(uuid4(), 1, f"toy {version}")

    owner.relay()

    async def sent() -> None:
        assert (await owner.stream())["acknowledged"] == 5

    await eventually(sent)
    before = [record async for batch in owner.kafka.read(owner.topic) for record in batch]
    begun = int(time.time() * 1000)
    assert await republish(owner.conn, owner.kafka, owner.topic, 2, 3) == 2
    after = [record async for batch in owner.kafka.read(owner.topic) for record in batch]
    again = after[5:]
    assert [(one.headers, one.key, one.value) for one in again] == [
        (one.headers, one.key, one.value) for one in before[1:3]
    ]
    assert min(one.timestamp for one in again) >= begun


async def test_what_lives_was_restated_before_retention_removes_it(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    stream = replace(register.STREAMS["actors"], retention=timedelta(days=30))
    monkeypatch.setitem(register.STREAMS, "actors", stream)
    old, young = uuid4(), uuid4()
    await owner.emit(old, 1, "old but alive")
    await owner.emit(young, 1)
    owner.relay()

    async def sent() -> None:
        assert (await owner.stream())["acknowledged"] == 2

    await eventually(sent)
    await owner.conn.execute(
        "UPDATE outbox SET written_at = written_at - interval '31 days' WHERE key = $1", str(old).encode()
    )
    await restating.purge_log(owner.conn, owner.writer, owner.streams())
    rows = await owner.conn.fetch("SELECT number, key FROM outbox ORDER BY number")
    assert [row["number"] for row in rows] == [2, 3, 4, 5]
    assert {bytes(row["key"]).decode() for row in rows} == {str(old), str(young), str(marker_id(owner.topic))}

    await restating.purge_log(owner.conn, owner.writer, owner.streams())

    assert await owner.conn.fetchval("SELECT max(number) FROM outbox") == 5


async def test_a_restate_writes_the_newest_version_of_each(owner: Owner, receiver: Receiver) -> None:
    toy = uuid4()
    await owner.emit(toy, 1, "before")
    owner.relay()
    receiver.receive([owner.topic])
    await seen(receiver, {toy: (1, "before")})
    second = await owner.connect()
    async with second.transaction():
        await owner.write(second, toy, 2, "changed meanwhile")  # lies below the copy of version 1 in the log
        await owner.conn.execute("SELECT setval(pg_get_serial_sequence('outbox', 'position'), 1000)")
        await restating.restate(owner.conn, owner.writer, owner.topic)
    await second.close()
    owner.wake.set()
    await seen(receiver, {toy: (2, "changed meanwhile")})
    await restating.restate(owner.conn, owner.writer, owner.topic)

    owner.wake.set()

    async def restated_twice() -> None:
        assert (await receiver.checkpoint(owner.topic))["number"] == (await owner.stream())["numbered"]

    await eventually(restated_twice)
    assert await receiver.toys() == {toy: (2, "changed meanwhile")}
