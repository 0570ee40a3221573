"""A topic is read on where its checkpoint says."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from shared.messaging.positions import Positions
from shared.transport.reading import Reading, Record

TOPIC, OTHER = "norrbotten.shared.actors.v1", "norrbotten.shared.links.v1"


@dataclass
class Consumer:
    """Takes down what it is told."""

    told: list[tuple[Any, ...]] = field(default_factory=list)

    def seek(self, topic: str, offset: int) -> None:
        self.told.append(("seek", topic, offset))

    def pause(self, topic: str) -> None:
        self.told.append(("pause", topic))

    def resume(self, topics: list[str]) -> None:
        self.told.extend(("resume", topic) for topic in topics)


@pytest.fixture
def consumer() -> Consumer:
    return Consumer()


@pytest.fixture
def positions(consumer: Consumer) -> Positions:
    return Positions(cast(Reading, consumer), [TOPIC, OTHER])


def record(offset: int) -> Record:
    return Record(TOPIC, 0, offset, 0, 0, None, None, None, -1, -1, ())


def test_every_topic_is_first_sought_at_its_checkpoint(positions: Positions, consumer: Consumer) -> None:
    assert positions.lost == {TOPIC, OTHER}

    positions.seek(TOPIC, 5)

    assert positions.lost == {OTHER}
    assert consumer.told == [("seek", TOPIC, 5)]


def test_a_batch_from_elsewhere_makes_it_seek(positions: Positions, consumer: Consumer) -> None:
    assert not positions.is_next(record(7), wanted=5)

    assert consumer.told == [("seek", TOPIC, 5)]


@pytest.mark.parametrize("offset", [5, 9], ids=["as-wanted", "after-what-retention-left"])
def test_after_a_seek_the_first_that_comes_is_the_next(positions: Positions, consumer: Consumer, offset: int) -> None:
    positions.seek(TOPIC, 5)

    assert positions.is_next(record(offset), wanted=5)


def test_a_jump_counts_as_one_again_once_a_batch_is_applied(positions: Positions) -> None:
    positions.seek(TOPIC, 5)
    positions.applied(TOPIC, 6)

    assert not positions.is_next(record(9), wanted=6)


def test_a_held_topic_is_not_read_before_its_time(positions: Positions, consumer: Consumer) -> None:
    positions.hold(TOPIC, seconds=3_600)
    positions.resume()

    assert consumer.told == [("pause", TOPIC)]


def test_a_topic_held_long_enough_is_read_from_its_checkpoint(positions: Positions, consumer: Consumer) -> None:
    positions.seek(TOPIC, 5)
    positions.seek(OTHER, 5)
    positions.hold(TOPIC, seconds=0)
    positions.resume()
    positions.resume()

    assert consumer.told[2:] == [("pause", TOPIC), ("resume", TOPIC)]
    assert positions.lost == {TOPIC}
