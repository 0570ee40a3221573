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
    """One partition. ``cluster`` is the Kafka that has it, and in another one offsets mean nothing."""

    def __init__(self, cluster: int = 1) -> None:
        self.cluster = cluster
        self.first = 0
        self.records: list[Record] = []
        self.shortened = False

    @property
    def end(self) -> int:
        return self.first + len(self.records)

    def append(self, record: Record) -> None:
        self.records.append(replace(record, offset=self.end))

    def read(self, offset: int, count: int) -> list[Record]:
        """What a consumer gets there; from the earliest record if the offset is in no record's place."""
        if not self.first <= offset <= self.end:
            offset = self.first
        return self.records[offset - self.first :][:count]

    def cut(self, count: int) -> None:
        """A broker that lost its power has lost what it had confirmed last."""
        if count:
            del self.records[-count:]
            self.shortened = True

    def purge(self, now: float) -> None:
        """Retention has removed what is older."""
        while self.records and self.records[0].timestamp < (now - RETENTION) * 1000:
            del self.records[0]
            self.first += 1

    def has(self, places: Iterable[Place], offset: int = 0) -> bool:
        """Whether one of these places is in the log, at ``offset`` or after it."""
        wanted = set(places)
        return any(record.offset >= offset and record.place in wanted for record in self.records)
