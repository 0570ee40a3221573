"""Of several processes of a service one reads and the others stand by; Kafka's groups have no say in it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from confluent_kafka import Consumer, KafkaException, TopicPartition
from structlog.testing import capture_logs

from infra.engine import Engine
from shared.links import checkpoints
from shared.messaging import inbox as inbox_module
from shared.messaging.inbox import Inbox
from tests.delivery.harness import Forger, Receiver
from tests.support.waiting import eventually

END_SESSIONS_WITH_A_LOCK = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
"""


async def become(inbox: Inbox, state: str) -> None:
    await eventually(lambda: inbox.state == state)


async def applied(receiver: Receiver, forger: Forger, number: int) -> None:
    async def there() -> None:
        assert (await receiver.checkpoint(forger.topic))["number"] == number

    await eventually(there)


async def test_given_two_processes_when_the_one_that_reads_dies_then_the_other_goes_on_where_it_was(
    receiver: Receiver, forger: Forger
) -> None:
    first = receiver.receive([forger.topic])
    toys = {forger.good(1)}
    forger.flush()
    await applied(receiver, forger, 1)
    replica = receiver.replica()
    second = replica.receive([forger.topic])
    await become(second, "stands by")
    assert first.state == "up"
    await receiver.stop()
    toys.add(forger.good(2))
    forger.flush()
    await applied(receiver, forger, 2)
    assert second.state == "up"
    assert set(await receiver.toys()) == toys
    await replica.stop()


async def test_given_a_reader_that_loses_its_session_while_nothing_comes_then_it_finds_out_and_one_reads(
    receiver: Receiver, forger: Forger
) -> None:
    first = receiver.receive([forger.topic])
    await become(first, "up")
    replica = receiver.replica()
    second = replica.receive([forger.topic])
    await become(second, "stands by")
    await receiver.conn.execute(END_SESSIONS_WITH_A_LOCK)
    first.state = second.state = "as before"

    async def one_reads() -> None:
        assert {first.state, second.state} == {"up", "stands by"}

    await eventually(one_reads)
    forger.good(1)
    forger.flush()
    await applied(receiver, forger, 1)
    await replica.stop()


@pytest.mark.parametrize("contacts", [0, 1], ids=["at first contact", "later"])
async def test_given_one_that_applies_a_batch_when_another_begins_then_it_waits_and_goes_on_from_there(
    receiver: Receiver, contacts: int
) -> None:
    async def contact(offset: int, meanwhile: Callable[[], Awaitable[None]] | None = None) -> int:
        conn = await receiver.connect()
        try:
            async with conn.transaction():
                checkpoint = await checkpoints.lock(conn, "a topic", "a cluster")
                found, checkpoint.next_offset = checkpoint.next_offset, offset
                if meanwhile:
                    await meanwhile()
                await checkpoints.save(conn, checkpoint)
        finally:
            await conn.close()
        return found

    others: list[asyncio.Task[int]] = []

    async def another_begins() -> None:
        others.append(asyncio.create_task(contact(9)))
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )

        async def waits_or_is_over() -> None:
            assert others[0].done() or await receiver.conn.fetchval(waiting)

        await eventually(waits_or_is_over)

    for _ in range(contacts):
        await contact(3)
    await contact(7, another_begins)
    assert await others[0] == 7


@pytest.fixture
def usurper(engine: Engine, receiver: Receiver) -> Iterator[Consumer]:
    """A member of the service's group whose kind of membership keeps all others out."""
    consumer = Consumer(_settings(engine, receiver) | {"group.protocol": "consumer"})
    yield consumer
    consumer.close()


async def test_given_a_group_that_kafka_lets_nobody_join_when_events_come_then_they_are_applied_all_the_same(
    receiver: Receiver, forger: Forger, usurper: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "SHOW_SECONDS", 0.1)
    usurper.subscribe([forger.topic])

    async def is_in() -> None:
        await asyncio.to_thread(usurper.poll, 0.1)
        assert usurper.assignment()

    await eventually(is_in)
    toys = {forger.good(1)}
    forger.flush()
    with capture_logs() as logged:
        inbox = receiver.receive([forger.topic])
        await applied(receiver, forger, 1)
        await eventually(lambda: [each for each in logged if each["event"] == "inbox.offsets-not-shown"])
    assert set(await receiver.toys()) == toys
    assert inbox.state == "up"


async def test_given_what_was_applied_then_tools_of_kafka_see_it_as_offsets_of_the_group(
    receiver: Receiver, forger: Forger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_module, "SHOW_SECONDS", 0.1)
    receiver.receive([forger.topic])
    for number in range(1, 4):
        forger.good(number)
    forger.flush()
    tool = Consumer(_settings(engine, receiver))

    async def shown() -> None:
        try:
            (place,) = await asyncio.to_thread(tool.committed, [TopicPartition(forger.topic, 0)])
        except KafkaException as error:
            raise AssertionError("the group's coordinator is not there yet") from error
        assert place.offset == 3

    await eventually(shown)
    await asyncio.to_thread(tool.close)


def _settings(engine: Engine, receiver: Receiver) -> dict[str, str | int | bool]:
    return {"bootstrap.servers": engine.kafka, "group.id": f"{receiver.county}.actors", "log_level": 0}
