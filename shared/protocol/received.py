"""An event that has come, and which of several counts: the newest version of its aggregate."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.event import Event
from shared.protocol.envelope import Envelope


@dataclass(frozen=True, slots=True)
class Received:
    """An event of ``county``, which owns its topic. Its key is (county, event.id)."""

    county: str
    event: Event
    envelope: Envelope

    @property
    def key(self) -> tuple[str, UUID]:
        """Whose aggregate it is: ids of two counties never meet."""
        return self.county, self.envelope.subject

    @property
    def recency(self) -> tuple[int, int, int]:
        """(epoch, version, number): the higher, the newer. A restate says the same version under a new number."""
        return self.envelope.epoch, self.envelope.version, self.envelope.number


def newest(received: Iterable[Received]) -> list[Received]:
    """Of each aggregate the newest event."""
    found: dict[tuple[str, UUID], Received] = {}
    for each in received:
        known = found.get(each.key)
        if known is None or known.recency <= each.recency:
            found[each.key] = each
    return list(found.values())
