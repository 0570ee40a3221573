"""EST, effektiv samordning för trygghet: the areas of all counties, one with its weeks, a week, and a year."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from starlette.responses import Response

from services.workspace import calls_est as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import ENDED, ended_options, filter_of, is_cursor
from services.workspace.pages import est_forms, est_plan_forms
from services.workspace.pages.est_weeks import find_week, sees_weeks_of, this_week, weeks_begun
from services.workspace.pages.meetings import function_word
from services.workspace.pages.municipalities import named
from services.workspace.pages.work_form import is_done
from services.workspace.sections import notices, section
from services.workspace.shown_est import ShownEstArea, ShownEstPriority, ShownEstYear
from services.workspace.speaking import home_of
from shared.calendar import WEEKDAYS
from shared.contracts.weeks import YearWeek

WEEKS = 8
"""How many weeks of an area are offered on its page."""
MOST_AREAS = 500
"""As many as a list holds: a priority names its areas by their ids."""


@dataclass(frozen=True, slots=True)
class ShownQuarter:
    """A quarter with its decision, if there is one, and what the user does with it."""

    number: int
    priority: ShownEstPriority | None
    ways: list[str]


@dataclass(frozen=True, slots=True)
class OwnArea:
    """An area of the user's municipality, and its weeks that take reports now, this one first."""

    area: ShownEstArea
    weeks: list[YearWeek]


async def show_list(visit: Visit) -> Response:
    """The areas of the user's municipality, those of all counties, and what municipalities say comes first."""
    interface, token, home, now = visit.site.interface, visit.token, home_of(visit), this_week(visit)
    chosen = filter_of(
        visit.request,
        lan={county.name for county in visit.site.counties}.__contains__,
        lage=ENDED.__contains__,
        efter=is_cursor,
    )
    of = chosen.query(lan="county")
    page, own, known, priorities, reviews = await asyncio.gather(
        calls.areas(interface, token, **of, **chosen.query(lage="status", efter="cursor")),
        section(_own(visit)),
        section(calls.areas(interface, token, **of, status="ANY", limit=MOST_AREAS)),
        section(calls.priorities(interface, token, **of, year=now.year, quarter=now.quarter)),
        section(calls.reviews(interface, token, **of)),
    )
    return visit.page(
        "est_areas.html",
        filter=chosen,
        page=page,
        home=home,
        own=own,
        others=[each for each in page.items if each.id not in {one.area.id for one in own.content or []}],
        areas={each.id: each.name for each in (known.content.items if known.content else [])},
        priorities=priorities,
        reviews=reviews,
        now=now,
        words=words,
        counties=visit.site.county_options,
        statuses=ended_options(visit.site.words),
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_area(visit: Visit) -> Response:
    """An area: its weeks for those who see them, and of the closed ones what all counties are told."""
    interface, token = visit.site.interface, visit.token
    found = await calls.area(interface, token, *visit.named())
    sees = sees_weeks_of(visit, found.municipality)
    return visit.page(
        "est_area.html",
        found=found,
        pictures=await section(calls.pictures(interface, token, found.id)),
        sees=sees,
        weeks=weeks_begun(visit, found)[:WEEKS] if sees else [],
        now=this_week(visit),
        weekdays=WEEKDAYS,
        words=words,
        ways=est_forms.ways(visit, found),
        done=is_done(visit, tuple(est_forms.FORMS)),
    )


async def show_week(visit: Visit) -> Response:
    """A week of an own area: what was reported, and what is done at once."""
    found = await find_week(visit)
    return visit.page(
        "est_week.html",
        found=found,
        last_day=found.iso.monday + timedelta(days=6),
        words=words,
        function=function_word,
        begun=[each for each in (found.iso.preceding, found.iso.following) if each in found.begun],
        ways=est_forms.ways_of_week(visit, found),
        done=is_done(visit, tuple(est_forms.WEEK_FORMS)),
    )


async def show_year(visit: Visit) -> Response:
    """An ISO year of a municipality: its numbers for those who see them, what comes first, and what it has shown."""
    interface, token, place, year = visit.site.interface, visit.token, named(visit), est_plan_forms.year_of(visit)
    areas, priorities, reviews, numbers = await asyncio.gather(
        calls.areas(interface, token, municipality=place.code, status="ANY"),
        section(calls.priorities(interface, token, municipality=place.code, year=year, status="ANY")),
        section(calls.reviews(interface, token, municipality=place.code, year=year, status="ANY")),
        section(_numbers(visit, place.code, year)),
    )
    decided = {each.quarter: each for each in (priorities.content.items if priorities.content else [])}
    review = next(iter(reviews.content.items), None) if reviews.content else None
    reported = {code for counts in (numbers.content.quarters.values() if numbers.content else ()) for code in counts}
    return visit.page(
        "est_year.html",
        place=place,
        year=year,
        areas={each.id: each.name for each in areas.items},
        categories=[each for each in words.choices("EstCategory") if each.code in reported],
        numbers=numbers if sees_weeks_of(visit, place.code) else None,
        priorities=priorities,
        quarters=[
            ShownQuarter(each, decided.get(each), est_plan_forms.ways_of_quarter(visit, each, decided.get(each)))
            for each in range(1, 5)
        ],
        reviews=reviews,
        review=review,
        words=words,
        ways=est_plan_forms.ways_of_year(visit, review),
        done=is_done(visit, ("prioritera", *est_plan_forms.YEAR_FORMS)),
        freshness=notices([areas.counties], visit.site.county.name, visit.site.now()),
    )


async def _own(visit: Visit) -> list[OwnArea]:
    home = home_of(visit)
    found = (await calls.areas(visit.site.interface, visit.token, municipality=home)).items if home else []
    return list(await asyncio.gather(*(_with_weeks(visit, each) for each in found)))


async def _with_weeks(visit: Visit, area: ShownEstArea) -> OwnArea:
    """The area with this week, and with the one before while its picture is open."""
    now, begun = this_week(visit), weeks_begun(visit, area)
    weeks = [now] if now in begun else []
    if now.preceding in begun:
        before = await calls.week(visit.site.interface, visit.token, area.county, UUID(area.id), now.preceding)
        weeks += [now.preceding] if before.status == "OPEN" else []
    return OwnArea(area, weeks)


async def _numbers(visit: Visit, municipality: str, year: int) -> ShownEstYear | None:
    sees = sees_weeks_of(visit, municipality)
    return await calls.year(visit.site.interface, visit.token, municipality, year) if sees else None
