"""Codes, areas and owners: the facts that every county has in common, as data.

The CSV files beside this one are the source, and are edited there. An empty `validFrom` means that no date is
known, an empty `validTo` that it still holds. `police_area_mark` says how sure it is that a municipality
belongs to its police area: V verified, M from memory, U uncertain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.reference.table import rows


@dataclass(frozen=True, slots=True)
class Term:
    """A code and the Swedish word for it."""

    code: str
    swedish: str


@dataclass(frozen=True, slots=True)
class ActorTypeTerm(Term):
    """An actor type: its sector, and the levels on which such an actor may act."""

    sector: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountyFacts:
    """A county's names; ``code`` is SCB's, always a string."""

    code: str
    name: str
    letter: str
    iso3166: str
    seat: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality; the first two digits of ``code`` are its county's."""

    code: str
    name: str
    county: str
    police_area: str
    police_area_mark: str


@dataclass(frozen=True, slots=True)
class PoliceArea:
    """A local police area (lokalpolisområde). They get reorganised, so each has its time."""

    code: str
    name: str
    county: str
    valid_from: date | None
    valid_to: date | None

    def valid_on(self, day: date) -> bool:
        """Whether the area exists on ``day``."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class OwnedActor:
    """An actor of the whole region or country that one county registers for all."""

    reference: str
    name: str
    level: str
    county: str


def _rows(name: str) -> list[dict[str, str]]:
    return rows(__name__, name)


def _terms(name: str) -> Mapping[str, Term]:
    return {row["code"]: Term(**row) for row in _rows(name)}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


COUNTIES: Mapping[str, CountyFacts] = {row["code"]: CountyFacts(**row) for row in _rows("counties")}
MUNICIPALITIES: Mapping[str, Municipality] = {row["code"]: Municipality(**row) for row in _rows("municipalities")}
POLICE_AREAS: Mapping[str, PoliceArea] = {
    row["code"]: PoliceArea(row["code"], row["name"], row["county"], _day(row["validFrom"]), _day(row["validTo"]))
    for row in _rows("police_areas")
}
ACTOR_TYPES: Mapping[str, ActorTypeTerm] = {
    row["code"]: ActorTypeTerm(row["code"], row["swedish"], row["sector"], tuple(row["levels"].split("|")))
    for row in _rows("actor_types")
}
FUNCTIONS = _terms("functions")
POLICY_AREAS = _terms("policy_areas")
OWNED_ACTORS: tuple[OwnedActor, ...] = tuple(OwnedActor(**row) for row in _rows("owners"))
