"""A topic on a Kafka: records at ascending offsets. It may lose its first and last records."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.model.toys import RETENTION, TOPIC

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as consumers see it. ``place`` is its true (epoch, number), known only to the model; None if forged."""

    headers: tuple[tuple[str, bytes], ...]
    value: bytes
    key: bytes
    timestamp: int
    place: Place | None
    offset: int = -1
    topic: str = TOPIC


class Log:
    """One partition. ``cluster`` identifies its Kafka; offsets are valid in that cluster only.

    ``taken`` are the (epoch, number) that it has ever had, ``lost`` those that it has lost. ``hidden`` is true if later
    records may hide such a loss from a reader of the end of the log (docs/protocol.md, R4).
    """

    def __init__(self, cluster: int = 1) -> None:
        self.cluster = cluster
        self.first = 0
        self.records: list[Record] = []
        self.taken: set[Place] = set()
        self.lost: set[Place] = set()
        self.shortened = self.hidden = False

    @property
    def end(self) -> int:
        return self.first + len(self.records)

    @property
    def places(self) -> set[Place]:
        return {record.place for record in self.records if record.place}

    def append(self, record: Record, unexpected: bool = False) -> None:
        """Append the record. ``unexpected`` means that no sender knows of it."""
        self.records.append(replace(record, offset=self.end))
        if record.place:
            self.taken.add(record.place)
            self.lost.discard(record.place)
        if unexpected:
            self.hide()

    def read(self, offset: int, count: int) -> list[Record]:
        """Up to ``count`` records from ``offset``, or from the earliest if the offset is out of range."""
        if not self.first <= offset <= self.end:
            offset = self.first
        return self.records[offset - self.first :][:count]

    def cut(self, count: int) -> None:
        """Remove the last ``count`` records, as a broker does that loses confirmed writes in a power failure."""
        before = self.places
        del self.records[max(len(self.records) - count, 0) :]
        self.lost |= before - self.places
        self.shortened = True
        self.hide()

    def hide(self) -> None:
        above = max(self.places, default=(0, 0))
        forged = not self.places or self.records[-1].place is None  # it lies where a lost one lay
        self.hidden |= any(place < above for place in self.lost) or bool(self.lost and self.end and forged)

    def purge(self, now: float) -> None:
        """Remove the records that are older than the retention time."""
        while self.records and self.records[0].timestamp < (now - RETENTION) * 1000:
            del self.records[0]
            self.first += 1

    def has(self, places: Iterable[Place], offset: int = 0) -> bool:
        """Whether the log has one of these (epoch, number) at or after ``offset``."""
        wanted = set(places)
        return any(record.offset >= offset and record.place in wanted for record in self.records)
