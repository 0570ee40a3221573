"""A receiver's progress in a stream: the numbers applied, the gaps, and the time until which it is complete.

Invariant: gaps are ascending, do not touch, and lie below ``number``.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

MAX_NUMBER_JUMP = 1_000_000
"""How far a number may lie above the highest known one of its stream. A greater one is an error, or a forgery."""

Range = tuple[int, int]
"""(first, last) number, both included."""


@dataclass(frozen=True, slots=True)
class OwnerHead:
    """The owner's newest report of its stream: all that was committed before ``as_of`` has a number up to ``last``."""

    epoch: int
    first: int
    last: int
    as_of: datetime


@dataclass(slots=True)
class Progress:
    """Progress in the stream's present epoch. ``event_id`` is that of ``number``, the highest number applied.

    ``marker`` is the range of a restate that is not complete yet.
    """

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
        """How many numbers are in the gaps."""
        return sum(last - first + 1 for first, last in self.gaps)

    @property
    def tail(self) -> tuple[int, int, int] | None:
        """(epoch, first, last) of the owner's numbers above ours, on their way or lost; None if there are none."""
        head = self.owner_head
        if head is None or (head.epoch, head.last) <= (self.epoch, self.number):
            return None
        return head.epoch, self.number + 1 if head.epoch == self.epoch else 1, head.last

    def is_announced(self, epoch: int) -> bool:
        """Whether the owner has named this epoch or a higher one."""
        return epoch <= max(self.epoch, self.owner_head.epoch if self.owner_head else 0)

    def is_plausible(self, epoch: int, number: int) -> bool:
        """Whether a number is within the bound. There is no bound before any number of the epoch is known."""
        known = self.number if epoch == self.epoch else 0
        head = self.owner_head.last if self.owner_head and self.owner_head.epoch == epoch else 0
        return not (known or head) or number <= max(known, head) + MAX_NUMBER_JUMP

    def accept(self, epoch: int, number: int, event_id: str | None = None) -> bool:
        """Record this number, with a gap for the numbers that it skips; False if it is a duplicate.

        A higher epoch begins at number 1 and drops the gaps of the older ones. An epoch below the one that the owner
        names is skipped: its owner has restated everything in the newer one.
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
        index = bisect_right(self.gaps, number, key=lambda gap: gap[0]) - 1
        if index < 0 or number > self.gaps[index][1]:
            return False
        first, last = self.gaps[index]
        self.gaps[index : index + 1] = _nonempty([(first, number - 1), (number + 1, last)])
        return True

    def mark(self, first: int, last: int) -> None:
        """Note a restate with these numbers, its end marker included; of several restates the newest counts."""
        if self.marker is None or self.marker[1] < last:
            self.marker = (first, last)

    @property
    def restated_from(self) -> int | None:
        """The first number of a restate that has no gap itself, and has not taken effect; None if there is none."""
        if self.marker is None or any(a <= self.marker[1] and b >= self.marker[0] for a, b in self.gaps):
            return None
        return self.marker[0]

    def complete_restate(self) -> int | None:
        """Close the gaps before a restate that has no gap itself, and give its first number; None if there is none."""
        start = self.restated_from
        if self.marker and start is not None:
            self.gaps, self.marker = [gap for gap in self.gaps if gap[0] > self.marker[1]], None
        return start

    def hear(self, head: OwnerHead, now: datetime) -> None:
        """Take the owner's newer report; what the one before it has proved by ``now`` stays proved."""
        self.update_completeness(now)
        self.owner_head = head

    def confirm(self, as_of: datetime, now: datetime) -> None:
        """Take a later report of the owner that says the same of its stream."""
        if self.owner_head:
            self.hear(replace(self.owner_head, as_of=as_of), now)
            self.update_completeness(now)

    def update_completeness(self, now: datetime) -> None:
        """Set ``complete_until`` to the latest time that is proved. A report from after ``now`` proves nothing yet, and
        one of an epoch that is over proves nothing at all.

        ``behind_since`` becomes the time since when the owner has had numbers above ours; None if it has none.
        """
        self.behind_since = None if self.tail is None else self.behind_since or now
        head = self.owner_head
        if head and head.as_of <= now and head.epoch >= self.epoch and not self.gaps and self.tail is None:
            self.complete_until = max(self.complete_until or head.as_of, head.as_of)


def joined(gaps: Mapping[str, Sequence[Range]], most: int) -> dict[str, list[Range]]:
    """The gaps of each topic in at most ``most`` ranges over all topics, or one for each; the widest first.

    The closest neighbours are joined: the numbers between them are published once more than needed.
    """
    between = sorted(
        (after[0] - before[1], topic, after) for topic, ranges in gaps.items() for before, after in pairwise(ranges)
    )
    excess = max(0, sum(map(len, gaps.values())) - most)
    to_join = {(topic, after) for _, topic, after in between[:excess]}
    result: dict[str, list[Range]] = {}
    for topic, ranges in gaps.items():
        merged: list[Range] = []
        for each in ranges:
            if (topic, each) in to_join:
                merged[-1] = (merged[-1][0], each[1])
            else:
                merged.append(each)
        result[topic] = sorted(merged, key=lambda gap: gap[0] - gap[1])
    return result


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
