"""What a sender publishes again when its topic ends below where it has ended."""

import asyncio

from shared.links.faults import Faults
from shared.messaging.sender import Sender
from shared.protocol.tail import Tail
from shared.transport.kafka import KafkaCluster


def sender(end: int, confirmed: int) -> Sender:
    made = Sender("norrbotten.shared.actors.v1", KafkaCluster("nowhere"), Faults(), asyncio.Event())
    made._tail = Tail(end, confirmed)
    return made


def test_what_lay_at_the_end_that_was_is_published_again() -> None:
    one = sender(end=14, confirmed=10)

    assert one.refill(before=14, end=12)

    assert one._to_resend == [(9, 10)]
    assert one.end == 12


def test_a_topic_that_has_grown_since_is_not_refilled() -> None:
    one = sender(end=16, confirmed=12)

    assert not one.refill(before=14, end=12)

    assert not one.resends
