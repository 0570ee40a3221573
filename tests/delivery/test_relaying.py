"""The relay: one numbers, whoever was frozen cannot; each stream is sent on its own, and again if Kafka has lost it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import asyncpg
import pytest
from aiokafka.errors import MessageSizeTooLargeError

from shared.contracts.topics import STREAMS, topic_name
from shared.messaging import leading, numbering, outbox, sender
from shared.messaging.relay import Relay
from shared.outages import Outage
from shared.protocol.service_streams import ServiceStreams
from shared.recovery import restating
from shared.rejected import Rejected
from shared.transport import sending
from shared.transport.clients import stop
from shared.transport.sending import Producer, send_batch
from tests.delivery.harness import Owner
from tests.support.waiting import DEADLINE, eventually


def sent(owner: Owner, *numbers: int) -> Callable[[], object]:
    async def are_sent() -> None:
        assert [number for _, number, _ in await owner.published()] == list(numbers)

    return are_sent


async def test_a_leader_frozen_past_its_time_out_numbers_no_more(
    owner: Owner,
) -> None:
    frozen = await owner.connect()
    assert await frozen.fetchval("SELECT pg_try_advisory_lock($1)", leading.lock_key("relay"))
    await frozen.execute(numbering.BEGIN_STREAM, owner.topic)
    await frozen.execute(";".join(f"SET {name} = '{_sooner(value)}'" for name, value in leading.SESSION.items()))
    await owner.emit(uuid4(), 1)
    owner.relay()  # waits for the lock, and gets it once Postgres has ended the frozen session
    await eventually(sent(owner, 1))

    await owner.emit(uuid4(), 1)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await numbering.number(frozen, [owner.topic])
    await eventually(sent(owner, 1, 2))


def _sooner(value: str) -> str:
    return value.replace("15s", "300ms")


async def test_two_that_number_at_once_give_each_event_one_number(owner: Owner) -> None:
    await owner.conn.execute(numbering.BEGIN_STREAM, owner.topic)
    for _ in range(40):
        await owner.emit(uuid4(), 1)
    others = [await owner.connect() for _ in range(4)]

    async def number_all(conn: asyncpg.Connection) -> None:
        for _ in range(3):
            with suppress(Outage):
                await numbering.number(conn, [owner.topic])

    await asyncio.gather(*(number_all(conn) for conn in others))
    rows = await owner.conn.fetch("SELECT number FROM outbox ORDER BY position")
    assert [row["number"] for row in rows] == list(range(1, 41))
    assert (await owner.stream())["numbered"] == 40
    for conn in others:
        await conn.close()


async def test_a_row_numbered_elsewhere_does_not_move_the_counter(owner: Owner) -> None:
    await owner.conn.execute(numbering.BEGIN_STREAM, owner.topic)
    toys, elsewhere = [uuid4() for _ in range(3)], await owner.connect()
    for toy in toys:
        await owner.emit(toy, 1)
    async with elsewhere.transaction():
        await elsewhere.execute("UPDATE outbox SET epoch = 1, number = 9 WHERE key = $1", str(toys[1]).encode())
        late = asyncio.create_task(numbering.number(owner.conn, [owner.topic]))
        await eventually(lambda: elsewhere.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))

    with pytest.raises(Outage, match="numbered by another session"):
        await late
    assert (await owner.stream())["numbered"] == 0
    await elsewhere.close()


async def test_a_restate_and_the_numbering_take_turns(owner: Owner) -> None:
    await owner.conn.execute(numbering.BEGIN_STREAM, owner.topic)
    elsewhere = await owner.connect()
    await owner.emit(uuid4(), 1)
    await numbering.number(owner.conn, [owner.topic])
    await owner.emit(uuid4(), 1)

    async with elsewhere.transaction():
        await restating.restate(elsewhere, owner.writer, owner.topic)
        late = asyncio.create_task(numbering.number(owner.conn, [owner.topic]))
        await eventually(lambda: elsewhere.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))

    (row,) = (await late)[owner.topic]
    restated = await owner.conn.fetchval("SELECT count(*) FROM outbox") - 2  # the copies and their marker
    assert row["number"] == 1 + restated + 1 == (await owner.stream())["numbered"]
    await elsewhere.close()


async def test_a_producer_goes_on_after_a_refused_batch(owner: Owner) -> None:
    topic = topic_name(owner.county, "narrow")
    await owner.create_topics({topic: {"max.message.bytes": "1000"}})
    producer = await owner.kafka.producer()
    try:
        await send_batch(producer, topic, [(b"key", b"value", [])])  # Kafka would count from here, if it knew who sends
        with pytest.raises(MessageSizeTooLargeError):
            await send_batch(producer, topic, [(b"key", bytes(2_000), [])])

        _, offset = await send_batch(producer, topic, [(b"key", b"value", [])])
    finally:
        await stop(producer)

    assert offset == 1


async def test_the_relay_s_poll_finds_a_commit_that_nobody_told_it_of(
    owner: Owner,
) -> None:
    owner.relay()
    await owner.emit(uuid4(), 1)
    await eventually(sent(owner, 1))
    replica = owner.replica()

    await replica.emit(uuid4(), 1)  # its wake is another process's event

    await eventually(sent(owner, 1, 2))


async def test_a_topic_that_never_answers_holds_up_no_other_stream(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = topic_name(owner.county, "others")
    monkeypatch.setitem(STREAMS, "others", STREAMS["actors"])
    await owner.create_topics({other: {}})
    monkeypatch.setattr(sending, "CONFIRM_SECONDS", 3.0)  # in which Kafka surely confirms all the others
    real, tried = Producer.send_batch, asyncio.Event()

    async def never_for_the_other(self: Producer, batch: object, topic: str, *, partition: int) -> object:
        if topic == other:
            tried.set()
            await asyncio.Event().wait()
        return await real(self, batch, topic, partition=partition)

    monkeypatch.setattr(Producer, "send_batch", never_for_the_other)
    streams = ServiceStreams(owner.county, "actors", [other, owner.topic], [])
    owner.start(Relay(streams, owner.connect, owner.kafka, owner.wake).run)
    await owner.emit(uuid4(), 1)
    await owner.conn.execute(
        "INSERT INTO outbox (id, topic, key, headers, payload) SELECT gen_random_uuid(), $1, key, headers, payload"
        " FROM outbox",
        other,
    )
    for _ in range(4):
        await owner.emit(uuid4(), 1)
    await eventually(sent(owner, 1, 2, 3, 4, 5))
    await asyncio.wait_for(tried.wait(), DEADLINE)
    acknowledged = "SELECT acknowledged FROM streams WHERE topic = $1"
    assert await owner.conn.fetchval(acknowledged, other) == 0

    monkeypatch.setattr(Producer, "send_batch", real)

    async def the_other_too() -> None:
        assert await owner.conn.fetchval(acknowledged, other) == 1

    await eventually(the_other_too)


async def test_after_a_failure_sending_goes_on_from_the_last_confirmed(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = send_batch, [OSError("the broker went away"), TimeoutError()]

    async def fails_twice(producer: object, topic: str, events: object) -> tuple[int, int]:
        confirmed = await real(producer, topic, events)  # type: ignore[arg-type]
        if failures and topic == owner.topic:
            raise failures.pop()  # sent, but never confirmed
        return confirmed

    monkeypatch.setattr(sender, "send_batch", fails_twice)
    for _ in range(3):
        await owner.emit(uuid4(), 1)

    owner.relay()

    async def confirmed() -> None:
        assert (await owner.stream())["acknowledged"] == 3

    await eventually(confirmed)
    numbers = [number for _, number, _ in await owner.published()]
    assert numbers == [1, 2, 3] * 3


async def test_numbers_that_the_topic_lacks_are_sent_again_at_start(
    owner: Owner,
) -> None:
    for _ in range(3):
        await owner.emit(uuid4(), 1)
    owner.relay()
    await eventually(sent(owner, 1, 2, 3))
    await owner.stop()
    for _ in range(2):
        await owner.emit(uuid4(), 1)
    await numbering.number(owner.conn, [owner.topic])
    await owner.conn.execute("UPDATE streams SET acknowledged = numbered")

    owner.relay()

    await eventually(sent(owner, 1, 2, 3, 4, 5))


async def test_what_was_never_confirmed_is_sent_in_order_and_not_again(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "BATCH", 1)
    await owner.conn.execute(numbering.BEGIN_STREAM, owner.topic)
    for _ in range(3):
        await owner.emit(uuid4(), 1)
    await numbering.number(owner.conn, [owner.topic])

    owner.relay()._senders[owner.topic].resend([(3, 3)])  # a receiver knows of it, and has heard nothing yet

    await eventually(sent(owner, 1, 2, 3))


async def test_versions_that_two_write_at_once_enter_the_log_in_order(
    owner: Owner,
) -> None:
    toy, second = uuid4(), await owner.connect()
    await owner.emit(toy, 1)

    async def change(conn: asyncpg.Connection) -> None:
        for _ in range(10):
            async with conn.transaction():
                version = await conn.fetchval("SELECT version FROM toys WHERE id = $1 FOR UPDATE", toy)
                await conn.execute("UPDATE toys SET version = version + 1 WHERE id = $1", toy)
                await owner.write(conn, toy, version + 1)

    await asyncio.gather(change(owner.conn), change(second))
    rows = await owner.conn.fetch("SELECT headers::jsonb ->> 'ce_aggregateversion' AS v FROM outbox ORDER BY position")
    assert [int(row["v"]) for row in rows] == list(range(1, 22))
    await second.close()


async def test_an_event_too_large_for_a_broker_is_refused_when_written(
    owner: Owner,
) -> None:
    owner.relay()
    with pytest.raises(Rejected, match=f"at most {outbox.MAX_EVENT_BYTES}"):
        await owner.emit(uuid4(), 1, "x" * outbox.MAX_EVENT_BYTES)

    await owner.emit(uuid4(), 1)

    await eventually(sent(owner, 1))
