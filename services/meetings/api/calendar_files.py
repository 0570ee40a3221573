"""Calendar files: an invitation, what a calendar answers to it, and feeds for whoever has their secret."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Path
from starlette.responses import Response

from services.meetings.api import invitations
from services.meetings.api.invitations import InvitationView, InviteeId, answerer_of
from services.meetings.commands import answering
from services.meetings.commands.calendar_entries import entry_of, function_entries, invitation
from services.meetings.store import actors, calendars
from shared.contracts.asking import Reference
from shared.contracts.reference import county_name
from shared.rejected import Rejected
from shared.runtime.calendar_files.entries import CalendarMethod
from shared.runtime.calendar_files.serving import (
    ANSWERS,
    MEDIA_TYPE,
    FeedAddress,
    Secret,
    file_response,
    find_feed,
    replace_address,
)
from shared.runtime.calendar_files.writing import write
from shared.runtime.openapi import KEEPS_NO_ANSWER, LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, check_owner
from shared.runtime.routes import Router

router = Router()
PATH = "/meeting-calendars"
ONE = invitations.PATH + "/{county}/{id}/{invitee}"
COUNTY_FEED = "county"
FunctionId = Annotated[UUID, Path(alias="function")]


@router.get(ONE + "/calendar", response_class=Response, responses=ANSWERS)
async def read_invitation(county: Owner, identity: Id, invitee: InviteeId, request: QueryRequest) -> Response:
    """The calendar file of one invitation: newer ones replace older ones, and take out what is off."""
    answerer = answerer_of(request.principal)
    async with request.db.read() as conn:
        found = await answering.find_invitation(conn, request.county, county, identity, invitee, answerer)
        file = await invitation(conn, request.writer, *found)
    return file_response(file, "mote.ics")


@router.post(ONE + "/reply", response_model=InvitationView, openapi_extra=LOCKS_NO_VERSION)
async def reply_to_invitation(
    county: Owner,
    identity: Id,
    invitee: InviteeId,
    content: Annotated[bytes, Body(media_type=MEDIA_TYPE)],
    request: CommandRequest,
) -> Response:
    """A calendar has answered for one function: the file that it made counts as any answer does."""
    async with request.command() as tx:
        stored = await answering.reply_to(tx, county, identity, invitee, content, answerer_of(request.principal))
        return tx.reply(await invitations.shown(tx.conn, stored, invitee, request.county))


@router.post(invitations.PATH + "/reply", response_model=list[InvitationView], openapi_extra=LOCKS_NO_VERSION)
async def reply_by_mail(content: Annotated[bytes, Body(media_type=MEDIA_TYPE)], request: CommandRequest) -> Response:
    """A calendar has answered by mail: the file says to which meeting (UID), and for which mailbox (ATTENDEE).

    So what takes mails in needs to know no id. It counts for each function of that mailbox that the caller answers for.
    """
    async with request.command() as tx:
        replied = await answering.reply_by_mail(tx, content, answerer_of(request.principal))
        return tx.reply([await invitations.shown(tx.conn, *each, request.county) for each in replied])


@router.post(PATH, status_code=201, response_model=FeedAddress, openapi_extra=KEEPS_NO_ANSWER)
async def open_meeting_calendar(request: CommandRequest) -> Response:
    """The county's feed has a new secret address, and the one before is no more."""
    async with request.command(keep_answer=False) as tx:
        return await replace_address(tx.conn, COUNTY_FEED, PATH)


@router.post(
    PATH + "/{county}/{id}/{function}",
    status_code=201,
    response_model=FeedAddress,
    openapi_extra=KEEPS_NO_ANSWER | LOCKS_NO_VERSION,
)
async def open_function_calendar(
    county: Owner, identity: Id, function: FunctionId, request: CommandRequest
) -> Response:
    """The feed of one contact function of an own actor has a new secret address. Who answers for it opens it."""
    check_owner(request.writer, county)
    reference = Reference(county=county, id=identity)
    async with request.command(keep_answer=False) as tx:
        actor = (await actors.known(tx.conn, [reference])).get(reference)
        if actor is None or function not in {each.id for each in actor.contact_functions}:
            raise Rejected("not-found", "This county has no such contact function.")
        if not answerer_of(request.principal).may_answer_for(actor):
            raise Rejected("forbidden", "You do not answer for this function; its coordinator does.")
        return await replace_address(tx.conn, f"{identity}/{function}", PATH)


@router.get(PATH + "/{secret}", response_class=Response, responses=ANSWERS)
async def read_meeting_calendar(secret: Secret, request: QueryRequest) -> Response:
    """The meetings of a feed. Of the county's: title, time, place and county, and no more."""
    own, counties = request.county, request.writer.counties
    async with request.db.read() as conn:
        feed = await find_feed(conn, secret)
        if feed == COUNTY_FEED:
            found = await calendars.published(conn, request.writer.now())
            entries = [entry_of(meeting, at, counties) for meeting, at in found]
        else:
            actor, function = map(UUID, feed.split("/"))
            entries = await function_entries(conn, request.writer, Reference(county=own, id=actor), function)
    file = write(CalendarMethod.PUBLISH, entries, f"Möten, {county_name(own, counties)}")
    return file_response(file, "moten.ics")
