"""Support: the requests of all counties, those that wait here first, and one of them with its answer."""

import asyncio

from starlette.responses import Response

from services.workspace import calls_support as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor
from services.workspace.pages.support_forms import FORMS, ways
from services.workspace.pages.work_form import is_done
from services.workspace.roles import COORDINATORS, MUNICIPAL
from services.workspace.sections import notices, section
from services.workspace.shown_support import ShownSupport
from services.workspace.speaking import home_of

OPEN = ("ASKED", "OFFERED")
"""The states of a request that waits for something."""


async def show_list(visit: Visit) -> Response:
    """The requests that the filters choose, and before them those that wait."""
    interface, token, own = visit.site.interface, visit.token, visit.site.county.name
    chosen = filter_of(
        visit.request,
        lan={county.name for county in visit.site.counties}.__contains__,
        slag=words.TERMS["SupportForm"].__contains__,
        lage=words.TERMS["SupportStatus"].__contains__,
        omrade=words.AREAS.__contains__,
        efter=is_cursor,
    )
    query = chosen.query(lan="county", slag="form", lage="status", omrade="policy_area", efter="cursor")
    page, waiting = await asyncio.gather(calls.requests(interface, token, **query), section(_waiting(visit)))
    above = {each.id for each in waiting.content or []}
    return visit.page(
        "supports.html",
        filter=chosen,
        page=page,
        others=[each for each in page.items if each.id not in above],
        waiting=waiting if home_of(visit) or visit.roles & COORDINATORS else None,
        home=home_of(visit),
        may_ask=bool(visit.roles & MUNICIPAL),
        words=words,
        counties=visit.site.county_options,
        areas=words.AREA_OPTIONS,
        forms=words.choices("SupportForm"),
        statuses=words.choices("SupportStatus"),
        freshness=notices([page.counties], own, visit.site.now()),
    )


async def _waiting(visit: Visit) -> list[ShownSupport]:
    """The requests that wait: those of the user's municipality, or those that the user's county answers."""
    home, county = home_of(visit), visit.site.county.name
    if not (home or visit.roles & COORDINATORS):
        return []
    of = {"municipality": home} if home else {}
    ask = (calls.requests(visit.site.interface, visit.token, county=county, status=each, **of) for each in OPEN)
    return [each for page in await asyncio.gather(*ask) for each in page.items]


async def show_one(visit: Visit) -> Response:
    """One request: what for, for whom, until when, and what the county says."""
    found = await calls.request(visit.site.interface, visit.token, *visit.named())
    return visit.page(
        "support.html",
        found=found,
        words=words,
        ways=ways(visit, found),
        done=is_done(visit, tuple(FORMS)),
    )
