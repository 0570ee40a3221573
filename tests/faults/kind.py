"""A kind of fault."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.faults.field import Field

KAFKA, POSTGRES = "kafka", "postgres"
LINKS = "links"
"""The links between the Kafkas of two counties."""
SERVERS = frozenset({KAFKA, POSTGRES})


@dataclass(frozen=True)
class Kind:
    """``strike`` harms a county (or all), heals it, and returns a description of the hit; None if it missed.

    ``needs`` are the servers that no other fault may touch meanwhile. The county is always reserved. A ``slow`` kind is
    dealt in a long run alone, or where KINDS names it. ``of`` is the only deployment that has it; None: both have.
    """

    name: str
    strike: Callable[[Field, Random, str], str | None]
    needs: frozenset[str] = frozenset()
    slow: bool = False
    of: str | None = None
