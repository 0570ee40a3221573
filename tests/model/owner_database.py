"""The publishing county's database, and its SQL statements as methods. A backup is a copy of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from uuid import UUID

from shared.contracts.links import LinksReported
from shared.contracts.restated import StreamRestated, marker_id
from shared.links import freshness, identity
from shared.messaging import handlers, numbering, sender
from shared.messaging.outbox import Transaction
from shared.protocol import envelope
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.contradiction import contradiction
from shared.protocol.progress import Progress
from shared.recovery import restating
from tests.model.log import Place, Record
from tests.model.toys import COUNTY, MARGIN, RETENTION, TOPIC, Toy, ToysRestated, headers_of, stands_for
from tests.model.truths import Truth, claim

NOT_YET = (2**62, 0)
"""A place above every other one: that of a row without a number."""


@dataclass(slots=True)
class Row:
    """A row of the outbox; its position is its index in the list."""

    id: UUID
    event: Toy | StreamRestated
    version: int
    written_at: float
    again: bool = False
    place: Place | None = None

    @property
    def key(self) -> UUID:
        return self.event.id

    @property
    def number(self) -> int:
        return self.place[1] if self.place else 0

    def record(self, now: float) -> Record:
        """The record that the relay sends for this row."""
        assert self.place is not None
        headers = envelope.numbered(headers_of(self.event, self.id, self.version, self.again), *self.place)
        key = str(self.key).encode()
        return Record(tuple(headers), self.event.write(), key, int(now * 1000), self.place)


@dataclass(frozen=True, slots=True)
class Own:
    """A row of the owner's own table."""

    epoch: int
    version: int
    number: int
    event: Toy


@dataclass(frozen=True, slots=True)
class Written:
    """A committed command. ``unsure`` if it was committed between a restore and the recovery."""

    event: Toy
    at: float
    unsure: bool = False


@dataclass
class OwnerDatabase:
    epoch: int = 1
    numbered: int = 0
    acknowledged: int = 0
    generation: int = 0
    restated_at: float | None = None
    doubt: str | None = None
    toys: dict[UUID, Own] = field(default_factory=dict)
    outbox: list[Row] = field(default_factory=list)
    reports: dict[str, LinksReported] = field(default_factory=dict)
    history: list[Written] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(1))  # no id comes twice, also after a restore

    def copy(self) -> OwnerDatabase:
        return replace(
            self,
            toys=dict(self.toys),
            outbox=[replace(row) for row in self.outbox],
            reports=dict(self.reports),
            history=list(self.history),
        )

    # --- writing

    @stands_for(Transaction.emit)
    def emit(self, event: Toy | StreamRestated, version: int, now: float, again: bool = False) -> Row:
        self.outbox.append(Row(UUID(int=next(self.ids)), event, version, now, again))
        return self.outbox[-1]

    @stands_for(Transaction)
    def write(self, event: Toy, now: float, unsure: bool) -> None:
        """Change a toy and put its event into the outbox, in one transaction."""
        before = self.toys.get(event.id)
        epoch, version = (before.epoch, before.version) if before else (1, 0)
        self.toys[event.id] = Own(epoch, version + 1, 0, event)
        self.history.append(Written(event, now, unsure))
        self.emit(event, version + 1, now)

    # --- numbering

    @stands_for(numbering.number)
    def unnumbered(self) -> list[Row]:
        return [row for row in self.outbox if row.place is None]

    @stands_for(numbering.number, "UPDATE … WHERE number IS NULL", "UPDATE streams … WHERE numbered = before")
    def number(self, rows: list[Row], before: int) -> None:
        """Give the rows the next numbers, unless another session has numbered since ``before`` was read."""
        if self.numbered != before or any(row.place for row in rows):
            return
        self.assign({row.id: (self.epoch, before + step) for step, row in enumerate(rows, 1)})
        self.numbered = before + len(rows)

    @stands_for("UNIQUE (topic, epoch, number)")
    def assign(self, places: Mapping[UUID, Place]) -> None:
        for row in self.outbox:
            row.place = places.get(row.id, row.place)
        given = [row.place for row in self.outbox if row.place]
        claim(len(given) == len(set(given)), Truth.NUMBER)

    def numbered_rows(self, first: Place, last: Place) -> list[Row]:
        """The rows from ``first`` to ``last``, both included, in order of (epoch, number)."""
        rows = [row for row in self.outbox if row.place and first <= row.place <= last]
        return sorted(rows, key=lambda row: row.place or first)

    @property
    def confirmed(self) -> set[Place]:
        """The (epoch, number) that count as confirmed by Kafka, in the present epoch."""
        return {
            row.place
            for row in self.outbox
            if row.place and row.place[0] == self.epoch and row.place[1] <= self.acknowledged
        }

    @stands_for(freshness.written)
    def first(self) -> int:
        """The lowest number of the present epoch in the outbox; the next number if there is none."""
        numbers = [row.place[1] for row in self.outbox if row.place and row.place[0] == self.epoch]
        return min(numbers, default=self.numbered + 1)

    # --- is this the database that published?

    @stands_for(identity.own_checkpoint, identity.look_up_versions)
    def own_checkpoint(self) -> Checkpoint:
        versions: dict[UUID, int] = {}
        for row in self.outbox:
            versions[row.key] = max(versions.get(row.key, 0), row.version)
        return Checkpoint(TOPIC, Progress(self.epoch, self.numbered), "", 0, None, None, None, versions)

    @stands_for(identity.record_contradiction)
    def compare(self, places: Iterable[tuple[int, int, str | None]], source: str) -> None:
        """Store a doubt if ``places``, read from ``source``, contradict this database."""
        ids = {row.place[1]: str(row.id) for row in self.outbox if row.place and row.place[0] == self.epoch}
        doubt = contradiction((self.epoch, self.numbered), ids, places)
        self.doubt = self.doubt or (f"{source} has {doubt}" if doubt else None)

    @stands_for(sender._ALIGN)
    def align(self, highest: Place) -> None:
        self.acknowledged = 0 if self.epoch > highest[0] else min(self.acknowledged, highest[1])

    # --- restating

    @stands_for(restating._LIVING)
    def living(self) -> list[Row]:
        """The last event of every toy that has not ended, in the order of their keys."""
        last = {row.key: row for row in sorted(self.outbox, key=lambda row: (*(row.place or NOT_YET)[:1], row.version))}
        return [last[key] for key in sorted(last) if not last[key].event.final]

    @stands_for(restating.restate)
    def restate(self, now: float, living: list[Row] | None = None) -> tuple[UUID, set[UUID]]:
        """Restate the stream; returns the marker's id and the keys of the living toys."""
        rows = self.living() if living is None else living
        first = self.numbered + 1
        again = [self.emit(row.event, row.version, now, again=True) for row in rows]
        marker = ToysRestated(id=marker_id(TOPIC), county=COUNTY, first=first)
        again.append(self.emit(marker, first + len(rows), now))
        self.assign({row.id: (self.epoch, number) for number, row in enumerate(again, first)})
        self.numbered += len(again)
        self.restated_at = now
        return again[-1].id, {row.key for row in rows}

    @stands_for(restating._OLDEST)
    def must_restate(self, now: float) -> bool:
        """Whether retention will soon remove the last event of a living toy, or the last restate."""
        times = [row.written_at for row in self.living()]
        oldest = min([*times, *([self.restated_at] if self.restated_at else [])], default=now)
        return oldest < now - (RETENTION - MARGIN)

    @stands_for(restating._PURGE)
    def purge(self, now: float) -> None:
        confirmed = (self.epoch, self.acknowledged)
        self.outbox = [
            row
            for row in self.outbox
            if row.place is None or row.place > confirmed or row.written_at >= now - RETENTION
        ]

    # --- taking over

    @stands_for(handlers.guard)
    def project(self, key: UUID, own: Own) -> None:
        """Upsert an event that recovery takes over into the owner's own table."""
        before = self.toys.get(key)
        if before is None or (before.epoch, before.version, before.number) < (own.epoch, own.version, own.number):
            self.toys[key] = own
