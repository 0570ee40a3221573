"""Calendar files: an occasion for a participant, and the county's feed for whoever has its secret."""

from uuid import UUID

from starlette.responses import Response

from services.trainings.api.answered import PATH as ENROLMENTS_PATH
from services.trainings.api.answered import REQUESTS
from services.trainings.commands.tickets import entry_of, ticket
from services.trainings.store import catalogue
from shared.contracts.reference import county_name
from shared.rejected import Rejected
from shared.runtime.calendar_files.entries import CalendarMethod
from shared.runtime.calendar_files.serving import (
    ANSWERS,
    FeedAddress,
    Secret,
    file_response,
    find_feed,
    replace_address,
)
from shared.runtime.calendar_files.writing import write
from shared.runtime.openapi import KEEPS_NO_ANSWER
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, check_owner
from shared.runtime.routes import Router
from shared.threads import beside_requests

router = Router()
PATH = "/calendars"
FEED = "county"


@router.post(PATH, status_code=201, response_model=FeedAddress, openapi_extra=KEEPS_NO_ANSWER)
async def open_calendar(request: CommandRequest) -> Response:
    """The county's feed has a new secret address, and the one before is no more."""
    async with request.command(keep_answer=False) as tx:
        return await replace_address(tx.conn, FEED, PATH)


@router.get(PATH + "/{secret}", response_class=Response, responses=ANSWERS)
async def read_calendar(secret: Secret, request: QueryRequest) -> Response:
    """The occasions that the county holds or may ask for seats of: title, time, place and county, and no more."""
    counties = request.writer.counties
    async with request.db.read() as conn:
        await find_feed(conn, secret)
        occasions = await catalogue.occasions_for(conn, request.county)
    name = f"Utbildningar, {county_name(request.county, counties)}"
    feed = await beside_requests(
        len(occasions), lambda: write(CalendarMethod.PUBLISH, [entry_of(each, counties) for each in occasions], name)
    )
    return file_response(feed, "utbildningar.ics")


@router.get(
    ENROLMENTS_PATH + "/{county}/{id}/participants/{participant}/calendar", response_class=Response, responses=ANSWERS
)
async def read_ticket(county: Owner, identity: Id, participant: UUID, request: QueryRequest) -> Response:
    """The calendar file for a participant who has a seat, or had one: newer ones replace older ones."""
    check_owner(request.writer, county)
    async with request.db.read() as conn:
        enrolment = (await REQUESTS.known(conn, request, county, identity)).state
        file = await ticket(conn, request.writer.counties, enrolment, participant)
    if file is None:
        raise Rejected(
            "not-found", "There is no file: the participant has no seat, and none is to be taken out of a calendar."
        )
    return file_response(file, "utbildning.ics")
