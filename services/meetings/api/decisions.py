"""The register of decisions: those of approved minutes of all counties, the newest first."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.meetings.store import decisions
from services.meetings.store.decisions import REGISTER_START, DecisionPosition, WantedDecisions
from services.meetings.store.follow_ups import FOLLOW_UPS
from shared.contracts.event import CountyName
from shared.contracts.minutes import CountyFunction, DecisionReference
from shared.rejected import Rejected
from shared.runtime import cursors
from shared.runtime.csv_files import ANSWERS, MOST_EXPORTED, check_exported, csv_of, csv_response
from shared.runtime.lists import Page, QueryDay, SearchQuery
from shared.runtime.models import Printable
from shared.runtime.request import QueryRequest
from shared.runtime.resource import check_county, page_of
from shared.runtime.routes import Router
from shared.threads import beside_requests

router = Router()
PATH = "/decisions"
MOST_NUMBER = 1_000
"""Above every number of a decision: what a cursor says is no more."""
COLUMNS = (
    *("county", "meeting", "number", "decided_on", "text", "decided_by", "dissent"),
    *("replaces", "replaced_by", "minutes", "meeting_id"),
)


class DecisionQuery(SearchQuery):
    """A query for decisions."""

    q: Printable = Field("", max_length=200, description="Words of a decision, its dissent or its meeting; § 4 too")
    meeting: UUID | None = None
    first: QueryDay | None = Field(None, alias="from", description="The first day of decision")
    last: QueryDay | None = Field(None, alias="to", description="The last day of decision")
    in_force: bool | None = Field(None, description="false: only those that a later decision has replaced")

    def wanted(self) -> WantedDecisions:
        """The decisions of all pages."""
        first, last = self.first or date.min, self.last or date.max
        return WantedDecisions(self.county, self.meeting, first, last, self.q, self.in_force)

    def position(self, list_id: str) -> DecisionPosition:
        """Where the page begins; Rejected if the cursor is of another list."""
        if self.cursor is None:
            return REGISTER_START
        of_list, key, county, minutes, number = cursors.decode(self.cursor, 5)
        try:
            position = (str(key), str(county), UUID(str(minutes)), max(0, min(int(number), MOST_NUMBER)))
        except ValueError:
            of_list = ""
        if of_list != list_id:
            raise Rejected(
                "invalid-cursor", "The cursor is of another list or of other filters; begin again without it."
            )
        return position


class DecisionView(BaseModel):
    """A decision, the meeting at which it was taken, and the later one that replaces it."""

    county: CountyName
    minutes: UUID
    meeting: UUID
    title: str
    number: int
    text: str
    decided_by: CountyFunction | None
    decided_on: date
    dissent: str | None
    replaces: DecisionReference | None
    replaced_by: DecisionReference | None


@router.get(PATH, response_model=Page[DecisionView])
async def list_decisions(query: Annotated[DecisionQuery, Query()], request: QueryRequest) -> Response:
    """The decisions of approved minutes, the newest first."""
    check_county(request.writer, query.county, "invalid-county")
    list_id = query.list_id(PATH)
    counties = await request.freshness(FOLLOW_UPS.stream)
    async with request.db.read() as conn:
        found = await decisions.page(conn, query.wanted(), query.position(list_id), query.limit + 1)
    shown = found[: query.limit]
    more = len(found) > query.limit
    after = cursors.encode([list_id, *(str(part) for part in shown[-1].position)]) if more else None
    return page_of([each.body for each in shown], after, counties)


@router.get(PATH + "/export", response_class=Response, responses=ANSWERS)
async def export_decisions(query: Annotated[DecisionQuery, Query()], request: QueryRequest) -> Response:
    """The decisions as a CSV file, on one page. Rejected if there are more than 100,000."""
    check_county(request.writer, query.county, "invalid-county")
    async with request.db.read() as conn:
        found = await decisions.page(conn, query.wanted(), REGISTER_START, MOST_EXPORTED + 1)
    check_exported(found, PATH)
    text = await beside_requests(len(found), lambda: csv_of(COLUMNS, (list(_cells(each.body)) for each in found)))
    return csv_response(f"decisions-{request.county}", text)


def _cells(body: dict[str, Any]) -> Iterator[object]:
    by = body.get("decided_by")
    yield from (body["county"], body["title"], f"§ {body['number']}", body["decided_on"], body["text"])
    yield f"{by['county']} {by['function']}" if by else ""
    yield body.get("dissent")
    for each in (body.get("replaces"), body["replaced_by"]):
        yield f"§ {each['number']} {each['county']}/{each['minutes']}" if each else ""
    yield from (body["minutes"], body["meeting"])
