"""Minutes of all counties: what was circulated, what waits for approval, and what the approvers say."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.meetings.api.invitations import answerer_of
from services.meetings.api.minutes_views import (
    Approve,
    CorrectMinutes,
    MaskWords,
    MinutesQuery,
    MinutesView,
    Object,
    minutes_views,
)
from services.meetings.commands import approving, minuting
from services.meetings.domain.answering import Answerer
from services.meetings.domain.approvals import own_approvers
from services.meetings.store import follow_ups
from services.meetings.store.follow_ups import FOLLOW_UPS, MINUTES
from shared.contracts.minutes import Minutes, MinutesDetails
from shared.contracts.minutes_codes import MinutesStatus
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored
from shared.runtime.db import Connection
from shared.runtime.lists import Page
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest, RequestContext
from shared.runtime.resource import (
    Id,
    Owner,
    Resource,
    check_county,
    check_owner,
    check_version,
    page_of,
    view_with_related,
)
from shared.runtime.routes import Router

router = Router()
PATH = "/minutes"
ONE = PATH + "/{county}/{id}"
_LISTED = Resource(MINUTES, PATH, MinutesView)


@router.get(PATH, response_model=Page[MinutesView])
async def list_minutes(query: Annotated[MinutesQuery, Query()], request: QueryRequest) -> Response:
    """The minutes of all counties by the day until which they are to be approved; or those that wait for the caller."""
    mine = {"status": MinutesStatus.CIRCULATED, "approvers": [{"county": request.county}]}
    answerer = answerer_of(request.principal)
    counties = await request.freshness(FOLLOW_UPS.stream)
    async with request.db.read() as conn:
        bodies, after = await _LISTED.page(conn, request, query, *([mine] if query.waiting else []))
        if len(chosen := query.until(bodies)) < len(bodies):
            after = None
        stored = await follow_ups.stored_minutes(conn, [(body["county"], UUID(body["id"])) for body in chosen])
        views = await minutes_views(conn, stored, request.county, request.writer.context.today)
        if query.waiting:
            views = [each for each in views if await _waits(conn, each, request.county, answerer)]
    return page_of(views, after, counties)


@router.get(ONE, response_model=MinutesView)
async def get_minutes(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """The minutes of whatever county, and what their approvers say of this revision."""
    async with request.db.read() as conn:
        stored = await _LISTED.known(conn, request, county, identity)
        (view,) = await minutes_views(conn, [stored], request.county, request.writer.context.today)
    return view_with_related(stored.version, view)


@router.put(ONE, response_model=MinutesView)
async def correct_minutes(county: Owner, identity: Id, command: CorrectMinutes, request: CommandRequest) -> Response:
    """The minutes have this text, which is to be approved anew. Once they are approved nothing changes them."""
    details = MinutesDetails(**{name: getattr(command, name) for name in MinutesDetails.model_fields})
    async with request.command() as tx:
        check_owner(tx.writer, county)
        before = await minuting.lock(tx, identity)
        check_version(tx, before.version)
        return await _reply(tx, await minuting.correct(tx, before, details, confirmed=command.confirmed))


@router.post(ONE + "/mask", response_model=MinutesView)
async def mask_minutes(county: Owner, identity: Id, command: MaskWords, request: CommandRequest) -> Response:
    """Words of approved minutes that must not stay there are masked, in all counties. Nothing else changes them."""
    async with request.command() as tx:
        check_owner(tx.writer, county)
        before = await minuting.lock(tx, identity)
        check_version(tx, before.version)
        return await _reply(tx, await minuting.mask(tx, before, command.words))


@router.post(ONE + "/approve", response_model=MinutesView)
async def approve_minutes(county: Owner, identity: Id, command: Approve, request: CommandRequest) -> Response:
    """The approver approves the version in If-Match, the one that was read. The host's county hears of it."""
    return await _say(county, identity, command.approver, None, request)


@router.post(ONE + "/object", response_model=MinutesView)
async def object_to_minutes(county: Owner, identity: Id, command: Object, request: CommandRequest) -> Response:
    """The approver objects to the version in If-Match, and says why. The host may correct the text."""
    return await _say(county, identity, command.approver, command.reason, request)


async def _say(
    county: str, identity: UUID, approver: UUID | None, reason: str | None, request: RequestContext
) -> Response:
    async with request.command() as tx:
        check_county(tx.writer, county, "not-found")
        stored = await approving.lock(tx, county, identity)
        check_version(tx, stored.version)
        own = [approver] if approver else own_approvers(stored.state, request.county)
        if not own:
            raise Rejected("not-approver", f"{request.county} has no approver of these minutes; others approve them.")
        if len(own) > 1:
            raise Rejected("invalid-approver", f"{request.county} has {len(own)} approvers of these minutes: name one.")
        await approving.give(tx, stored, own[0], reason, answerer_of(request.principal))
        return await _reply(tx, await approving.lock(tx, county, identity))


async def _reply(tx: CommandTransaction, stored: Stored[Minutes]) -> Response:
    (view,) = await minutes_views(tx.conn, [stored], tx.writer.county, tx.context.today)
    return tx.reply(view)


async def _waits(conn: Connection, minutes: MinutesView, own: str, by: Answerer) -> bool:
    """Whether the minutes wait for an approver for whom the caller speaks."""
    waiting = [each.invitee for each in minutes.approvals if each.county == own and each.waits]
    return any([await approving.may_speak(conn, minutes, each, by) for each in waiting])
