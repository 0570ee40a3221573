"""Of several processes of a service one reads and the others stand by; Kafka's groups have no say in it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from confluent_kafka import Consumer, KafkaException, TopicPartition
from structlog.testing import capture_logs

from infra.engine import Engine
from shared.links import checkpoints
from shared.messaging import positions
from shared.messaging.inbox import Inbox
from tests.delivery.forger import Forger
from tests.delivery.harness import Receiver
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


async def test_when_the_reading_process_dies_the_other_reads_on(receiver: Receiver, forger: Forger) -> None:
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


async def test_a_reader_without_its_session_stops_and_one_reads(receiver: Receiver, forger: Forger) -> None:
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
async def test_one_begins_after_the_batch_that_another_applies(receiver: Receiver, contacts: int) -> None:
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


async def test_events_are_applied_though_kafka_forms_no_group(
    receiver: Receiver, forger: Forger, usurper: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "COMMIT_SECONDS", 0.1)
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


async def test_kafka_s_tools_see_the_applied_offsets_in_the_group(
    receiver: Receiver, forger: Forger, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(positions, "COMMIT_SECONDS", 0.1)
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
