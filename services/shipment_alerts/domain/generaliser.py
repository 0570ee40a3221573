"""From one observation to what may leave the police. Run on their side: the county never sees an observation."""

from dataclasses import asdict, dataclass
from datetime import date

from services.shipment_alerts.domain.areas import areas, may_name_type
from services.shipment_alerts.domain.sites import SiteCounts
from services.shipment_alerts.domain.tables import SIGNS, Danger, Indicator, hazard_of
from shared.contracts import shipment_codes as codes
from shared.contracts.shipment_signals import SignalDetails
from shared.rejected import Rejected


@dataclass(frozen=True, slots=True)
class Observation:
    """The facts of a case that the generaliser needs. ``observed`` is the day in Sweden."""

    municipality: str
    site_type: codes.SiteType
    observed: date
    category: codes.SuspectedCategory
    kind: codes.ShipmentKind
    origin: codes.OriginScope
    indicators: frozenset[Indicator] = frozenset()
    dangers: frozenset[Danger] = frozenset()


@dataclass(frozen=True, slots=True)
class Handling:
    """How a signal may be spread and how sure it is, as the police judge it."""

    tlp: codes.Tlp
    source_grade: codes.SourceGrade
    information_grade: codes.InformationGrade
    exercise: bool = False


def generalise(observation: Observation, counts: SiteCounts, handling: Handling) -> SignalDetails:
    """The signal that may be released: area by the rule for small places, ISO week, groups of signs, hazard class."""
    named = areas(counts)
    if observation.municipality not in named:
        raise Rejected("invalid-municipality", f"That is no municipality of the county {counts.county}.")
    area = named[observation.municipality]
    tell_type = area.municipality is not None and may_name_type(area.municipality, observation.site_type, counts)
    year, week, _ = observation.observed.isocalendar()
    groups = {SIGNS[indicator].group for indicator in observation.indicators}
    return SignalDetails(
        municipality=area.municipality,
        police_area=area.police_area,
        site_type=observation.site_type if tell_type else None,
        iso_week_year=year,
        iso_week=week,
        indicator_groups=tuple(group for group in groups if group is not None),
        hazard_class=hazard_of(observation.dangers, observation.indicators),
        category=observation.category,
        kind=observation.kind,
        origin=observation.origin,
        **asdict(handling),
    )
