"""Areas, weeks and moments of Skellefteå to start a test with, around the change of year 2026/2027."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from services.initiatives.domain import est_areas, est_weeks
from services.initiatives.domain.est_weeks import EstObservation, EstObservationDetails
from shared import calendar
from shared.contracts.context import DecisionContext
from shared.contracts.est import EstArea, EstAreaDetails
from shared.contracts.weeks import YearWeek
from tests.support.contexts import decision_context

SKELLEFTEA, UMEA = "2482", "2480"
LAST_OF_2026, FIRST_OF_2027 = YearWeek(2026, 53), YearWeek(2027, 1)
AREA = UUID("018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e0f")


def at(day: date, clock: str = "12:00") -> DecisionContext:
    """The context of a decision in Västerbotten at that hour."""
    moment = datetime.combine(day, time.fromisoformat(clock), calendar.ZONE).astimezone(UTC)
    return decision_context("vasterbotten", now=moment)


def area_details(**changes: Any) -> EstAreaDetails:
    """An area that begins in the week before the last one of 2026."""
    return EstAreaDetails(**{"name": "Centrum", "first_day": date(2026, 12, 21), **changes})


def area(**changes: Any) -> EstArea:
    """The same, registered on its first day."""
    details = area_details(**changes)
    return est_areas.register(details, SKELLEFTEA, AREA, at(details.first_day))


def observation_details(week: YearWeek = LAST_OF_2026, **changes: Any) -> EstObservationDetails:
    """Something that a reporter of the housing company has seen in that week."""
    seen = {"category": "GRAFFITI", "place": "Gångtunneln vid torget", "scale": 2, "reporter": "HOUSING"}
    return EstObservationDetails(**{**seen, "iso_week_year": week.year, "iso_week": week.number, **changes})


def reported(details: EstObservationDetails, of: EstArea, context: DecisionContext) -> EstObservation:
    """The observation as it is kept."""
    return est_weeks.report(details, of, UUID(int=7), confirmed=False, context=context)
