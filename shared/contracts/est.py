"""EST (effektiv samordning för trygghet), of the stream `initiatives`: the areas of a municipality, week by week.

What reporters have seen, and where, stays in the county: no event has a field for it. Of a week only counts leave, each
0 or at least five, and together with their total they tell of no other. A closed week never changes, and no other event
counts what weeks count: so there are no two numbers to take from each other.
"""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ValidationInfo, model_validator

from shared.contracts.codes import Status
from shared.contracts.est_codes import EstCategory, EstPictureStatus
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import as_list, as_set, for_writers, matching, within
from shared.contracts.initiatives import Title
from shared.contracts.prose import Prose, Statement
from shared.contracts.shipment_fields import SMALLEST_CELL, KnownMunicipality, Quarter, ReportCount, Year
from shared.contracts.times import Day
from shared.contracts.weeks import OfWeek

EstAreas = Annotated[tuple[UUID, ...], as_set(1, 50, "areas")]
EstCategories = Annotated[tuple[EstCategory, ...], as_set(0, 20, "categories")]


class WeekTime(Shared):
    """A time in the week after the one that is reported on: a weekday, 1 (Monday) to 5, and what clocks show then."""

    weekday: Annotated[int, within(1, 5)]
    clock: Annotated[str, matching(r"([01]\d|2[0-3]):[0-5]\d", "a time such as 15:00", 5)]


class EstAreaDetails(Shared):
    """An area that is reported on each week, from one day on and perhaps until another.

    Reports on a week are expected until ``reports_until``, and its picture takes them until ``closes``.
    """

    name: Title
    first_day: Day
    last_day: Day | None = None
    reports_until: WeekTime = WeekTime(weekday=1, clock="12:00")
    closes: WeekTime = WeekTime(weekday=1, clock="15:00")

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Self:
        if info.context == READER:
            return self
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} lies before first_day {self.first_day}")
        until, closes = ((each.weekday, each.clock) for each in (self.reports_until, self.closes))
        if closes < until:
            raise ValueError("closes lies before reports_until: nobody could report in time")
        return self


class EstArea(EstAreaDetails, Event, stream="initiatives"):
    """An area of a municipality."""

    municipality: KnownMunicipality
    status: Status = Status.ACTIVE


class EstAreaRegistered(EstArea, version=1):
    """A municipality reports on an area from now on."""


class EstAreaChanged(EstArea, version=1):
    """Name, days or times of an area are others than before. Weeks that are closed stay as they are."""


class EstAreaRetired(EstArea, version=1):
    """An area is reported on no more. It stays readable, and so do its weeks."""


def _closed(status: EstPictureStatus) -> EstPictureStatus:
    if status is not EstPictureStatus.CLOSED:
        raise ValueError("an open picture stays in its county")
    return status


class EstCategoryCount(Shared):
    """How many observations of a category there were; None: some, but how many is not told."""

    category: EstCategory
    count: ReportCount | None = None


class EstWeeklyPicture(OfWeek, Event, stream="initiatives"):
    """The counts of one area and week. A category that is not named was not reported.

    Its id follows from area and week, so a week has one picture.
    """

    area: UUID
    municipality: KnownMunicipality
    counts: Annotated[tuple[EstCategoryCount, ...], as_list(50, "categories")] = ()
    total: ReportCount | None = None
    status: Annotated[EstPictureStatus, for_writers(_closed)] = EstPictureStatus.CLOSED

    @model_validator(mode="after")
    def _tells_no_small_number(self, info: ValidationInfo) -> Self:
        if info.context == READER:
            return self
        told = [each.count for each in self.counts if each.count is not None]
        untold = len(self.counts) - len(told)
        if self.total is not None and untold and self.total - sum(told) - (untold - 1) < SMALLEST_CELL:
            raise ValueError("the total, less the counts that are told, would tell of a small one; leave it out")
        if self.total is not None and not untold and self.total != sum(told):
            raise ValueError(f"the total is {self.total}, but the counts are {sum(told)} together")
        if len({each.category for each in self.counts}) < len(self.counts):
            raise ValueError("a category is counted twice; count each once")
        return self


class EstWeeklyPictureClosed(EstWeeklyPicture, version=1):
    """The picture of a week takes no more reports. It never changes again."""


class EstQuarterPriorityDetails(Shared):
    """Which areas come first in a quarter, which categories there, and why."""

    year: Year
    quarter: Quarter
    areas: EstAreas
    categories: EstCategories = ()
    reason: Statement


class EstQuarterPriority(EstQuarterPriorityDetails, Event, stream="initiatives"):
    """The decision of a municipality on a quarter. A quarter has one; its id follows from it."""

    municipality: KnownMunicipality
    status: Status = Status.ACTIVE


class EstQuarterPrioritised(EstQuarterPriority, version=1):
    """A municipality has decided what comes first in a quarter, for the first time or anew."""


class EstQuarterPriorityWithdrawn(EstQuarterPriority, version=1):
    """A decision on a quarter holds no more. It stays readable."""


class EstConclusion(Shared):
    """A conclusion of a year: which categories changed, and which measures that relates to."""

    text: Statement
    categories: EstCategories = ()


class EstYearReviewDetails(Shared):
    """The analysis of an ISO year."""

    year: Year
    text: Prose
    conclusions: Annotated[tuple[EstConclusion, ...], as_list(30, "conclusions")] = ()


class EstYearReview(EstYearReviewDetails, Event, stream="initiatives"):
    """The review of the weeks of one ISO year. A municipality has one for a year; its id follows from it."""

    municipality: KnownMunicipality
    status: Status = Status.ACTIVE


class EstYearReviewed(EstYearReview, version=1):
    """A municipality has reviewed a year, for the first time or anew."""


class EstYearReviewWithdrawn(EstYearReview, version=1):
    """A review holds no more. It stays readable."""


EVENTS = events_in(globals())
