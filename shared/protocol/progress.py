"""Where a receiver stands in a stream: what it has applied, what it misses, and until when it is complete.

Pure: no database, no Kafka. Invariant: gaps are ascending, do not touch, and lie below ``number``.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

MAX_NUMBER_JUMP = 1_000_000
"""How far a number may lie above what is known of its stream. A greater one is an error, or a forgery."""

Range = tuple[int, int]
"""Numbers from the first to the last, both included."""


@dataclass(frozen=True, slots=True)
class OwnerHead:
    """What a stream's owner has said of it: all that was committed before ``as_of`` is numbered up to ``last``."""

    epoch: int
    first: int
    last: int
    as_of: datetime


@dataclass(slots=True)
class Progress:
    """A stream's numbers in its present epoch. ``marker`` is the range of a restate that waits to be whole."""

    epoch: int = 1
    number: int = 0
    event_id: str | None = None
    gaps: list[Range] = field(default_factory=list)
    marker: Range | None = None
    owner_head: OwnerHead | None = None
    complete_until: datetime | None = None
    behind_since: datetime | None = None

    @property
    def missing(self) -> int:
        """How many numbers below the checkpoint have not come."""
        return sum(last - first + 1 for first, last in self.gaps)

    @property
    def tail(self) -> tuple[int, int, int] | None:
        """(epoch, first, last) of what the owner has above the checkpoint: on its way, or lost."""
        head = self.owner_head
        if head is None or (head.epoch, head.last) <= (self.epoch, self.number):
            return None
        return head.epoch, self.number + 1 if head.epoch == self.epoch else 1, head.last

    def is_announced(self, epoch: int) -> bool:
        """Whether the owner has named this epoch, or an older one is over."""
        return epoch <= max(self.epoch, self.owner_head.epoch if self.owner_head else 0)

    def is_plausible(self, epoch: int, number: int) -> bool:
        """Whether a number can be true. Before anything of an epoch is known there is nothing to hold it against."""
        known = self.number if epoch == self.epoch else 0
        head = self.owner_head.last if self.owner_head and self.owner_head.epoch == epoch else 0
        return not (known or head) or number <= max(known, head) + MAX_NUMBER_JUMP

    def accept(self, epoch: int, number: int, event_id: str | None = None) -> bool:
        """Whether this is news. From now on it is not; numbers that it jumps over are a gap.

        A higher epoch begins at number 1, and what was missing in the older ones is dropped with them. One that was
        over before it was entered is none: its owner has written everything again in the one that it has named.
        """
        if epoch > self.epoch:
            if self.owner_head and epoch < self.owner_head.epoch:
                return False
            self.epoch, self.number, self.gaps, self.marker = epoch, 0, [], None
        if epoch < self.epoch or number <= self.number:
            return epoch == self.epoch and self._fill(number)
        if number > self.number + 1:
            self.gaps.append((self.number + 1, number - 1))
        self.number, self.event_id = number, event_id
        return True

    def _fill(self, number: int) -> bool:
        place = bisect_right(self.gaps, number, key=lambda gap: gap[0]) - 1
        if place < 0 or number > self.gaps[place][1]:
            return False
        first, last = self.gaps[place]
        self.gaps[place : place + 1] = _nonempty([(first, number - 1), (number + 1, last)])
        return True

    def mark(self, first: int, last: int) -> None:
        """The stream was written again in these numbers; of several restates the newest counts."""
        if self.marker is None or self.marker[1] < last:
            self.marker = (first, last)

    def complete_restate(self) -> int | None:
        """The first number of a restate that has come whole: nothing older counts, and older gaps are closed."""
        if self.marker is None:
            return None
        start, end = self.marker
        if any(first <= end and last >= start for first, last in self.gaps):
            return None
        self.gaps, self.marker = [gap for gap in self.gaps if gap[0] > end], None
        return start

    def update_completeness(self, now: datetime) -> None:
        """``complete_until`` is as late as can be proved, and never later than ``now``.

        ``behind_since`` says since when the owner is known to have more than has come.
        """
        self.behind_since = None if self.tail is None else self.behind_since or now
        if self.owner_head and not self.gaps and self.tail is None:
            until = min(self.owner_head.as_of, now)
            self.complete_until = max(self.complete_until or until, until)


def union(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers as ascending ranges that do not touch."""
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _nonempty(ranges: Iterable[Range]) -> list[Range]:
    return [each for each in ranges if each[0] <= each[1]]
