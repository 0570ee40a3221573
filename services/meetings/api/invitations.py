"""Invitations: what waits for the caller's answer, and the answers."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from services.meetings.api import lists
from services.meetings.api.views import InviteeView, Placed, invitees_of
from services.meetings.commands import answering
from services.meetings.domain.answering import Answerer, GivenAnswer
from services.meetings.domain.invitees import Actors
from services.meetings.domain.life import OPEN
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store import actors, listing
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts.event import READER
from shared.contracts.meeting_codes import MeetingForm
from shared.contracts.times import Day
from shared.runtime.auth import Principal, Role
from shared.runtime.db import Connection
from shared.runtime.lists import Page
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, check_county, page_of
from shared.runtime.routes import Router

router = Router()
PATH = "/invitations"
InviteeId = Annotated[UUID, Path(alias="invitee")]


class InvitationView(Placed):
    """An invitation of one function: the meeting as its owner has published it, and the answer that counts."""

    form: MeetingForm
    place: str | None
    url: str | None
    answer_by: Day | None
    invitee: InviteeView


@router.get(PATH, response_model=Page[InvitationView])
async def list_invitations(query: Annotated[lists.InvitationQuery, Query()], request: QueryRequest) -> Response:
    """The invitations of all functions that the caller answers for: those that wait, if no state is named."""
    check_county(request.writer, query.county, "invalid-county")
    answerer, own = answerer_of(request.principal), request.county
    list_id = query.list_id(PATH)
    invited = ({"invitees": [{"actor": {"county": own}}]}, {"county": own})
    states = [{"status": status, **each} for status in sorted(OPEN) for each in invited]
    wanted = query.wanted(list_id, request.writer.now(), states, homes=None)
    counties = await request.freshness(MEETINGS_STREAM.stream)
    async with request.db.read() as conn:
        found = await listing.page(conn, own, wanted)
        shown, more = found[: query.limit], len(found) > query.limit
        items = await _invitations(conn, [each.stored for each in shown if each.stored], answerer, own)
    chosen = [each for each in items if query.state in ("ANY", each.invitee.state)]
    return page_of(chosen, shown[-1].row.cursor(list_id) if more else None, counties)


@router.post(PATH + "/{county}/{id}/{invitee}/answer", response_model=InvitationView, openapi_extra=LOCKS_NO_VERSION)
async def answer_invitation(
    county: Owner, identity: Id, invitee: InviteeId, given: GivenAnswer, request: CommandRequest
) -> Response:
    """The answer for one function is given, to the sequence that was read. A later answer replaces it."""
    answerer = answerer_of(request.principal)
    async with request.command() as tx:
        stored = await answering.answer(tx, county, identity, invitee, given, answerer)
        return tx.reply(await shown(tx.conn, stored, invitee, request.county))


async def shown(conn: Connection, stored: StoredMeeting, invitee: UUID, own: str) -> InvitationView:
    """The invitation of one function, with the answer that counts."""
    (invitees,) = await invitees_of(conn, [stored], own)
    (answered,) = [each for each in invitees if each.id == invitee]
    return _view(stored, answered)


def answerer_of(principal: Principal) -> Answerer:
    """For which functions the caller answers."""
    roles = principal.roles
    municipality = principal.municipality if Role.MUNICIPAL_COORDINATOR in roles else None
    return Answerer(Role.COUNTY_COORDINATOR in roles, municipality, Role.POLICE in roles)


async def _invitations(
    conn: Connection, meetings: list[StoredMeeting], answerer: Answerer, own: str
) -> list[InvitationView]:
    """Each function at these meetings that the caller answers for."""
    known = await actors.known(conn, [one.actor for each in meetings for one in each.state.invitees])
    every = await invitees_of(conn, meetings, own)
    return [
        _view(stored, invitee)
        for stored, invitees in zip(meetings, every, strict=True)
        for invitee in invitees
        if _answers_for(answerer, invitee, stored.state, known, own)
    ]


def _answers_for(answerer: Answerer, invitee: InviteeView, meeting: AnyMeeting, known: Actors, own: str) -> bool:
    if isinstance(meeting, HomeMeeting) and answerer.hosts(meeting):
        return True
    actor = known.get(invitee.actor)
    return invitee.actor.county == own and actor is not None and answerer.may_answer_for(actor)


def _view(stored: StoredMeeting, invitee: InviteeView) -> InvitationView:
    fields = {**dict(stored.state), "version": stored.version, "invitee": invitee}
    return InvitationView.model_validate(fields, extra="ignore", context=READER)
