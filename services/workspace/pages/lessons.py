"""Lessons of the four counties, and the focus of each in a year: by theme, policy area and year."""

import asyncio

from starlette.responses import Response

from services.workspace import calls_lessons as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import Option, filter_of, is_cursor
from services.workspace.pages import focus_forms, lesson_forms
from services.workspace.pages.work_form import is_done
from services.workspace.roles import COORDINATORS
from services.workspace.sections import notices, section
from shared.calendar import day_of

FIRST_YEAR = 2016
"""That of the ordinance by which the county boards do this (förordning 2016:1258)."""


async def show_list(visit: Visit) -> Response:
    """The focuses and the lessons that the filters choose."""
    interface, token = visit.site.interface, visit.token
    years = [str(year) for year in range(day_of(visit.site.now()).year + 1, FIRST_YEAR - 1, -1)]
    chosen = filter_of(
        visit.request,
        lan={county.name for county in visit.site.counties}.__contains__,
        tema=words.TERMS["Theme"].__contains__,
        omrade=words.AREAS.__contains__,
        ar=years.__contains__,
        efter=is_cursor,
    )
    query = chosen.query(lan="county", tema="theme", omrade="policy_area", ar="year")
    page, focuses = await asyncio.gather(
        calls.lessons(interface, token, **query, **chosen.query(efter="cursor")),
        section(calls.focuses(interface, token, **query)),
    )
    return visit.page(
        "lessons.html",
        filter=chosen,
        page=page,
        focuses=focuses,
        may_write=bool(visit.roles & COORDINATORS),
        words=words,
        counties=visit.site.county_options,
        themes=words.choices("Theme"),
        areas=words.AREA_OPTIONS,
        years=[Option(year, year) for year in years],
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One lesson."""
    found = await calls.lesson(visit.site.interface, visit.token, *visit.named())
    return visit.page(
        "lesson.html",
        found=found,
        words=words,
        ways=lesson_forms.ways(visit, found),
        done=is_done(visit, tuple(lesson_forms.FORMS)),
    )


async def show_focus(visit: Visit) -> Response:
    """The focus of a county in a year, with its goals by the four tasks of a county board."""
    found = await calls.focus(visit.site.interface, visit.token, *visit.named())
    return visit.page(
        "focus.html",
        found=found,
        words=words,
        ways=focus_forms.ways(visit, found),
        done=is_done(visit, tuple(focus_forms.FORMS)),
    )
