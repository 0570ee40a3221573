"""The calendar of this county as a list: meetings of all counties in the order of their time."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.meetings.api import lists
from services.meetings.api.invitations import answerer_of
from services.meetings.api.meetings import PATH
from services.meetings.api.views import ListedMeeting
from services.meetings.store import listing
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts.event import READER
from shared.runtime.lists import Page
from shared.runtime.request import QueryRequest
from shared.runtime.resource import check_county, page_of
from shared.runtime.routes import Router

router = Router()


@router.get(PATH, response_model=Page[ListedMeeting])
async def list_meetings(query: Annotated[lists.MeetingQuery, Query()], request: QueryRequest) -> Response:
    """The meetings that are to come, of all counties; earlier ones with ``from``. Drafts for their hosts alone."""
    check_county(request.writer, query.county, "invalid-county")
    homes = answerer_of(request.principal).homes
    list_id = query.list_id(PATH, homes)
    wanted = query.wanted(list_id, request.writer.now(), [query.state_filter()], homes=homes)
    counties = await request.freshness(MEETINGS_STREAM.stream)
    async with request.db.read() as conn:
        found = await listing.page(conn, request.county, wanted)
    shown, more = found[: query.limit], len(found) > query.limit
    items = [ListedMeeting.model_validate(each.row.body, extra="ignore", context=READER) for each in shown]
    return page_of(items, shown[-1].row.cursor(list_id) if more else None, counties)
