"""The receiving county's database, and its SQL statements as methods. A backup is a copy of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from types import CodeType
from uuid import UUID

from shared.contracts.restated import StreamRestated
from shared.links import checkpoints
from shared.links import reports as links
from shared.messaging import dead_letters, handlers
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.envelope import parse
from shared.protocol.judging import Judgement, RecordOutcome, read
from shared.protocol.progress import OwnerHead, Progress
from shared.protocol.received import Received
from shared.recovery import dead_letters as settling
from tests.model.log import Place, Record
from tests.model.toys import KNOWN, TOPIC, Toy, stands_for, time_of
from tests.model.truths import Truth, claim

PROJECTION = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the read model."""

    epoch: int
    version: int
    number: int
    projection: int
    withdrawn: bool
    event: Toy

    @property
    def living(self) -> bool:
        return not self.withdrawn and not self.event.final


@dataclass(frozen=True, slots=True)
class Letter:
    judged: Judgement
    open: bool = True


@cache
def condition(sql: str) -> CodeType:
    """Compile the condition of a production upsert. Python compares tuples as PostgreSQL compares rows."""
    return compile(sql.replace(" AND ", " and ").replace(") = (", ") == ("), sql, "eval")


@dataclass
class ReceiverDatabase:
    checkpoint: Checkpoint = field(default_factory=lambda: Checkpoint(TOPIC, Progress(), "", 0, None, None, None))
    rows: dict[UUID, Shown] = field(default_factory=dict)
    letters: dict[tuple[bytes, object, bytes], Letter] = field(default_factory=dict)
    reacted: dict[UUID, Place] = field(default_factory=dict)
    heard: tuple[int, int] = (0, 0)
    heard_at: float = 0.0
    said: tuple[datetime | None, datetime | None] = (None, None)  # what unchanged reports have proved, and the newest
    applied: set[Place] = field(default_factory=set)  # what has had its effect
    marker: str = ""  # the id of the restate that waits to be whole
    floor: Place = (0, 0)  # where the last restate began that was whole
    tainted: set[UUID] = field(default_factory=set)  # what a dead letter older than that may have brought back

    def copy(self) -> ReceiverDatabase:
        progress = replace(self.checkpoint.progress, gaps=list(self.checkpoint.progress.gaps))
        return replace(
            self,
            checkpoint=replace(self.checkpoint, progress=progress),
            rows=dict(self.rows),
            letters=dict(self.letters),
            reacted=dict(self.reacted),
            applied=set(self.applied),
            tainted=set(self.tainted),
        )

    # --- the checkpoint

    @stands_for(checkpoints.lock)
    def lock(self, cluster: str, now: float) -> Checkpoint:
        """Lock the checkpoint. In a new cluster its offset is invalid, so reading begins at the earliest record."""
        self.checkpoint.progress = self.position(now)
        if self.checkpoint.cluster_id != cluster:
            self.checkpoint.cluster_id, self.checkpoint.next_offset = cluster, 0
        return self.checkpoint

    @stands_for(checkpoints._progress)
    def position(self, now: float) -> Progress:
        """The progress as it is read: with what unchanged reports have proved since it was stored."""
        progress = replace(self.checkpoint.progress, gaps=list(self.checkpoint.progress.gaps))
        for as_of in self.said:
            if as_of:
                progress.confirm(as_of, time_of(now))
        return progress

    @stands_for(checkpoints.save)
    def save(self, now: float) -> None:
        self.checkpoint.progress.update_completeness(time_of(now))

    @stands_for(links._STORE)
    def counts(self, age: tuple[int, int], as_of: datetime, now: float) -> bool:
        """Whether such a report is newer than the newest, or so much later that nobody repeats that one."""
        newest = min(self.said[1] or time_of(now), time_of(self.heard_at))
        return self.heard < age or newest + links.OVERTAKES_AFTER < as_of <= time_of(now)

    @stands_for(links.accept_report)
    def hear(self, age: tuple[int, int], heads: Sequence[OwnerHead], now: float) -> None:
        if self.counts(age, heads[0].as_of, now):
            self.heard, self.heard_at = age, now
            for head in heads:
                known = self.checkpoint.progress.owner_head
                claim(known is None or known.as_of <= head.as_of, Truth.NEWEST)
                self.said = None, head.as_of
                self.checkpoint.progress.hear(head, time_of(now))
                self.save(now)

    @stands_for(links._CONFIRM)
    def confirm(self, age: tuple[int, int], as_of: datetime, now: float) -> None:
        proved, newest = self.said
        if self.heard == age and newest and (newest < as_of or newest > time_of(now)):
            self.said, self.heard_at = (newest if newest <= time_of(now) else proved, as_of), now

    # --- effect

    def note(self, judged: Judgement) -> None:
        """Claim that the record is not forged and has not taken effect before; remember it."""
        envelope = judged.envelope
        if envelope and judged.outcome is RecordOutcome.APPLIED:
            place = envelope.epoch, envelope.number
            claim(judged.record.place is not None, Truth.TRUE)
            claim(place not in self.applied, Truth.ONCE)
            self.applied.add(place)
            event, progress = judged.received and judged.received.event, self.checkpoint.progress
            if isinstance(event, StreamRestated) and progress.marker == (event.first, envelope.number):
                self.marker = envelope.id

    @stands_for(handlers.apply, handlers.handle)
    def apply(self, received: Sequence[Received], living: Mapping[str, set[UUID]]) -> None:
        """Apply the events. ``living`` are the keys that each restate has written, by the id of its marker."""
        fresh = [each for each in received if isinstance(each.event, Toy)]
        self.project(fresh)
        for each in fresh:
            self.react(each)
        start = self.checkpoint.progress.complete_restate()
        if start is not None:
            self.withdraw((self.checkpoint.progress.epoch, start), living.get(self.marker, set()))

    @stands_for(handlers.guard, handlers.still_withdrawn)
    def project(self, received: Sequence[Received]) -> None:
        claim(len({each.key for each in received}) == len(received), Truth.ONE_ROW)
        guard, still = condition(handlers.guard("stored")), condition(handlers.still_withdrawn("stored"))
        for each in received:
            assert isinstance(each.event, Toy)
            stored = self.rows.get(each.event.id)
            new = Shown(*each.recency, PROJECTION, False, each.event)
            if stored is None:
                self.rows[each.event.id] = new
                continue
            tables = {"stored": stored, "EXCLUDED": new}
            if eval(guard, tables):
                older = (new.epoch, new.version) < (stored.epoch, stored.version)
                claim(not older, Truth.NOT_OLDER)
                self.rows[each.event.id] = replace(new, withdrawn=bool(eval(still, tables)))

    @stands_for(handlers._react_once, handlers._CLAIM)
    def react(self, each: Received) -> None:
        """React in the outside world, which cannot be undone: once for each version, and never to an older one."""
        age = each.envelope.epoch, each.envelope.version
        if each.envelope.restated or not self.may_react(each, age):
            return
        claim(self.reacted.get(each.event.id, (0, 0)) < age, Truth.REACTION)
        self.reacted[each.event.id] = age

    @stands_for(handlers._CLAIM)
    def may_react(self, each: Received, age: Place) -> bool:
        return self.reacted.get(each.event.id, (0, 0)) < age

    @stands_for(handlers.withdraw, handlers._WITHDRAW)
    def withdraw(self, start: Place, living: set[UUID]) -> None:
        """Withdraw the rows older than ``start``, except those for which a dead letter may hold a newer event."""
        self.floor = start
        spared = self.spared()
        for key, row in self.rows.items():
            if (row.epoch, row.number) < start and not row.withdrawn and str(key).encode() not in spared:
                claim(key not in living, Truth.LIVING)
                self.rows[key] = replace(row, withdrawn=True)

    @stands_for(handlers._WITHDRAW)
    def spared(self) -> set[bytes]:
        """The keys with open dead letters. A false envelope proves nothing about its key, so it does not count."""
        letters = [each.judged for each in self.letters.values() if each.open]
        return {each.record.key for each in letters if each.outcome is not RecordOutcome.FALSE_ENVELOPE}

    # --- dead letters

    @stands_for(dead_letters.store)
    def keep(self, judged: Judgement) -> None:
        record: Record = judged.record
        self.letters.setdefault((record.key, record.headers, record.value), Letter(judged))

    @stands_for(settling.retry)
    def retry(self, letter: Letter, living: Mapping[str, set[UUID]], now: float) -> None:
        record = letter.judged.record
        received = read(record, parse(TOPIC, record.headers), KNOWN).received
        assert received
        if record.place and record.place < max(self.floor, (self.checkpoint.progress.epoch, 0)):
            self.tainted.add(received.event.id)
        self.checkpoint.progress = self.position(now)
        self.apply([received], living)
        self.save(now)
        self.letters[record.key, record.headers, record.value] = replace(letter, open=False)

    @property
    def unknown(self) -> list[Letter]:
        return [
            each for each in self.letters.values() if each.open and each.judged.outcome is RecordOutcome.UNKNOWN_TYPE
        ]
