"""When a process takes up a county that has joined: pure looks, with a Kafka that is played."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError
from structlog.testing import capture_logs

from services.trainings.service import service as trainings
from services.workspace.service import service as pages
from shared.contracts.counties import parse
from shared.contracts.topics import topic_name
from shared.runtime.newcomers import newcomers_are_here
from shared.runtime.service import AnyService
from shared.runtime.settings import Settings
from shared.transport.kafka import KafkaCluster
from shared.transport.reading import Bounds

STREAMS = ("actors", "enrolments", "links", "trainings")
TOPICS = [topic_name("gavleborg", stream) for stream in STREAMS]


class Look:
    """A process that was started before the county joined."""

    def __init__(self, file: Path, patch: pytest.MonkeyPatch) -> None:
        self.settings, self.file, self.topics = Settings(joined=file), file, list[str]()
        self.away, self.said = False, list[str]()
        patch.setattr(KafkaCluster, "bounds", lambda _, topics: self._bounds(topics))

    async def _bounds(self, topics: Sequence[str]) -> dict[str, Bounds]:
        if self.away:
            raise KafkaConnectionError("away")
        return {topic: Bounds(1, 0, 0) for topic in topics if topic in self.topics}

    async def is_time(self, service: AnyService = trainings) -> bool:
        with capture_logs() as logged:
            found = await newcomers_are_here([service], self.settings, parse("norrbotten:25")[0])
        self.said = [line["event"] for line in logged]
        return found


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    return Look(tmp_path / "joined", monkeypatch)


async def test_while_nobody_joins_nothing_is_asked(look: Look) -> None:
    look.away = True

    assert (await look.is_time(), look.said) == (False, [])


async def test_a_newcomer_is_taken_up_once_all_may_be_read(look: Look) -> None:
    look.file.write_text("gavleborg:21\n")

    for number in range(len(TOPICS)):
        look.topics = TOPICS[:number]
        assert (await look.is_time(), look.said) == (False, ["counties.wait"])
    look.topics = TOPICS
    assert (await look.is_time(), look.said) == (True, ["counties.joined"])


async def test_while_kafka_is_away_a_newcomer_waits(look: Look) -> None:
    look.file.write_text("gavleborg:21\n")
    look.away = True

    assert (await look.is_time(), look.said) == (False, ["counties.wait"])


async def test_pages_ask_no_kafka_for_a_newcomer(look: Look) -> None:
    look.file.write_text("gavleborg:21\n")
    look.away = True

    assert await look.is_time(pages)


async def test_a_file_that_cannot_be_used_ends_no_process(look: Look) -> None:
    look.file.write_text("Gävleborg\n")

    assert (await look.is_time(), look.said) == (False, ["counties.unreadable"])
