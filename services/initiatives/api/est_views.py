"""The models of bodies and answers about EST."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, computed_field

from services.initiatives.domain import est_areas, est_weeks
from services.initiatives.domain.est_weeks import (
    EstObservation,
    EstObservationDetails,
    ShortMeasure,
    ShortMeasureDetails,
)
from shared.contracts.context import DecisionContext
from shared.contracts.est import (
    EstArea,
    EstQuarterPriority,
    EstQuarterPriorityDetails,
    EstWeeklyPicture,
    EstYearReview,
    EstYearReviewDetails,
)
from shared.contracts.est_codes import EstCategory, EstPictureStatus, EstPunctuality
from shared.contracts.reference.est import TERMS
from shared.contracts.weeks import YearWeek
from shared.runtime.models import Versioned


class ReportEstObservation(EstObservationDetails):
    """An observation. ``confirmed``: somebody has looked at the doubts about the place."""

    confirmed: bool = False


class NoteShortMeasure(ShortMeasureDetails):
    """A measure taken at once. ``confirmed``: somebody has looked at the doubts about the text."""

    confirmed: bool = False


class PrioritiseEstQuarter(EstQuarterPriorityDetails):
    """The priority of a quarter. ``confirmed``: somebody has looked at the doubts about the reason."""

    confirmed: bool = False


class ReviewEstYear(EstYearReviewDetails):
    """The review of a year. ``confirmed``: somebody has looked at the doubts about its texts."""

    confirmed: bool = False


class EstAreaView(Versioned, EstArea):
    """An area in its version, which is also its ETag."""


class EstPictureView(Versioned, EstWeeklyPicture):
    """The picture of a week as all counties see it."""

    @computed_field
    def week(self) -> str:
        """The week in Swedish, as in `2026 v. 53`."""
        return self.iso.written


class EstPriorityView(Versioned, EstQuarterPriority):
    """A decision on a quarter in its version, which is also its ETag."""


class EstReviewView(Versioned, EstYearReview):
    """A review in its version, which is also its ETag."""


class EstObservationView(EstObservationDetails):
    """An observation as it was reported, and how it came: `sen` counts in no picture."""

    id: UUID
    reported_at: datetime
    punctuality: EstPunctuality

    @computed_field
    def swedish(self) -> str:
        """Its category and how it came, in Swedish."""
        return f"{TERMS['EstCategory'][self.category].swedish}, {TERMS['EstPunctuality'][self.punctuality].swedish}"


class ShortMeasureView(ShortMeasureDetails):
    """A measure as it was noted."""

    id: UUID
    noted_at: datetime


class EstWeekView(BaseModel):
    """A week of an own area, whole. ``counts`` has every number: it is for those who see this county's weeks."""

    area: UUID
    week: str = Field(examples=["2026 v. 53"])
    iso_week_year: int
    iso_week: int
    status: EstPictureStatus
    reports_until: datetime
    closes_at: datetime
    counts: dict[EstCategory, int]
    late: int
    observations: list[EstObservationView]
    measures: list[ShortMeasureView]


class EstYearView(BaseModel):
    """The numbers of a municipality's weeks in an ISO year, by quarter and category; they stay in this county."""

    municipality: str
    year: int
    quarters: dict[int, dict[EstCategory, int]]


def observation_view(observation: EstObservation) -> EstObservationView:
    """The observation as it is shown."""
    more: dict[str, Any] = {
        "id": observation.id,
        "reported_at": observation.reported_at,
        "punctuality": observation.punctuality,
    }
    return EstObservationView(**dict(observation.details), **more)


def measure_view(measure: ShortMeasure) -> ShortMeasureView:
    """The measure as it is shown."""
    return ShortMeasureView(**dict(measure.details), id=measure.id, noted_at=measure.noted_at)


def week_view(
    area: EstArea,
    week: YearWeek,
    observations: Sequence[EstObservation],
    measures: Collection[ShortMeasure],
    context: DecisionContext,
) -> EstWeekView:
    """A week of an own area as those see it who may."""
    counted = [each for each in observations if each.punctuality is not EstPunctuality.LATE]
    categories = sorted({each.details.category for each in counted})
    return EstWeekView(
        area=area.id,
        week=week.written,
        iso_week_year=week.year,
        iso_week=week.number,
        status=est_weeks.status_of(area, week, context),
        reports_until=est_areas.moment_after(week, area.reports_until, context.calendar),
        closes_at=est_areas.closes_at(area, week, context.calendar),
        counts={one: sum(each.details.category is one for each in counted) for one in categories},
        late=len(observations) - len(counted),
        observations=[observation_view(each) for each in observations],
        measures=[measure_view(each) for each in measures],
    )
