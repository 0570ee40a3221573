"""EST in the county's interface, as far as pages show it: areas, their weeks, and what comes first in a quarter."""

from datetime import date, datetime

from services.workspace.shown import FromCounty, ShownPage

REMOVED = "Borttaget"
"""The place of an observation that was taken back."""


class ShownWeekTime(FromCounty):
    """A time in the week after the one that is reported on: a weekday, 1 to 5, and what clocks show, as `15:00`."""

    weekday: int
    clock: str


class ShownOfMunicipality(FromCounty):
    """Something that a municipality says about its weeks, in a version."""

    id: str
    county: str
    version: int
    status: str
    municipality: str


class ShownEstArea(ShownOfMunicipality):
    """An area that is reported on from one day, and maybe until another."""

    name: str
    first_day: date
    last_day: date | None = None
    reports_until: ShownWeekTime
    closes: ShownWeekTime


class EstAreaPage(ShownPage):
    """Areas in Swedish order."""

    items: list[ShownEstArea]


class ShownCategoryCount(FromCounty):
    """How many observations of a category all counties are told; None: some."""

    category: str
    count: int | None = None


class ShownEstPicture(FromCounty):
    """The closed picture of a week, as all counties see it; ``week`` is in Swedish."""

    iso_week_year: int
    iso_week: int
    week: str
    counts: tuple[ShownCategoryCount, ...] = ()
    total: int | None = None


class EstPicturePage(ShownPage):
    """Closed pictures, the newest weeks first."""

    items: list[ShownEstPicture]


class ShownEstPriority(ShownOfMunicipality):
    """A decision on a quarter: the areas that come first, by their ids, and categories."""

    year: int
    quarter: int
    areas: tuple[str, ...]
    categories: tuple[str, ...] = ()
    reason: str


class EstPriorityPage(ShownPage):
    """Decisions on quarters, the newest first."""

    items: list[ShownEstPriority]


class ShownConclusion(FromCounty):
    """A conclusion of a year, and the categories that it is about."""

    text: str
    categories: tuple[str, ...] = ()


class ShownEstReview(ShownOfMunicipality):
    """The analysis of an ISO year."""

    year: int
    text: str
    conclusions: tuple[ShownConclusion, ...] = ()


class EstReviewPage(ShownPage):
    """Reviews of years, the newest first."""

    items: list[ShownEstReview]


class ShownObservation(FromCounty):
    """Something that was seen, with its place; it stays in its county."""

    id: str
    category: str
    place: str
    scale: int
    reporter: str
    reported_at: datetime
    punctuality: str


class ShownShortMeasure(FromCounty):
    """Something that a function does at once."""

    text: str
    function: str


class ShownEstWeek(FromCounty):
    """A week of an own area, whole."""

    status: str
    reports_until: datetime
    closes_at: datetime
    counts: dict[str, int]
    late: int
    observations: list[ShownObservation]
    measures: list[ShownShortMeasure]

    @property
    def removable(self) -> list[ShownObservation]:
        """Those that nobody has taken back: of one that counts in a closed week, all but the place is left."""
        return [each for each in self.observations if each.place != REMOVED]


class ShownEstYear(FromCounty):
    """The numbers of an own municipality's weeks, by quarter and category."""

    quarters: dict[int, dict[str, int]]
