"""The public statistics: of this county's signals, by quarter, as far as no small number can be worked out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.reports.domain.catalogue import Period
from shared.disclosure import Counts, Sum

PublicName = tuple[str, str]
TOTAL: PublicName = ("signals", "ALL")
_HAZARDS = {"H0": "H0-H1", "H1": "H0-H1", "H2": "H2-H4", "H3": "H2-H4", "H4": "H2-H4"}
DIMENSIONS = ("kind", "origin", "hazard", "category")
"""Each is a table of its own: what a signal is in two of them together is not told."""
KEPT_QUARTERS = 8
"""So many of the newest quarters are looked at again, because a signal may have been withdrawn."""


def public_quarters(today: date) -> Iterator[Period]:
    """The quarters whose numbers may be public, newest first: a full quarter lies between each and ``today``."""
    at = today.year * 4 + (today.month - 1) // 3 - 2
    for number in range(at, at - KEPT_QUARTERS, -1):
        yield Period(number // 4, number % 4 + 1)


def tables(groups: Sequence[Mapping[str, object]]) -> Counts[PublicName]:
    """The numbers of a quarter and their sums, of the signals in ``groups``, which have a ``count`` each."""
    counts: dict[PublicName, int] = {TOTAL: 0}
    parts: dict[str, list[PublicName]] = {dimension: [] for dimension in DIMENSIONS}
    for group in groups:
        number = group["count"]
        assert isinstance(number, int)
        counts[TOTAL] += number
        for dimension in DIMENSIONS:
            value = str(group[dimension])
            name = (dimension, _HAZARDS.get(value, "UNKNOWN") if dimension == "hazard" else value)
            if name not in counts:
                parts[dimension].append(name)
            counts[name] = counts.get(name, 0) + number
    return Counts(counts, tuple(Sum(TOTAL, tuple(names)) for names in parts.values() if names))
