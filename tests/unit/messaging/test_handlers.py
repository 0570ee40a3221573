"""Only the newest event of an aggregate counts, whatever its type."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from shared.contracts.event import Event
from shared.messaging.handlers import Projection, handle
from shared.messaging.outbox import Writer
from shared.protocol.envelope import Envelope
from shared.protocol.received import Received


class Opened(Event):
    """The older event."""

    event_type: ClassVar[str] = "se.norrsam.actors.Opened.v1"


class Closed(Event):
    """The newer event of the same aggregate."""

    event_type: ClassVar[str] = "se.norrsam.actors.Closed.v1"


async def test_of_two_types_in_a_batch_only_the_newer_event_is_handled() -> None:
    identity = uuid4()
    seen: list[int] = []

    def received(version: int, kind: type[Event]) -> Received:
        envelope = Envelope(
            str(uuid4()), kind.event_type, identity, datetime.now(UTC), 1, version, version, None, None, None
        )
        return Received("norrbotten", kind(id=identity, county="norrbotten"), envelope)

    async def project(_: Any, fresh: Sequence[Received]) -> None:
        seen.extend(each.envelope.version for each in fresh)

    handlers = [Projection("opened", 1, (Opened,), project), Projection("closed", 1, (Closed,), project)]
    conn: Any = None  # unused, because no handler is a reaction
    await handle(conn, Writer("norrbotten", "http://127.0.0.1"), handlers, [received(1, Opened), received(2, Closed)])

    assert seen == [2]
