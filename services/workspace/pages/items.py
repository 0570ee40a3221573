"""Action items: one's own first, then those of all counties."""

import asyncio

from starlette.responses import Response

from services.workspace import calls_meetings as calls
from services.workspace.guard import Visit
from services.workspace.lists import filter_of, is_cursor, options
from services.workspace.pages.meetings import function_word
from services.workspace.sections import notices, section
from shared.contracts.reference.minutes import TERMS

PROGRESS = {code: term.swedish for code, term in TERMS["ItemProgress"].items()}


async def show_list(visit: Visit) -> Response:
    """The action items, by the day they are due."""
    names = {county.name for county in visit.site.counties}
    chosen = filter_of(visit.request, lan=names.__contains__, lage=PROGRESS.__contains__, efter=is_cursor)
    query = chosen.query(lan="owner", lage="progress", efter="cursor")
    interface = visit.site.interface
    page, own = await asyncio.gather(
        calls.items(interface, visit.token, **query), section(calls.own_items(interface, visit.token))
    )
    return visit.page(
        "items.html",
        filter=chosen,
        page=page,
        own=own,
        counties=visit.site.county_options,
        progress=options(PROGRESS),
        function=function_word,
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )
