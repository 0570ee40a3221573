"""Decisions about EST areas, and when the weeks of an area close."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.initiatives.domain.authors import check_of_county
from services.initiatives.domain.est_life import EST_AREA, EstCause
from shared.contracts import est as events
from shared.contracts.context import Calendar, DecisionContext
from shared.contracts.est import EstArea, EstAreaDetails, WeekTime
from shared.contracts.event import if_different
from shared.contracts.weeks import YearWeek
from shared.rejected import Rejected


def register(
    details: EstAreaDetails, municipality: str, identity: UUID, context: DecisionContext
) -> events.EstAreaRegistered:
    """The municipality reports on the area. Rejected if it is of another county, or if its first week has passed."""
    check_of_county([municipality], context)
    if YearWeek.of(details.first_day) < YearWeek.of(context.today):
        raise Rejected("invalid-first-day", f"first_day {details.first_day} lies in a week that is over.")
    _check_last_day(details, context)
    status = EST_AREA.first(EstCause.REGISTERS)
    return events.EstAreaRegistered(
        id=identity, county=context.county.name, municipality=municipality, status=status, **dict(details)
    )


def change(details: EstAreaDetails, before: EstArea, context: DecisionContext) -> events.EstAreaChanged | None:
    """The area is as ``details`` say; None if it was so before. Close what is due before it.

    Rejected if it is retired, and for days in weeks that have been.
    """
    _check_living(before, EstCause.CHANGES)
    this_week = YearWeek.of(context.today)
    begun = min(YearWeek.of(before.first_day), YearWeek.of(details.first_day)) < this_week
    if begun and details.first_day != before.first_day:
        raise Rejected("invalid-first-day", f"first_day stays {before.first_day}: a week that is over stays as it is.")
    if details.last_day != before.last_day:
        _check_last_day(details, context)
    kept = {"id": before.id, "county": before.county, "municipality": before.municipality, "status": before.status}
    return if_different(events.EstAreaChanged(**kept, **dict(details)), before)


def retire(before: EstArea, context: DecisionContext) -> events.EstAreaRetired:
    """This week is the last one that is reported on, or the first one if none has begun."""
    _check_living(before, EstCause.RETIRES)
    ends = max(before.first_day, min(before.last_day or context.today, context.today))
    status = EST_AREA.after(before.status, EstCause.RETIRES)
    return events.EstAreaRetired(**dict(before) | {"status": status, "last_day": ends})


def has_week(area: EstAreaDetails, week: YearWeek) -> bool:
    """Whether the area is reported on in that week."""
    return YearWeek.of(area.first_day) <= week and (area.last_day is None or week <= YearWeek.of(area.last_day))


def has_weeks_of(area: EstAreaDetails, year: int) -> bool:
    """Whether the area is reported on in a week of that ISO year."""
    first, last = YearWeek.of(area.first_day), YearWeek.of(area.last_day or date.max)
    return first <= YearWeek.last_of(year) and last >= YearWeek(year, 1)


def moment_after(week: YearWeek, at: WeekTime, calendar: Calendar) -> datetime:
    """When a time after the week comes, or the same hour of the next day on which offices are open."""
    day = calendar.working_day_from(week.following.monday + timedelta(days=at.weekday - 1))
    return calendar.moment_of(day, time.fromisoformat(at.clock))


def closes_at(area: EstAreaDetails, week: YearWeek, calendar: Calendar) -> datetime:
    """When the picture of the week takes no more reports."""
    return moment_after(week, area.closes, calendar)


def weeks_to_close(area: EstAreaDetails, last_closed: YearWeek | None, context: DecisionContext) -> Iterator[YearWeek]:
    """The weeks after ``last_closed`` whose time to close has come, the oldest first."""
    week = _next_to_close(area, last_closed)
    while has_week(area, week) and closes_at(area, week, context.calendar) <= context.now:
        yield week
        week = week.following


def next_close(area: EstAreaDetails, last_closed: YearWeek | None, calendar: Calendar) -> datetime | None:
    """When the week after ``last_closed`` closes; None if the area has no such week."""
    week = _next_to_close(area, last_closed)
    return closes_at(area, week, calendar) if has_week(area, week) else None


def _next_to_close(area: EstAreaDetails, last_closed: YearWeek | None) -> YearWeek:
    return last_closed.following if last_closed else YearWeek.of(area.first_day)


def _check_last_day(details: EstAreaDetails, context: DecisionContext) -> None:
    if details.last_day is not None and YearWeek.of(details.last_day) < YearWeek.of(context.today):
        raise Rejected("invalid-last-day", f"last_day {details.last_day} lies in a week that is over.")


def _check_living(area: EstArea, cause: EstCause) -> None:
    if area.status not in EST_AREA.befores(cause):
        raise Rejected("retired", f"{area.name} is retired; register a new area.")
