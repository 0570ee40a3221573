"""How many numbers counties have reported that neither a restored database nor its topic has."""

from typing import Any

import pytest

from shared.contracts.links import Applied
from shared.recovery.reconciling import lost_numbers

TOPIC = "norrbotten.shared.actors.v1"
HOLDERS = {(1, 3): "third", (5, 2): "second of five"}


def applied(epoch: int, number: int, event_id: str | None = None) -> Applied:
    return Applied(topic=TOPIC, epoch=epoch, number=number, event_id=event_id)


@pytest.mark.parametrize(
    ("last", "reported", "lost"),
    [
        ((1, 3), applied(1, 3, "third"), {}),
        ((1, 3), applied(1, 2, "unknown here"), {}),
        ((1, 3), applied(1, 5, "fifth"), {"jamtland": 2}),
        ((1, 3), applied(5, 4), {"jamtland": 4}),
        ((5, 2), applied(1, 9), {}),
        ((1, 3), applied(1, 3, "another third"), {"jamtland": 1}),
        ((5, 2), applied(5, 2, "second of five"), {}),
    ],
)
def test_what_was_reported_beyond_database_and_topic_is_lost(
    last: tuple[int, int], reported: Applied, lost: dict[str, Any]
) -> None:
    assert lost_numbers(last, HOLDERS, {"jamtland": reported}) == lost
