"""Counters of calls that nobody may follow one by one: whoever reads a number often learns what each call was."""

import time
from collections import defaultdict
from typing import ClassVar

from prometheus_client import Counter

STEP = 10
SECONDS = 3600.0


class CoarseCounter:
    """Counts calls, and shows them in whole tens once an hour.

    So whoever reads the number often learns neither when a call came nor, beside another number, its outcome.
    """

    every: ClassVar[list["CoarseCounter"]] = []

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self._counts: dict[tuple[str, ...], int] = defaultdict(int)
        self._shown_at = time.monotonic()
        self.every.append(self)

    def inc(self, *labels: str) -> None:
        """Counts one more, which does not show yet."""
        self._counts[labels] += 1

    def show(self) -> None:
        """Shows whole steps of STEP once SECONDS have passed; the rest is kept for the next time."""
        if time.monotonic() - self._shown_at < SECONDS:
            return
        self._shown_at = time.monotonic()
        for labels, count in self._counts.items():
            whole = count // STEP * STEP
            if whole:  # even a new 0 would tell that somebody called
                self.counter.labels(*labels).inc(whole)
                self._counts[labels] -= whole
