"""A line of the result: a subject beside its limit, measured in turns, and the ratio of the two.

Only ratios are compared with a gate: the machine, and what else runs on it, is in both figures alike.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Measured = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """``subjects`` and ``limits`` belong together round by round. At most one of the gates is set."""

    what: str
    unit: str
    subjects: Sequence[float]
    limits: Sequence[float]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratios(self) -> list[float]:
        """Subject by limit, of each round."""
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
        """All of it, for a file."""
        return {**asdict(self), "ratio": self.ratio, "passed": self.passed}


def line_from(found: dict[str, Any]) -> Line:
    """The line that `as_json` has written."""
    return Line(**{name: found[name] for name in Line.__slots__})


async def alternate(rounds: int, *measured: Measured) -> list[list[float]]:
    """What each of ``measured`` gave in each round: A B A B …, after one of each that does not count."""
    for measure in measured:
        await measure()
    results: list[list[float]] = [[] for _ in measured]
    for _ in range(rounds):
        for measure, figures in zip(measured, results, strict=True):
            figures.append(await measure())
    return results


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
