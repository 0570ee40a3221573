"""Whether an asker waits for an answer, for any kind of request."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.asking import OVERDUE_AFTER, Recency, RequestVersion, awaits_answer, overdue, valid_answer

HOST, OTHER = "jamtland", "norrbotten"


@dataclass(frozen=True)
class Answer:
    county: str
    answers: RequestVersion


def answer(epoch: int, version: int, county: str = HOST) -> Answer:
    return Answer(county, RequestVersion(epoch=epoch, version=version))


def test_an_asker_without_an_answer_waits() -> None:
    assert awaits_answer((1, 1), None)


@pytest.mark.parametrize(
    ("asked", "seen", "still"),
    [((1, 2), (1, 1), True), ((1, 2), (1, 2), False), ((1, 2), (1, 3), False), ((9, 1), (1, 2), True)],
)
def test_an_asker_waits_until_its_newest_version_is_answered(asked: Recency, seen: Recency, still: bool) -> None:
    assert awaits_answer(asked, answer(*seen)) is still


def test_a_foreign_or_withdrawn_answer_is_no_answer() -> None:
    given = answer(1, 1)

    assert valid_answer(given, HOST) is given
    assert valid_answer(None, HOST) is None
    assert awaits_answer((1, 1), valid_answer(answer(1, 1, OTHER), HOST))
    assert awaits_answer((1, 1), valid_answer(given, HOST, withdrawn=True))


def test_a_long_wait_is_told() -> None:
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)

    assert not overdue(noon, noon + OVERDUE_AFTER - timedelta(seconds=1))
    assert overdue(noon, noon + OVERDUE_AFTER)
