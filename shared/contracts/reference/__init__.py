"""Codes, areas and owners: the facts that every county has in common, as data.

The CSV files beside this one are the source, and are edited there. An empty `validFrom` means that no date is
known, an empty `validTo` that it still holds. `police_area_mark` says how sure it is that a municipality
belongs to its police area: V verified, M from memory, U uncertain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.contracts.counties import County
from shared.contracts.reference.table import PACKAGE, by_code, rows


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


def _actor_type(code: str, swedish: str, sector: str, levels: str) -> ActorTypeTerm:
    return ActorTypeTerm(code, swedish, sector, tuple(levels.split("|")))


def _police_area(code: str, name: str, county: str, **valid: str) -> PoliceArea:
    since, until = (date.fromisoformat(day) if day else None for day in (valid["validFrom"], valid["validTo"]))
    return PoliceArea(code, name, county, since, until)


COUNTIES = by_code("counties", CountyFacts)
MUNICIPALITIES = by_code("municipalities", Municipality)
POLICE_AREAS = by_code("police_areas", _police_area)
ACTOR_TYPES = by_code("actor_types", _actor_type)
FUNCTIONS = by_code("functions", Term)
POLICY_AREAS = by_code("policy_areas", Term)
OWNED_ACTORS = tuple(OwnedActor(**row) for row in rows(PACKAGE, "owners"))


def county_name(county: str, counties: Iterable[County]) -> str:
    """The county as people call it; by its short name if it is none of the reference data."""
    codes = {each.name: each.code for each in counties}
    return COUNTIES[codes[county]].name if codes.get(county) in COUNTIES else county
