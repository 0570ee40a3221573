"""Handbooks, reports and legal sources that counties recommend: by kind, theme and policy area."""

from starlette.responses import Response

from services.workspace import calls_resources as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import ENDED, ended_options, filter_of, is_cursor
from services.workspace.pages import resource_forms
from services.workspace.pages.work_form import is_done
from services.workspace.roles import COORDINATORS
from services.workspace.sections import notices


async def show_list(visit: Visit) -> Response:
    """The resources that the filters choose."""
    chosen = filter_of(
        visit.request,
        lan={county.name for county in visit.site.counties}.__contains__,
        slag=words.TERMS["ResourceKind"].__contains__,
        tema=words.TERMS["Theme"].__contains__,
        omrade=words.AREAS.__contains__,
        lage=ENDED.__contains__,
        efter=is_cursor,
    )
    query = chosen.query(lan="county", slag="kind", tema="theme", omrade="policy_area", lage="status", efter="cursor")
    page = await calls.resources(visit.site.interface, visit.token, **query)
    return visit.page(
        "resources.html",
        filter=chosen,
        page=page,
        may_write=bool(visit.roles & COORDINATORS),
        words=words,
        counties=visit.site.county_options,
        kinds=words.choices("ResourceKind"),
        themes=words.choices("Theme"),
        areas=words.AREA_OPTIONS,
        statuses=ended_options(visit.site.words),
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One resource, with its address and when that last led there."""
    found = await calls.resource(visit.site.interface, visit.token, *visit.named())
    return visit.page(
        "resource.html",
        found=found,
        words=words,
        ways=resource_forms.ways(visit, found),
        done=is_done(visit, tuple(resource_forms.FORMS)),
    )
