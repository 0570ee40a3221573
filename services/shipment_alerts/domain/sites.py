"""The county's register of sites that handle post. It never leaves the county; only its counts are used.

A site has no name and no address here: what is not kept cannot be told.
"""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.shipment_alerts.domain.aggregate import check_municipality
from services.shipment_alerts.domain.tables import EmployerRoutine
from shared.contracts.context import DecisionContext
from shared.contracts.event import Shared
from shared.contracts.fields import MunicipalityCode, Name, Slug
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.shipment_codes import SiteType
from shared.rejected import Rejected

UNSTAFFED = frozenset({SiteType.PARCEL_LOCKER})
"""Where nobody works, nobody can be pointed out, and nobody hides behind it either."""


class Operator(Shared):
    """Someone who carries post, and what its staff are told at the gate's last step."""

    slug: Slug
    name: Name
    routine: EmployerRoutine = EmployerRoutine.EMPLOYER_FIRST


class SiteDetails(Shared):
    """All that is known of a site."""

    type: SiteType
    operator: Slug
    municipality: MunicipalityCode


class Site(SiteDetails):
    """A site of this county; one that is closed stays, and does not count."""

    id: UUID
    version: int = 1
    active: bool = True


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """How many active sites with staff a county has, by (municipality, type). ``county`` is its code."""

    county: str
    sites: Mapping[tuple[str, SiteType], int]

    def types(self, municipality: str) -> Mapping[SiteType, int]:
        """How many there are of each type in the municipality; types without any are not named."""
        return {
            kind: count
            for (code, kind), count in self.sites.items()
            if code == municipality and count and kind not in UNSTAFFED
        }

    def by_municipality(self) -> Mapping[str, int]:
        """How many there are in each municipality of the county, also where there are none."""
        codes = (code for code, one in MUNICIPALITIES.items() if one.county == self.county)
        return {code: sum(self.types(code).values()) for code in codes}

    def by_police_area(self) -> Mapping[str, int]:
        """How many there are in each police area of the county."""
        counts: Counter[str] = Counter()
        for code, count in self.by_municipality().items():
            counts[MUNICIPALITIES[code].police_area] += count
        return counts


def register(details: SiteDetails, identity: UUID, operators: Container[str], context: DecisionContext) -> Site:
    """The site is in the register, active."""
    _check(details, operators, context)
    return Site(id=identity, **dict(details))


def change(details: SiteDetails, site: Site, operators: Container[str], context: DecisionContext) -> Site:
    """The site is as ``details`` say."""
    if not site.active:
        raise Rejected("closed", "The site is closed; register it anew if it has opened again.")
    _check(details, operators, context)
    return _next(site, **dict(details))


def close(site: Site) -> Site:
    """The site does not count any more."""
    return _next(site, active=False)


def _next(site: Site, **changes: object) -> Site:
    """The next version; the same one if nothing is different."""
    after = site.model_copy(update=changes)
    return after if after == site else after.model_copy(update={"version": site.version + 1})


def _check(details: SiteDetails, operators: Container[str], context: DecisionContext) -> None:
    check_municipality(details.municipality, context)
    if details.operator not in operators:
        raise Rejected("unknown-operator", "No operator of that name is known here; add it to the operators first.")
