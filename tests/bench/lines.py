"""A line of the result: a subject and its limit, measured in turns, and their ratio.

Only ratios are compared with a gate, because the machine and its load are in both figures.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Measured = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """``subjects`` and ``limits`` pair up round by round. At most one gate is set."""

    what: str
    unit: str
    subjects: Sequence[float]
    limits: Sequence[float]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratios(self) -> list[float]:
        """Subject divided by limit, per round."""
        return [subject / limit for subject, limit in zip(self.subjects, self.limits, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.ratios)

    @property
    def passed(self) -> bool | None:
        """Whether the ratio keeps its gate; None without one."""
        if self.at_least is not None:
            return self.ratio >= self.at_least
        return None if self.at_most is None else self.ratio <= self.at_most

    @property
    def gate(self) -> str:
        """The gate in words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}"

    def as_json(self) -> dict[str, Any]:
        """The line as JSON."""
        return {**asdict(self), "ratio": self.ratio, "passed": self.passed}


def line_from(found: dict[str, Any]) -> Line:
    """Read a line written by `as_json`."""
    return Line(**{name: found[name] for name in Line.__slots__})


async def alternate(rounds: int, *measured: Measured) -> list[list[float]]:
    """Run ``measured`` in turns (A B A B …) after a warm-up of each, and return the results per round."""
    for measure in measured:
        await measure()
    results: list[list[float]] = [[] for _ in measured]
    for _ in range(rounds):
        for measure, figures in zip(measured, results, strict=True):
            figures.append(await measure())
    return results


def percentile(values: Sequence[float], share: float) -> float:
    """The percentile: the value that ``share`` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
