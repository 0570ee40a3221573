"""A topic whose first records retention has removed: reading begins at what is left."""

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from tests.delivery.forger import Forger
from tests.delivery.harness import Receiver
from tests.support.waiting import eventually


async def test_a_broken_event_after_removed_ones_skips_nothing(receiver: Receiver, forger: Forger) -> None:
    for number in range(1, 4):
        forger.good(number)
    forger.flush()
    admin = AdminClient({"bootstrap.servers": receiver.kafka.bootstrap})
    (removed,) = admin.delete_records([TopicPartition(forger.topic, 0, 3)]).values()
    removed.result()
    forger.good(4, name="broken toy")
    kept = [forger.good(5), forger.good(6)]
    forger.flush()

    receiver.receive([forger.topic])

    async def the_rest_is_applied() -> None:
        assert set(await receiver.toys()) == set(kept)

    await eventually(the_rest_is_applied)
    assert [letter["record_offset"] for letter in await receiver.letters()] == [3]
    assert await receiver.gaps(forger.topic) == [(1, 3)]
    assert (await receiver.checkpoint(forger.topic))["next_offset"] == 6
