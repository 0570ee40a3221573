"""Counters of what nobody may follow call by call: who reads a number again and again learns what each call was."""

import time
from collections import defaultdict
from typing import ClassVar

from prometheus_client import Counter

STEP = 10
SECONDS = 3600.0


class CoarseCounter:
    """Counts what nobody may tell one from another: shows whole tens, and a new number once an hour.

    So whoever reads the number again and again learns neither when something happened nor, beside another number,
    what came of it.
    """

    every: ClassVar[list["CoarseCounter"]] = []

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self._counts: dict[tuple[str, ...], int] = defaultdict(int)
        self._shown_at = time.monotonic()
        self.every.append(self)

    def inc(self, *labels: str) -> None:
        """One more, which is not seen yet."""
        self._counts[labels] += 1

    def show(self) -> None:
        """Once SECONDS have passed, whole steps of STEP are shown; the rest goes on counting."""
        if time.monotonic() - self._shown_at < SECONDS:
            return
        self._shown_at = time.monotonic()
        for labels, count in self._counts.items():
            whole = count // STEP * STEP
            if whole:  # a number that appears tells of somebody, were it 0
                self.counter.labels(*labels).inc(whole)
                self._counts[labels] -= whole
