"""Places, sites, signals and guidance to start a test with."""

from datetime import date
from typing import Any
from uuid import UUID

from services.shipment_alerts.domain import signals
from services.shipment_alerts.domain.guidance import Author, Draft
from services.shipment_alerts.domain.sites import SiteCounts
from shared.contracts.codes import FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.guidance import GuidanceDetails, SafetyAdviceDetails
from shared.contracts.reference import COUNTIES as FACTS
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.shipment_codes import SiteType
from shared.contracts.shipment_signals import ShipmentSignalReleased, SignalDetails
from tests.support.contexts import decision_context

TODAY = date(2026, 11, 26)  # a Thursday in 2026-W48
NORRBOTTEN, VASTERBOTTEN, JAMTLAND, VASTERNORRLAND = (
    decision_context(name, today=TODAY) for name in ("norrbotten", "vasterbotten", "jamtland", "vasternorrland")
)
SIGNAL_ID = UUID("5b0d6c0e-2f3a-4d1b-9c77-0a1e5d3f8b21")
DRAFT_ID = UUID("2d4f9b1c-6e8a-4b7d-8f10-3a5c7e9d1b42")
OTHER_ID = UUID("7c1e7d1f-3a4b-4e2c-8d88-1b2f6e4a9c32")

BJURHOLM, UMEA, SUNDSVALL, TIMRA = "2403", "2480", "2281", "2262"
PLACES = {code: [one.code for one in MUNICIPALITIES.values() if one.county == code] for code in FACTS}

SIGNAL: dict[str, Any] = {
    "municipality": SUNDSVALL,
    "police_area": "MEDELPAD",
    "site_type": "AGENT",
    "iso_week_year": 2026,
    "iso_week": 48,
    "indicator_groups": ["SMELL", "PACKAGING"],
    "hazard_class": "H1",
    "category": "NARCOTICS",
    "kind": "LETTER",
    "origin": "DOMESTIC",
    "tlp": "AMBER",
    "source_grade": "A",
    "information_grade": "2",
}


def agents(context: DecisionContext, **counts: int) -> SiteCounts:
    """The given number of active agents in each municipality of the context's county, as in ``m2403=1``."""
    return SiteCounts(context.county.code, {(code[1:], SiteType.AGENT): count for code, count in counts.items()})


SITES = agents(VASTERNORRLAND, m2281=12, m2262=5, m2260=3, m2280=4, m2282=3, m2283=3, m2284=6)
"""Every municipality of Västernorrland can be named."""


def details(**changes: Any) -> SignalDetails:
    """The details of a suspected letter in Sundsvall, with changes."""
    return SignalDetails(**SIGNAL | changes)


def released(**changes: Any) -> ShipmentSignalReleased:
    """The released signal of a suspected letter in Sundsvall, with changes."""
    return signals.release(details(**changes), SIGNAL_ID, SITES, VASTERNORRLAND)


FIRST = Author("subject-1", FunctionCode.COUNTY_COORDINATOR)
SECOND = Author("subject-2", FunctionCode.SAFETY_REP)
ROUTINE: dict[str, Any] = {
    "valid_from": TODAY,
    "audience": ["AGENT", "TERMINAL"],
    "steps": ["DO_NOT_OPEN", "PUT_ASIDE", "TELL_MANAGER"],
    "calls": ["POLICE"],
    "tlp": "GREEN",
}


def draft(**changes: Any) -> Draft:
    """A draft of a routine for agents and terminals, with changes."""
    return Draft(DRAFT_ID, GuidanceDetails(**ROUTINE | changes), FIRST)


def advice(*, exercise: bool = False, **changes: Any) -> Draft:
    """A draft of a safety advice about powder, with changes."""
    details = SafetyAdviceDetails(**ROUTINE | {"hazard_class": "H2", "calls": ["EMERGENCY"]} | changes)
    return Draft(DRAFT_ID, details, FIRST, exercise=exercise)
