"""Calendar files: an occasion for a participant, and the county's feed for whoever has its secret."""

import secrets
from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from services.trainings.api.enrolments import PATH as ENROLMENTS_PATH
from services.trainings.api.enrolments import REQUESTS
from services.trainings.api.occasions import OCCASIONS
from services.trainings.calendar_file import Entry, feed, ticket
from services.trainings.store import calendars, catalogue, enrolments
from shared.contracts.reference import COUNTIES
from shared.contracts.trainings import Occasion
from shared.rejected import Rejected
from shared.runtime.call import Call, CallOf
from shared.runtime.resource import Id, Owner, check_owner

router = APIRouter()
PATH = "/calendars"
MEDIA_TYPE = "text/calendar; charset=utf-8"


class CalendarAddress(BaseModel):
    """Where calendars subscribe to the county's occasions. It is shown once: whoever has it may read the feed."""

    path: str


@router.post(PATH, status_code=201, response_model=CalendarAddress)
async def open_calendar(call: Call) -> Response:
    """The county's feed has a new secret address, and the one before is no more."""
    secret = secrets.token_urlsafe(32)
    async with call.db.begin(call.correlation_id) as tx:
        await calendars.keep_secret(tx.conn, secret)
    body = CalendarAddress(path=f"{PATH}/{secret}")
    return Response(to_json(body), 201, {"Cache-Control": "no-store"}, "application/json")


@router.get(PATH + "/{secret}", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
async def read_calendar(secret: Annotated[str, Path(max_length=100)], call: Call) -> Response:
    """The occasions that the county holds or may ask for seats of: title, time, place and county, and no more."""
    async with call.db.read() as conn:
        if not await calendars.is_secret(conn, secret):
            raise Rejected("not-found", "This is not the address of the feed, or not any more; ask the coordinator.")
        occasions = await catalogue.occasions_for(conn, call.county)
        titles = await catalogue.titles(conn, occasions)
    entries = _entries(call, occasions, titles)
    return _file(feed(f"Utbildningar, {_named(call, call.county)}", entries, call.db.writer.now()), "utbildningar.ics")


@router.get(
    ENROLMENTS_PATH + "/{county}/{id}/participants/{participant}/calendar",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}},
)
async def read_ticket(county: Owner, identity: Id, participant: UUID, call: Call) -> Response:
    """The calendar file for a participant who has a seat, or had one: newer ones replace older ones."""
    check_owner(call, county)
    async with call.db.read() as conn:
        request = (await REQUESTS.known(conn, county, identity)).state
        answer = await enrolments.answer_to(conn, request)
        occasion = await OCCASIONS.known(conn, request.occasion.county, request.occasion.id)
        titles = await catalogue.titles(conn, [occasion.state])
    seats = {seat.participant: seat for seat in answer.state.seats} if answer else {}
    (entry,) = _entries(call, [occasion.state], titles)
    content = ticket(entry, seats[participant], call.db.writer.now()) if participant in seats else None
    if content is None:
        raise Rejected("not-found", "The participant has no seat, and has had none.")
    return _file(content, "utbildning.ics")


def _entries(call: CallOf, occasions: Iterable[Occasion], titles: dict[tuple[str, UUID], str]) -> list[Entry]:
    return [
        Entry(each, titles.get((each.county, each.training), "Utbildning"), _named(call, each.county))
        for each in occasions
    ]


def _named(call: CallOf, county: str) -> str:
    """The county as people call it; by its short name if it is none of the reference data."""
    codes = {one.name: one.code for one in call.counties}
    return COUNTIES[codes[county]].name if codes.get(county) in COUNTIES else county


def _file(content: bytes, name: str) -> Response:
    return Response(content, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, MEDIA_TYPE)
