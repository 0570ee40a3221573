"""Meetings over HTTP: the host plans and changes them, and every county sees what it may."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID, uuid4

from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.meetings.api.invitations import answerer_of
from services.meetings.api.views import AnnouncedView, MeetingView, view
from services.meetings.commands import hosting
from services.meetings.domain import meeting
from services.meetings.domain.ids import meeting_id
from services.meetings.domain.plan import AnyMeeting, MeetingPlan, PlanMeeting
from services.meetings.store import home
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import COLLABORATIONS, MEETINGS
from shared.contracts.event import READER
from shared.contracts.fields import as_list
from shared.contracts.meeting_codes import MeetingKind, Presence
from shared.contracts.meetings import MOST_INVITEES, InviteeDetails, PresenceMarks
from shared.rejected import Rejected
from shared.runtime.db import Connection
from shared.runtime.models import RequestModel
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest, RequestContext
from shared.runtime.resource import Id, Owner, check_county, view_with_related
from shared.runtime.routes import Router

router = Router()
PATH = "/meetings"
ONE = PATH + "/{county}/{id}"


class RecordPresence(RequestModel):
    """Who came, and who did not; whoever is not named stays as before.

    ``came`` names contact functions with the role that they had at the meeting. They attended: also those that were not
    invited, and are listed as invitees now. So an approver of the minutes can be named at the meeting.
    """

    attendance: PresenceMarks = ()
    came: Annotated[tuple[InviteeDetails, ...], as_list(MOST_INVITEES, "functions")] = ()


@router.post(PATH, status_code=201, response_model=MeetingView)
async def plan_meeting(command: PlanMeeting, request: CommandRequest) -> Response:
    """The meeting is a draft, which nobody else sees before it is invited to."""
    by = answerer_of(request.principal)
    host = request.county if by.coordinator else f"{request.county}/{by.municipality}"
    identity = meeting_id(host, command.reference) if command.reference else uuid7()
    async with request.command() as tx:
        actors = await hosting.actors_of(tx, command.invitees)
        ids = [uuid4() for _ in command.invitees]
        draft = meeting.plan(command.plan(), identity, ids, actors, by, tx.context)
        after = await hosting.plan(tx, draft)
        return tx.reply(await view(tx.conn, after, request.county), location=f"{PATH}/{draft.county}/{draft.id}")


@router.get(ONE, response_model=MeetingView | AnnouncedView)
async def get_meeting(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One meeting, of whatever county, with the answers that count."""
    check_county(request.writer, county, "not-found")
    async with request.db.read() as conn:
        stored = await _known(conn, request, county, identity)
        if stored is not None:
            return view_with_related(stored.version, await view(conn, stored, request.county))
        announced = await COLLABORATIONS.find(conn, county, identity)
    if announced is None:
        raise MEETINGS.not_found()
    fields = {**dict(announced.state), "version": announced.version, "kind": MeetingKind.COLLABORATION}
    return view_with_related(announced.version, AnnouncedView.model_validate(fields, context=READER))


@router.put(ONE, response_model=MeetingView)
async def change_meeting(county: Owner, identity: Id, plan: MeetingPlan, request: CommandRequest) -> Response:
    """The meeting is as the body says. Another time, place or online address asks everybody anew."""
    async with request.command() as tx:
        before = await hosting.lock(tx, county, identity, answerer_of(request.principal))
        actors = await hosting.actors_of(tx, plan.invitees)
        ids = [uuid4() for _ in plan.invitees]
        after = meeting.change(plan, before.state, ids, actors, tx.context)
        return await _write(tx, before, after)


@router.post(ONE + "/invite", response_model=MeetingView)
async def invite_to_meeting(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The invitees are asked: to a draft, or to a meeting that was postponed and has its new time."""
    async with request.command() as tx:
        before = await hosting.lock(tx, county, identity, answerer_of(request.principal))
        return await _write(tx, before, meeting.invite(before.state, tx.context))


@router.post(ONE + "/confirm", response_model=MeetingView)
async def confirm_meeting(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The host has decided that the meeting takes place."""
    async with request.command() as tx:
        before = await hosting.lock(tx, county, identity, answerer_of(request.principal))
        return await _write(tx, before, meeting.confirm(before.state))


@router.post(ONE + "/postpone", response_model=MeetingView)
async def postpone_meeting(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The meeting gets another time later: change it then, and invite to it."""
    async with request.command() as tx:
        before = await hosting.lock(tx, county, identity, answerer_of(request.principal))
        return await _write(tx, before, meeting.postpone(before.state, tx.context))


@router.post(ONE + "/cancel", response_model=MeetingView)
async def cancel_meeting(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The meeting is not held. It stays readable, and never comes back."""
    async with request.command() as tx:
        before = await hosting.lock(tx, county, identity, answerer_of(request.principal))
        return await _write(tx, before, meeting.cancel(before.state))


@router.post(ONE + "/attendance", response_model=MeetingView)
async def hold_meeting(county: Owner, identity: Id, command: RecordPresence, request: CommandRequest) -> Response:
    """The meeting has been held, and it is recorded who came."""
    async with request.command() as tx:
        before = await hosting.lock(tx, county, identity, answerer_of(request.principal))
        actors, ids = await hosting.actors_of(tx, command.came), [uuid4() for _ in command.came]
        after = meeting.hold(before.state, _marks(command), tx.context, command.came, ids, actors)
        return await _write(tx, before, after)


@router.post(ONE + "/close", response_model=MeetingView)
async def close_meeting(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """Nothing about the meeting changes any more."""
    async with request.command() as tx:
        before = await hosting.lock(tx, county, identity, answerer_of(request.principal))
        return await _write(tx, before, meeting.close(before.state))


async def _write(tx: CommandTransaction, before: StoredMeeting, after: AnyMeeting | None) -> Response:
    return tx.reply(await view(tx.conn, await hosting.write(tx, before, after), tx.writer.county))


async def _known(conn: Connection, request: RequestContext, county: str, identity: UUID) -> StoredMeeting | None:
    """The meeting if the caller may see it whole. What stays at home is for its host."""
    at_home = await home.find(conn, identity) if county == request.county else None
    if at_home is not None and answerer_of(request.principal).hosts(at_home.state):
        return at_home
    shared = await MEETINGS.find(conn, county, identity)
    return None if shared is None else StoredMeeting(shared.state, shared.version, shared.epoch)


def _marks(command: RecordPresence) -> Mapping[UUID, Presence]:
    marks = {each.invitee: each.presence for each in command.attendance}
    if len(marks) < len(command.attendance):
        raise Rejected("invalid-attendance", "An invitee is named twice; name each once.")
    return marks
