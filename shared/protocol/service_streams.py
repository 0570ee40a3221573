"""The topics that one service of a county writes and reads."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceStreams:
    """A service of ``county``: it alone writes the topics ``writes``, and it applies the others' topics ``reads``."""

    county: str
    service: str
    writes: Sequence[str]
    reads: Sequence[str]
