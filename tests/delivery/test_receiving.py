"""The inbox: it reads on where its own row says, acts on the newest only, and waits out what is nobody's fault."""

from uuid import uuid4

import asyncpg
import pytest
from aiokafka.errors import UnknownTopicOrPartitionError

from infra import topics
from infra.engine import Engine
from shared.contracts.topics import topic_name
from shared.messaging.handlers import Projection, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received
from shared.transport.kafka import KafkaCluster
from tests.delivery.forger import Forger
from tests.delivery.harness import Owner, Receiver, county_name
from tests.delivery.toy import PROJECTION, ToyChanged
from tests.support.waiting import eventually


async def applied(receiver: Receiver, topic: str, number: int) -> None:
    async def there() -> None:
        assert (await receiver.checkpoint(topic))["number"] == number

    await eventually(there)


async def test_the_checkpoint_counts_and_not_the_offset_of_the_group(receiver: Receiver, forger: Forger) -> None:
    toys = [forger.good(number) for number in range(1, 7)]
    forger.flush()
    receiver.receive([forger.topic])
    await applied(receiver, forger.topic, 6)
    await receiver.stop()
    await receiver.kafka.commit(f"{receiver.county}.actors", {forger.topic: 6})
    await receiver.conn.execute("DELETE FROM toys WHERE number > 2")
    await receiver.conn.execute("UPDATE checkpoints SET number = 2, next_offset = 2 WHERE number = 6")

    receiver.receive([forger.topic])
    await applied(receiver, forger.topic, 6)

    assert set(await receiver.toys()) == set(toys)
    assert await receiver.gaps(forger.topic) == []


async def test_in_another_kafka_cluster_reading_begins_at_the_earliest(receiver: Receiver, forger: Forger) -> None:
    toys = [forger.good(number) for number in range(1, 4)]
    forger.flush()
    await receiver.conn.execute(
        "INSERT INTO checkpoints (topic, cluster_id, next_offset) VALUES ($1, 'the cluster before', 3)", forger.topic
    )

    receiver.receive([forger.topic])
    await applied(receiver, forger.topic, 3)

    assert set(await receiver.toys()) == set(toys)


async def test_beyond_the_log_s_end_reading_begins_at_the_earliest(receiver: Receiver, forger: Forger) -> None:
    toys = [forger.good(number) for number in range(1, 4)]
    forger.flush()
    await receiver.conn.execute(
        "INSERT INTO checkpoints (topic, cluster_id, next_offset) VALUES ($1, $2, 900)",
        forger.topic,
        await receiver.kafka.cluster_id(),
    )

    receiver.receive([forger.topic])
    await applied(receiver, forger.topic, 3)

    assert set(await receiver.toys()) == set(toys)


async def test_a_batch_that_skips_offsets_is_not_applied(receiver: Receiver, forger: Forger) -> None:
    inbox = receiver.receive([forger.topic])
    forger.good(1)
    forger.flush()
    await applied(receiver, forger.topic, 1)
    forger.good(2)
    late = forger.good(3)
    forger.flush()
    await applied(receiver, forger.topic, 3)
    zombie = [record async for batch in KafkaCluster(forger.bootstrap).read(forger.topic) for record in batch][2:]
    await receiver.conn.execute("DELETE FROM toys WHERE id = $1", late)

    await receiver.conn.execute("UPDATE checkpoints SET number = 1, next_offset = 1 WHERE number = 3")

    assert not await inbox._apply(forger.topic, zombie)  # a batch it still held when it lost the topic
    assert (await receiver.checkpoint(forger.topic))["number"] == 1


async def test_the_inbox_waits_for_a_topic_that_is_not_there_yet(
    receiver: Receiver, engine: Engine, forger: Forger
) -> None:
    missing = Forger(engine, county_name())
    inbox = receiver.receive([missing.topic])
    topics.apply(engine.kafka, [missing.county])

    toy = missing.good(1)
    missing.flush()

    async def arrived() -> None:
        assert set(await receiver.toys()) == {toy}
        assert inbox.state == "up"

    await eventually(arrived)


async def test_a_missing_topic_is_named(receiver: Receiver, forger: Forger) -> None:
    missing = topic_name(county_name(), "actors")

    with pytest.raises(UnknownTopicOrPartitionError, match=missing):
        async with receiver.kafka.reading([forger.topic, missing], "test"):
            pass


async def test_nothing_reacts_to_an_older_version_that_comes_late(receiver: Receiver, forger: Forger) -> None:
    acted: list[int] = []

    async def act(_: Transaction, each: Received) -> None:
        acted.append(each.envelope.version)

    toy = uuid4()
    forger.good(2, toy, version=2, name="cancelled since")
    forger.flush()
    receiver.receive([forger.topic], [PROJECTION, Reaction("acts", (ToyChanged,), act)])
    await applied(receiver, forger.topic, 2)

    forger.good(1, toy, version=1)
    forger.flush()

    async def filled() -> None:
        assert await receiver.gaps(forger.topic) == []

    await eventually(filled)
    assert acted == [2]
    assert await receiver.toys() == {toy: (2, "cancelled since")}


async def test_only_the_newest_version_in_a_batch_is_acted_on(receiver: Receiver, forger: Forger) -> None:
    acted: list[int] = []

    async def act(_: Transaction, each: Received) -> None:
        acted.append(each.envelope.version)

    toy = uuid4()
    for number in range(1, 21):
        forger.good(number, toy, version=number)
    forger.flush()

    receiver.receive([forger.topic], [Reaction("acts", (ToyChanged,), act)])
    await applied(receiver, forger.topic, 20)

    assert acted == [20]


async def test_an_id_in_two_counties_silences_neither_s_reaction(
    receiver: Receiver, forger: Forger, other: Forger
) -> None:
    acted: set[str] = set()

    async def act(_: Transaction, each: Received) -> None:
        acted.add(each.county)

    toy = other.good(1, version=9)
    other.flush()
    receiver.receive([forger.topic, other.topic], [Reaction("acts", (ToyChanged,), act)])
    await applied(receiver, other.topic, 1)

    forger.good(1, toy, version=1)
    forger.flush()
    await applied(receiver, forger.topic, 1)

    assert acted == {forger.county, other.county}


@pytest.mark.parametrize(
    "trouble",
    [
        asyncpg.DiskFullError("no space left on device"),
        asyncpg.ReadOnlySQLTransactionError("cannot execute UPDATE in a read-only transaction"),
        asyncpg.DeadlockDetectedError("deadlock detected"),
        asyncpg.UndefinedColumnError("a migration is under way"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        ConnectionResetError("the database went away"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
async def test_trouble_that_passes_makes_the_batch_wait(receiver: Receiver, forger: Forger, trouble: Exception) -> None:
    left = [trouble, trouble]  # the batch fails, and would fail again if it were tried event by event

    async def project(conn: asyncpg.Connection, received: object) -> None:
        if left:
            raise left.pop()
        await PROJECTION.project(conn, received)  # type: ignore[arg-type]

    toys = {forger.good(1), forger.good(2)}
    forger.flush()

    receiver.receive([forger.topic], [Projection("toys", 1, (ToyChanged,), project)])

    async def there() -> None:
        assert set(await receiver.toys()) == toys

    await eventually(there)
    assert left == []
    assert await receiver.letters() == []


async def test_events_counted_twice_leave_the_same_rows(owner: Owner, receiver: Receiver, forger: Forger) -> None:
    toys = [forger.good(number) for number in range(1, 5)]
    for number, toy in enumerate(toys, 1):
        forger.good(number, toy)
    forger.flush()

    receiver.receive([forger.topic])

    async def all_read() -> None:
        assert (await receiver.checkpoint(forger.topic))["next_offset"] == 8

    await eventually(all_read)
    assert await receiver.conn.fetchval("SELECT count(*) FROM toys") == 4
    assert (await receiver.checkpoint(forger.topic))["number"] == 4
