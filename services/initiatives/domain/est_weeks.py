"""Observations of a week, what is done about them, and what the closed picture tells others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

from services.initiatives.domain.est_areas import closes_at, has_week, moment_after
from services.initiatives.domain.est_life import EST_OBSERVATION, EST_PICTURE, EstCause
from shared.contracts import est as events
from shared.contracts.codes import FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.est import EstArea, EstCategoryCount
from shared.contracts.est_codes import EstCategory, EstPictureStatus, EstPunctuality, EstReporter
from shared.contracts.fields import text, within
from shared.contracts.prose import NOT_SENSITIVE, Statement
from shared.contracts.shipment_fields import SMALLEST_CELL
from shared.contracts.suspicions import check_confirmed, doubts_in
from shared.contracts.weeks import OfWeek, YearWeek
from shared.disclosure import ALL, crossed, protect
from shared.rejected import Rejected

REMOVED = "Borttaget"
"""Stands where a place was, once it is taken back."""


class EstObservationDetails(OfWeek):
    """Something seen in a week: its kind, its place, and how bad it is, 0 (hardly) to 3. The place is of nobody."""

    category: EstCategory
    place: Annotated[str, text(200), NOT_SENSITIVE]
    scale: Annotated[int, within(0, 3)]
    reporter: EstReporter


class ShortMeasureDetails(OfWeek):
    """Something that a function does at once about a week."""

    text: Statement
    function: FunctionCode


@dataclass(frozen=True, slots=True)
class EstObservation:
    """An observation as it was reported. It stays in its county, and is in no event."""

    id: UUID
    area: UUID
    details: EstObservationDetails
    reported_at: datetime
    punctuality: EstPunctuality


@dataclass(frozen=True, slots=True)
class ShortMeasure:
    """A measure of a week. It stays in its county, and is in no event."""

    id: UUID
    area: UUID
    details: ShortMeasureDetails
    noted_at: datetime


def report(
    details: EstObservationDetails, area: EstArea, identity: UUID, *, confirmed: bool, context: DecisionContext
) -> EstObservation:
    """The observation, and whether it counts in the week's picture: one that comes after its closing is kept as late.

    Rejected if the area has no such week, if the week has not begun, or if the place may say that somebody is
    suspected and that is not ``confirmed`` to be of nobody.
    """
    _check_week(area, details.iso, context)
    check_confirmed(doubts_in([("place", details.place)]), confirmed=confirmed)
    cause = _cause(area, details.iso, context)
    return EstObservation(identity, area.id, details, context.now, EST_OBSERVATION.first(cause))


def take_back(observation: EstObservation, area: EstArea, context: DecisionContext) -> EstObservation | None:
    """All that is left of an observation that was wrong: nothing, or where its week has closed, all but its place."""
    details = observation.details
    if status_of(area, details.iso, context) is EstPictureStatus.OPEN:
        return None
    return replace(observation, details=details.model_copy(update={"place": REMOVED}))


def note_measure(
    details: ShortMeasureDetails,
    area: EstArea,
    identity: UUID,
    *,
    confirmed: bool,
    context: DecisionContext,
) -> ShortMeasure:
    """Something is done about the week, before or after its picture is closed. Rejected as `report`."""
    _check_week(area, details.iso, context)
    check_confirmed(doubts_in([("text", details.text)]), confirmed=confirmed)
    return ShortMeasure(identity, area.id, details, context.now)


def status_of(area: EstArea, week: YearWeek, context: DecisionContext) -> EstPictureStatus:
    """Whether the picture of a week that has begun still takes reports, by the clock."""
    begun = EST_PICTURE.first(EstCause.BEGINS)
    closed = closes_at(area, week, context.calendar) <= context.now
    return EST_PICTURE.after(begun, EstCause.CLOSES) if closed else begun


def close(area: EstArea, week: YearWeek, counted: Mapping[EstCategory, int]) -> events.EstWeeklyPictureClosed:
    """The picture of a week whose time to close has come. ``counted`` are the observations that count in it."""
    counts, total = told_counts(counted)
    return events.EstWeeklyPictureClosed(
        id=picture_id(area.id, week),
        county=area.county,
        area=area.id,
        municipality=area.municipality,
        iso_week_year=week.year,
        iso_week=week.number,
        counts=counts,
        total=total,
        status=EST_PICTURE.after(EstPictureStatus.OPEN, EstCause.CLOSES),
    )


def told_counts(counted: Mapping[EstCategory, int]) -> tuple[tuple[EstCategoryCount, ...], int | None]:
    """The counts and their total as they may leave the county.

    A count from 1 to 4 is not told, nor what would give it away: another count, or the total. No other number is a sum
    of these.
    """
    seen: dict[tuple[str, ...], int] = {
        (category.value,): count for category, count in sorted(counted.items()) if count
    }
    told = protect(crossed(seen), least=SMALLEST_CELL) if seen else {(ALL,): 0}
    counts = tuple(EstCategoryCount(category=EstCategory(name), count=told[(name,)]) for (name,) in seen)
    return counts, told[(ALL,)]


def counts_by_quarter(counted: Iterable[tuple[YearWeek, EstCategory, int]]) -> dict[int, dict[EstCategory, int]]:
    """The counts of each quarter of one ISO year, from those of its weeks. A quarter without reports has none."""
    quarters: dict[int, dict[EstCategory, int]] = {1: {}, 2: {}, 3: {}, 4: {}}
    for week, category, count in counted:
        of_quarter = quarters[week.quarter]
        of_quarter[category] = of_quarter.get(category, 0) + count
    return quarters


def picture_id(area: UUID, week: YearWeek) -> UUID:
    """The id of the picture of that area and week."""
    return uuid5(area, str(week))


def _check_week(area: EstArea, week: YearWeek, context: DecisionContext) -> None:
    if not has_week(area, week):
        raise Rejected("invalid-week", f"{area.name} is not reported on in {week}.")
    if week > YearWeek.of(context.today):
        raise Rejected("invalid-week", f"{week} has not begun.")


def _cause(area: EstArea, week: YearWeek, context: DecisionContext) -> EstCause:
    """A picture that has closed takes nothing more, also where a holiday has moved the time for reports past that."""
    if context.now >= closes_at(area, week, context.calendar):
        return EstCause.LATE
    in_time = context.now < moment_after(week, area.reports_until, context.calendar)
    return EstCause.IN_TIME if in_time else EstCause.AFTER_TIME
