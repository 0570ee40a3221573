"""The rule for small places: how exactly a signal may say where it is from.

Where a place has one agent, the place is the agent. So a name stands for at least three sites: the municipality if it
has three, else the police area, else the county. And since whoever knows the rule can subtract, a police area is named
only if three sites stand behind *that name*: those of its municipalities that are not named themselves. The same holds
for the county.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.shipment_alerts.domain.sites import SiteCounts
from shared.contracts.fields import SMALLEST_GROUP
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.shipment_codes import SiteType
from shared.contracts.shipment_signals import SignalDetails
from shared.rejected import Rejected


@dataclass(frozen=True, slots=True)
class Area:
    """Where something is said to be: a municipality in its police area, a police area, or neither: the county."""

    municipality: str | None = None
    police_area: str | None = None


COUNTY = Area()


def areas(counts: SiteCounts) -> Mapping[str, Area]:
    """The most exact area that may be named for each municipality of the county."""
    sites = counts.by_municipality()
    named = {code: _municipality(code) for code in sites}
    for code, count in sites.items():
        if count < SMALLEST_GROUP:
            named[code] = Area(police_area=MUNICIPALITIES[code].police_area)
    for area, behind in _behind(named, sites).items():
        if area.municipality is None and behind < SMALLEST_GROUP:
            _merge(named, area)
    _hide_the_rest(named, sites)
    return named


def check_area(details: SignalDetails, counts: SiteCounts) -> None:
    """Rejected if the signal says more exactly where it is from than the rule allows. Less exactly is always right."""
    named = areas(counts)
    if details.municipality is not None:
        if (allowed := named.get(details.municipality, COUNTY)) != _municipality(details.municipality):
            raise _too_exact(allowed)
        if details.site_type is not None and not may_name_type(details.municipality, details.site_type, counts):
            raise Rejected("too-exact", "The site type cannot be told there; leave it out.")
    elif details.police_area is not None and not _may_name_police_area(details.police_area, counts, named):
        raise _too_exact(COUNTY)


def as_exact_as_allowed(details: SignalDetails, counts: SiteCounts) -> SignalDetails:
    """The signal with the most exact area and site type that `check_area` lets through."""
    named, area, kind = areas(counts), Area(details.municipality, details.police_area), details.site_type
    if details.municipality is not None:
        area = named.get(details.municipality, COUNTY)
        if kind is not None and not may_name_type(details.municipality, kind, counts):
            kind = None
    if area.municipality is None:
        kind = None
        if area.police_area is not None and not _may_name_police_area(area.police_area, counts, named):
            area = COUNTY
    shown = {"municipality": area.municipality, "police_area": area.police_area, "site_type": kind}
    return SignalDetails(**dict(details) | shown)


def may_name_type(municipality: str, site_type: SiteType, counts: SiteCounts) -> bool:
    """Whether a site's type may be told: it is there, and every type in the municipality has three sites.

    If one has fewer, none is told: else what comes without a type would be of that one.
    """
    types = counts.types(municipality)
    return site_type in types and min(types.values()) >= SMALLEST_GROUP


def _may_name_police_area(code: str, counts: SiteCounts, named: Mapping[str, Area]) -> bool:
    """Whether it may be named: not if it could mean a municipality for which only the county may be."""
    sites = counts.by_municipality()
    hidden = any(
        sites[each] and area == COUNTY for each, area in named.items() if MUNICIPALITIES[each].police_area == code
    )
    return not hidden and counts.by_police_area().get(code, 0) >= SMALLEST_GROUP


def _too_exact(allowed: Area) -> Rejected:
    """Names what is allowed and not what was given: that would be kept with the answer."""
    instead = f"for the police area {allowed.police_area}" if allowed.police_area else "for the county alone"
    return Rejected(
        "too-exact", f"It says more exactly where it is from than small places allow. Release it {instead}."
    )


def _municipality(code: str) -> Area:
    return Area(code, MUNICIPALITIES[code].police_area)


def _behind(named: Mapping[str, Area], sites: Mapping[str, int]) -> dict[Area, int]:
    """How many sites stand behind each name that is given."""
    behind: dict[Area, int] = {}
    for code, area in named.items():
        behind[area] = behind.get(area, 0) + sites[code]
    return behind


def _hide_the_rest(named: dict[str, Area], sites: Mapping[str, int]) -> None:
    """The county stands for no site by itself, or for three: else more is called by the county, the least first."""
    behind = _behind(named, sites)
    rest = behind.pop(COUNTY, 0)
    for area in sorted(behind, key=lambda area: _order(area, behind[area])):
        if not 0 < rest < SMALLEST_GROUP:
            return
        _merge(named, area)
        rest += behind[area]


def _merge(named: dict[str, Area], area: Area) -> None:
    """The municipalities under the name ``area`` go by the county."""
    named |= {code: COUNTY for code, called in named.items() if called == area}


def _order(area: Area, behind: int) -> tuple[bool, int, str]:
    """Police areas first, then what has fewest sites: as little as possible is lost."""
    return area.municipality is not None, behind, area.municipality or area.police_area or ""
