"""A topic on a Kafka: records at ascending offsets, of which it may lose the first and the last."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.model.toys import RETENTION, TOPIC

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Record:
    """As consumers see it. ``place`` is its true (epoch, number), which nobody but the model knows; None if forged."""

    headers: tuple[tuple[str, bytes], ...]
    value: bytes
    key: bytes
    timestamp: int
    place: Place | None
    offset: int = -1
    topic: str = TOPIC


class Log:
    """One partition. ``cluster`` is the Kafka that has it, and in another one offsets mean nothing.

    ``lost`` are the places that it had, and has no more; ``hidden`` says that one of them may be found by nobody who
    looks at the end only: what came later lies above it (docs/protocol.md, R4).
    """

    def __init__(self, cluster: int = 1) -> None:
        self.cluster = cluster
        self.first = 0
        self.records: list[Record] = []
        self.lost: set[Place] = set()
        self.shortened = self.hidden = False

    @property
    def end(self) -> int:
        return self.first + len(self.records)

    @property
    def places(self) -> set[Place]:
        return {record.place for record in self.records if record.place}

    def append(self, record: Record, unexpected: bool = False) -> None:
        """``unexpected`` is a record of which no sender knows that it is there."""
        self.records.append(replace(record, offset=self.end))
        if record.place:
            self.lost.discard(record.place)
        if unexpected:
            self.hide()

    def read(self, offset: int, count: int) -> list[Record]:
        """What a consumer gets there; from the earliest record if the offset is in no record's place."""
        if not self.first <= offset <= self.end:
            offset = self.first
        return self.records[offset - self.first :][:count]

    def cut(self, count: int) -> None:
        """A broker that lost its power has lost what it had confirmed last."""
        before = self.places
        del self.records[max(len(self.records) - count, 0) :]
        self.lost |= before - self.places
        self.shortened = True
        self.hide()

    def hide(self) -> None:
        above = max(self.places, default=(0, 0))
        self.hidden |= any(place < above for place in self.lost) or bool(self.lost and self.first and not self.records)

    def purge(self, now: float) -> None:
        """Retention has removed what is older."""
        while self.records and self.records[0].timestamp < (now - RETENTION) * 1000:
            del self.records[0]
            self.first += 1

    def has(self, places: Iterable[Place], offset: int = 0) -> bool:
        """Whether one of these places is in the log, at ``offset`` or after it."""
        wanted = set(places)
        return any(record.offset >= offset and record.place in wanted for record in self.records)
