"""`norrsam topics apply` waits for a Kafka that has just started or stood still: it counts no broker yet."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import NewTopic

from infra import topics


class YoungKafka:
    """Refuses so many times to make a topic, with this code."""

    def __init__(self, refusals: int, code: int) -> None:
        self.refusals, self.code = refusals, code
        self.made: list[str] = []

    def list_topics(self, timeout: float) -> Any:
        return type("Listed", (), {"topics": {}})

    def create_topics(self, wanted: Sequence[NewTopic], operation_timeout: float) -> dict[str, "Future[None]"]:
        futures = {each.topic: Future[None]() for each in wanted}
        for topic, future in futures.items():
            if self.refusals and topic == wanted[0].topic:
                self.refusals -= 1
                future.set_exception(KafkaException(KafkaError(self.code)))
            else:
                self.made.append(topic)
                future.set_result(None)
        return futures


@pytest.mark.parametrize("code", [KafkaError.INVALID_REPLICATION_FACTOR, KafkaError._TIMED_OUT])
def test_a_refused_topic_alone_is_asked_for_again(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    kafka = YoungKafka(2, code)
    monkeypatch.setattr(topics, "_admin", lambda *_: kafka)
    monkeypatch.setattr(topics, "RETRY_SECONDS", 0)

    found = topics.apply("kafka", ["jamtland"])

    assert sorted(kafka.made) == sorted(each.topic for each in found)


@pytest.mark.parametrize(
    ("code", "seconds"), [(KafkaError.INVALID_REPLICATION_FACTOR, 0), (KafkaError.INVALID_CONFIG, 9)]
)
def test_what_stays_refused_is_raised(monkeypatch: pytest.MonkeyPatch, code: int, seconds: float) -> None:
    monkeypatch.setattr(topics, "_admin", lambda *_: YoungKafka(2, code))
    monkeypatch.setattr(topics, "SECONDS", seconds)

    with pytest.raises(KafkaException):
        topics.apply("kafka", ["jamtland"])
