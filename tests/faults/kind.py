"""A kind of fault."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.faults.field import Field

KAFKA, POSTGRES = "kafka", "postgres"


@dataclass(frozen=True)
class Kind:
    """``strike`` does harm to a county (or to all), heals it, and tells how it has hit; None if it did not.

    ``needs`` are the servers that no other fault may touch meanwhile; the county is always its own.
    """

    name: str
    strike: Callable[[Field, Random, str], str | None]
    needs: frozenset[str] = frozenset()
