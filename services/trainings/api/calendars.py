"""Calendar files: an occasion for a participant, and the county's feed for whoever has its secret."""

import secrets
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from services.trainings.api.answered import PATH as ENROLMENTS_PATH
from services.trainings.api.answered import REQUESTS
from services.trainings.api.calendar_file import Entry, feed, ticket
from services.trainings.api.occasions import OCCASIONS
from services.trainings.store import calendars, catalogue, enrolments, participants
from services.trainings.store.catalogue import Taught
from shared.contracts.reference import COUNTIES
from shared.rejected import Rejected
from shared.runtime.openapi import KEEPS_NO_ANSWER
from shared.runtime.request import CommandRequest, QueryRequest, RequestContext
from shared.runtime.resource import Id, Owner, check_owner
from shared.runtime.routes import Router

router = Router()
PATH = "/calendars"
MEDIA_TYPE = "text/calendar; charset=utf-8"


class CalendarAddress(BaseModel):
    """Where calendars subscribe to the county's occasions. It is shown once: whoever has it may read the feed."""

    path: str


@router.post(PATH, status_code=201, response_model=CalendarAddress, openapi_extra=KEEPS_NO_ANSWER)
async def open_calendar(request: CommandRequest) -> Response:
    """The county's feed has a new secret address, and the one before is no more."""
    secret = secrets.token_urlsafe(32)
    async with request.command(keep_answer=False) as tx:
        await calendars.save_secret(tx.conn, secret)
    body = CalendarAddress(path=f"{PATH}/{secret}")
    return Response(to_json(body), 201, {"Cache-Control": "no-store"}, "application/json")


@router.get(PATH + "/{secret}", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
async def read_calendar(secret: Annotated[str, Path(max_length=100)], request: QueryRequest) -> Response:
    """The occasions that the county holds or may ask for seats of: title, time, place and county, and no more."""
    async with request.db.read() as conn:
        if not await calendars.is_secret(conn, secret):
            raise Rejected("not-found", "This is not the address of the feed, or not any more; ask the coordinator.")
        occasions = await catalogue.occasions_for(conn, request.county)
    entries = [_entry(request, each) for each in occasions]
    return _file(feed(f"Utbildningar, {_named(request, request.county)}", entries), "utbildningar.ics")


@router.get(
    ENROLMENTS_PATH + "/{county}/{id}/participants/{participant}/calendar",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}},
)
async def read_ticket(county: Owner, identity: Id, participant: UUID, request: QueryRequest) -> Response:
    """The calendar file for a participant who has a seat, or had one: newer ones replace older ones."""
    check_owner(request.writer, county)
    async with request.db.read() as conn:
        enrolment = (await REQUESTS.known(conn, request, county, identity)).state
        answer = await enrolments.answer_to(conn, enrolment)
        occasion = await catalogue.taught(conn, enrolment.occasion)
        asked_at = (await enrolments.waiting_since(conn, [identity])).get(identity)
        earlier = await participants.earlier(conn, participant)
    if occasion is None:
        raise OCCASIONS.table.not_found()
    seats = {seat.participant: seat for seat in answer.state.seats} if answer else {}
    entry = _entry(request, occasion)
    content = ticket(entry, seats[participant], asked_at, earlier) if participant in seats else None
    if content is None:
        raise Rejected("not-found", "The participant has no seat, and has had none.")
    return _file(content, "utbildning.ics")


def _entry(request: RequestContext, taught: Taught) -> Entry:
    county = _named(request, taught.occasion.county)
    return Entry(taught.occasion, taught.title or "Utbildning", county, taught.changed_at, taught.revision - 1)


def _named(request: RequestContext, county: str) -> str:
    """The county as people call it; by its short name if it is none of the reference data."""
    codes = {one.name: one.code for one in request.writer.counties}
    return COUNTIES[codes[county]].name if codes.get(county) in COUNTIES else county


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(content, 200, headers, MEDIA_TYPE)
