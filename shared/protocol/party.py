"""Who takes part in delivery."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """A service of a county, the topics that it writes, and those of others that it applies."""

    county: str
    service: str
    writes: Sequence[str]
    reads: Sequence[str]
