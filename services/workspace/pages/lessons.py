"""Lessons of the four counties, and the focus of each in a year: by theme, policy area and year."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from services.workspace import calls_lessons as calls
from services.workspace import calls_meetings, calls_pictures
from services.workspace import picture_words as words
from services.workspace.answers import CallRefused
from services.workspace.county import CountyInterface
from services.workspace.guard import Visit
from services.workspace.lists import ENDED, Option, ended_options, filter_of, is_cursor
from services.workspace.pages import focus_forms, lesson_forms
from services.workspace.pages.work_form import is_done
from services.workspace.roles import COORDINATORS
from services.workspace.sections import notices, section
from services.workspace.shown_meetings import MeetingDetail
from services.workspace.shown_pictures import ShownMeasure, ShownPicture
from services.workspace.shown_trainings import ShownReference, TrainingDetail
from shared.calendar import day_of

FIRST_YEAR = 2016
"""That of the ordinance by which the county boards do this (förordning 2016:1258)."""

Source = ShownPicture | ShownMeasure | MeetingDetail | TrainingDetail
SOURCES: Sequence[tuple[Callable[[CountyInterface, str, str, UUID], Awaitable[Source]], str]] = (
    (calls_pictures.picture, "/lagesbilder"),
    (calls_pictures.measure, "/lagesbilder/atgarder"),
    (calls_meetings.meeting, "/moten"),
    (lambda interface, token, county, identity: interface.training(token, county, str(identity)), ""),
)
"""The calls for all that a lesson may come from, and where its page is: a training has none."""


@dataclass(frozen=True, slots=True)
class LessonSource:
    """Something of a county that a lesson comes from; without a title if the user does not see it."""

    county: str
    title: str = ""
    path: str = ""


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
        lage=ENDED.__contains__,
        efter=is_cursor,
    )
    query = chosen.query(lan="county", tema="theme", omrade="policy_area", ar="year", lage="status")
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
        statuses=ended_options(visit.site.words),
        years=[Option(year, year) for year in years],
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One lesson, with what it comes from as far as the user sees that."""
    found = await calls.lesson(visit.site.interface, visit.token, *visit.named())
    return visit.page(
        "lesson.html",
        found=found,
        sources=await section(asyncio.gather(*(_source(visit, each) for each in found.learnt_from))),
        words=words,
        ways=lesson_forms.ways(visit, found),
        done=is_done(visit, tuple(lesson_forms.FORMS)),
    )


async def show_focus(visit: Visit) -> Response:
    """The focus of a county in a year, with its goals by the four tasks of a county board."""
    found = await calls.focus(visit.site.interface, visit.token, *visit.named())
    tasks = dict.fromkeys([*words.TERMS["MandateArea"], *(each.mandate_area for each in found.goals)])
    return visit.page(
        "focus.html",
        found=found,
        goals={code: [each for each in found.goals if each.mandate_area == code] for code in tasks},
        words=words,
        ways=focus_forms.ways(visit, found),
        done=is_done(visit, tuple(focus_forms.FORMS)),
    )


async def _source(visit: Visit, named: ShownReference) -> LessonSource:
    """Where a lesson comes from. Its reference does not say of which kind that is, so each kind is asked for."""
    interface, token, identity = visit.site.interface, visit.token, UUID(named.id)
    for call, path in SOURCES:
        try:
            found = await call(interface, token, named.county, identity)
        except CallRefused as refused:
            if refused.status not in (403, 404):
                raise
        else:
            return LessonSource(named.county, found.title, f"{path}/{named.county}/{identity}" if path else "")
    return LessonSource(named.county)
