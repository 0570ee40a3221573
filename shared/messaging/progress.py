"""Which numbers of a stream have been applied: the highest one seen, and the gaps below it.

Pure: no database, no Kafka. Invariant: gaps are ascending, do not touch, and lie below ``number``.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

LEAP = 1_000_000
"""How far a number may lie above the checkpoint. A greater one is not a gap but an error, or a forgery."""


@dataclass(slots=True)
class Progress:
    """A stream's numbers in its present epoch. ``gaps`` are ranges (first, last), both missing."""

    number: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """How many numbers below the checkpoint have not come."""
        return sum(last - first + 1 for first, last in self.gaps)

    def believable(self, number: int) -> bool:
        """Whether a number can be true. Before the first number of a stream there is nothing to hold it against."""
        return self.number == 0 or number <= self.number + LEAP

    def take(self, number: int) -> bool:
        """Whether ``number`` is news. From now on it is not; numbers that it jumps over are a gap."""
        if number > self.number:
            if number > self.number + 1:
                self.gaps.append((self.number + 1, number - 1))
            self.number = number
            return True
        return self._fill(number)

    def _fill(self, number: int) -> bool:
        place = bisect_right(self.gaps, number, key=lambda gap: gap[0]) - 1
        if place < 0 or number > self.gaps[place][1]:
            return False
        first, last = self.gaps[place]
        self.gaps[place : place + 1] = list(_nonempty([(first, number - 1), (number + 1, last)]))
        return True


def _nonempty(ranges: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    return (gap for gap in ranges if gap[0] <= gap[1])
