"""Nothing enters the outbox that a receiver would refuse."""

from typing import Any, ClassVar, cast
from uuid import UUID

import asyncpg
import pytest

from shared.contracts.event import Event
from shared.contracts.registry import MARKERS
from shared.contracts.restated import marker_id
from shared.messaging.outbox import Transaction, Writer
from shared.protocol.judging import MAX_FIRST_VERSION

TOPIC = "norrbotten.shared.actors.v1"


class ToyChanged(Event):
    event_type: ClassVar[str] = "se.norrsam.actors.ToyChanged.v1"

    name: str


class Outbox:
    """Counts what is written."""

    written = 0

    async def fetch(self, *_: object) -> list[tuple[bool, bool]]:
        self.written += 1
        return [(True, True)]


TOY = ToyChanged(id=UUID(int=7), county="norrbotten", name="a toy")
MARKER = MARKERS["actors"](id=marker_id(TOPIC), county="norrbotten", first=3)


async def emit(event: Event, version: int, outbox: Outbox) -> None:
    conn = cast(asyncpg.Connection, outbox)
    await Transaction(conn, Writer("norrbotten", "http://127.0.0.1"), "correlation").emit(event, version)


@pytest.mark.parametrize(("event", "version"), [(TOY, 1), (TOY, MAX_FIRST_VERSION), (MARKER, 3)])
async def test_what_receivers_can_read_is_written(event: Event, version: int) -> None:
    outbox = Outbox()

    await emit(event, version, outbox)

    assert outbox.written == 1


@pytest.mark.parametrize(
    ("event", "changed", "version"),
    [
        (TOY, {"name": "a\0toy"}, 1),
        (TOY, {}, 0),
        (TOY, {}, MAX_FIRST_VERSION + 1),
        (MARKER, {}, 2),  # it would begin above its own number
    ],
)
async def test_what_receivers_would_refuse_is_not_written(event: Event, changed: dict[str, Any], version: int) -> None:
    outbox = Outbox()

    with pytest.raises(ValueError, match="receivers would refuse"):
        await emit(event.model_copy(update=changed), version, outbox)

    assert outbox.written == 0
