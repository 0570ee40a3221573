"""The weeks of an area that is followed by EST: who sees them, which have begun, and one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.workspace import calls_est as calls
from services.workspace.answers import CallRefused
from services.workspace.guard import Visit
from services.workspace.shown_est import ShownEstArea, ShownEstWeek
from services.workspace.speaking import home_of
from shared.calendar import day_of
from shared.contracts.weeks import YearWeek
from shared.runtime.auth import Role


@dataclass(frozen=True, slots=True)
class WeekOfArea:
    """A week of an own area, whole, and the weeks of the area that have ``begun``.

    Nobody changes it in a version: all that is said comes beside the rest.
    """

    area: ShownEstArea
    iso: YearWeek
    week: ShownEstWeek
    begun: Sequence[YearWeek]
    version: int = 0


def sees_weeks_of(visit: Visit, municipality: str) -> bool:
    """Whether the user sees what was reported there: its coordinator, the county's, and the police do."""
    ours = municipality.startswith(visit.site.county.code)
    return home_of(visit) == municipality or (ours and bool(visit.roles & {Role.COUNTY_COORDINATOR, Role.POLICE}))


def this_week(visit: Visit) -> YearWeek:
    """The week of today."""
    return YearWeek.of(day_of(visit.site.now()))


def weeks_begun(visit: Visit, area: ShownEstArea) -> list[YearWeek]:
    """The weeks of an area that have begun, the last one first."""
    last = min(this_week(visit), YearWeek.of(area.last_day)) if area.last_day else this_week(visit)
    found = []
    while last >= YearWeek.of(area.first_day):
        found.append(last)
        last = last.preceding
    return found


async def find_week(visit: Visit) -> WeekOfArea:
    """The week in the address; CallRefused, as not found, if there is none that the user may see."""
    interface, token, (county, identity) = visit.site.interface, visit.token, visit.named()
    iso = YearWeek(visit.request.path_params["year"], visit.request.path_params["week"])
    if not (2014 <= iso.year < 2100 and 1 <= iso.number <= YearWeek.last_of(iso.year).number):
        raise CallRefused(404, "not-found")
    area = await calls.area(interface, token, county, identity)
    week = await calls.week(interface, token, county, identity, iso)
    return WeekOfArea(area, iso, week, weeks_begun(visit, area))
