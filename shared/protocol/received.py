"""An event before it is sent and when it has been received, and the newest one of each aggregate."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.event import Event
from shared.protocol.envelope import Envelope, Headers


@dataclass(slots=True)
class Received:
    """An event on a topic of ``county``."""

    county: str
    event: Event
    envelope: Envelope

    @property
    def key(self) -> tuple[str, UUID]:
        """(county, aggregate id): equal ids of two counties are two aggregates."""
        return self.county, self.envelope.subject

    @property
    def recency(self) -> tuple[int, int, int]:
        """That of the envelope."""
        return self.envelope.recency


@dataclass(frozen=True, slots=True)
class Unsent:
    """A record that its writer judges as its readers will, before it is written (docs/protocol.md, J3)."""

    topic: str
    key: bytes
    headers: Headers
    value: bytes
    offset: int = 0


def newest(received: Iterable[Received]) -> list[Received]:
    """The newest event of each aggregate."""
    by_key: dict[tuple[str, UUID], Received] = {}
    for each in received:
        known = by_key.get(each.key)
        if known is None or known.recency <= each.recency:
            by_key[each.key] = each
    return list(by_key.values())
