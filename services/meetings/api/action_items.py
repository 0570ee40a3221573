"""Action items: what somebody is to do after a meeting, how far it is, and whether it is overdue."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.meetings.api.invitations import answerer_of
from services.meetings.api.item_views import ItemQuery, ItemView, item_views
from services.meetings.commands import following_up
from services.meetings.domain.ids import item_id
from services.meetings.store import actors, items
from services.meetings.store.follow_ups import FOLLOW_UPS, ITEMS
from services.meetings.store.items import WantedItems
from shared.contracts.action_items import ActionItem, ActionItemDetails
from shared.contracts.fields import Slug
from shared.contracts.minutes_codes import Work
from shared.runtime import cursors
from shared.runtime.aggregates import LIST_START, Stored
from shared.runtime.csv_files import ANSWERS, MOST_EXPORTED, check_exported, csv_of, csv_response
from shared.runtime.db import Connection
from shared.runtime.lists import Page
from shared.runtime.models import RequestModel
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest, RequestContext
from shared.runtime.resource import (
    Id,
    Owner,
    Resource,
    check_county,
    check_version,
    page_of,
    view_with_related,
)
from shared.runtime.routes import Router
from shared.threads import beside_requests

router = Router()
PATH = "/action-items"
ONE = PATH + "/{county}/{id}"
_ITEMS = Resource(ITEMS, PATH, ItemView)
COLUMNS = (
    *("county", "due", "asked_due", "progress", "text", "owner_county", "owner_function", "owner_actor"),
    *("decision", "meeting_id", "id"),
)


class AssignItem(ActionItemDetails):
    """A task that follows from a meeting of this county. A ``reference`` is unique here: the id is made from it."""

    meeting: UUID
    reference: Slug | None = None


class ReportWork(RequestModel):
    """How far the owner is."""

    work: Work


@router.post(PATH, status_code=201, response_model=ItemView)
async def assign_item(command: AssignItem, request: CommandRequest) -> Response:
    """The owner is to do it. A day on which offices are closed moves to the next one that is open."""
    details = ActionItemDetails(**{name: getattr(command, name) for name in ActionItemDetails.model_fields})
    identity = item_id(request.county, command.reference) if command.reference else uuid7()
    async with request.command() as tx:
        after = await following_up.assign(tx, command.meeting, details, identity)
        return tx.reply(await _view(tx.conn, after, request), location=_ITEMS.location(after.state))


@router.get(PATH, response_model=Page[ItemView])
async def list_items(query: Annotated[ItemQuery, Query()], request: QueryRequest) -> Response:
    """The action items of all counties that are not finished, by the day they are due; other ones with ``progress``."""
    list_id = query.list_id(PATH, request.principal.sub)
    counties = await request.freshness(FOLLOW_UPS.stream)
    async with request.db.read() as conn:
        wanted = await _wanted(conn, query, request)
        after = LIST_START if query.cursor is None else query.after(list_id)
        found = await items.page(conn, wanted, after, query.limit + 1)
        shown = found[: query.limit]
        views = await item_views(conn, [each.stored for each in shown], request.county, wanted.today)
    more = len(found) > query.limit
    return page_of(views, cursors.encode([list_id, *map(str, shown[-1].position)]) if more else None, counties)


@router.get(PATH + "/export", response_class=Response, responses=ANSWERS)
async def export_items(query: Annotated[ItemQuery, Query()], request: QueryRequest) -> Response:
    """The action items as a CSV file, on one page. Rejected if there are more than 100,000."""
    async with request.db.read() as conn:
        wanted = await _wanted(conn, query, request)
        found = await items.page(conn, wanted, LIST_START, MOST_EXPORTED + 1)
        check_exported(found, PATH)
        views = await item_views(conn, [each.stored for each in found], request.county, wanted.today)
    text = await beside_requests(len(views), lambda: csv_of(COLUMNS, (list(_cells(each)) for each in views)))
    return csv_response(f"action-items-{request.county}", text)


@router.get(ONE, response_model=ItemView)
async def get_item(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One action item, of whatever county."""
    async with request.db.read() as conn:
        stored = await _ITEMS.known(conn, request, county, identity)
        return view_with_related(stored.version, await _view(conn, stored, request))


@router.put(ONE, response_model=ItemView)
async def change_item(county: Owner, identity: Id, details: ActionItemDetails, request: CommandRequest) -> Response:
    """The item is as the body says. What is done or cancelled stays so."""
    async with request.command() as tx:
        before = await _ITEMS.lock(tx, county, identity)
        return await _reply(tx, await following_up.change(tx, before, details), request)


@router.post(ONE + "/cancel", response_model=ItemView)
async def cancel_item(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """It is not to be done any more. It stays readable."""
    async with request.command() as tx:
        before = await _ITEMS.lock(tx, county, identity)
        return await _reply(tx, await following_up.cancel(tx, before), request)


@router.post(ONE + "/report", response_model=ItemView)
async def report_item(county: Owner, identity: Id, command: ReportWork, request: CommandRequest) -> Response:
    """The owner's county says how far it is with the version in If-Match, the one that was read."""
    async with request.command() as tx:
        check_county(tx.writer, county, "not-found")
        stored = await following_up.lock(tx, county, identity)
        check_version(tx, stored.version)
        await following_up.report(tx, stored, command.work, answerer_of(request.principal))
        return await _reply(tx, stored, request)


async def _view(conn: Connection, stored: Stored[ActionItem], request: RequestContext) -> ItemView:
    (view,) = await item_views(conn, [stored], request.county, request.writer.context.today)
    return view


async def _reply(tx: CommandTransaction, stored: Stored[ActionItem], request: RequestContext) -> Response:
    return tx.reply(await _view(tx.conn, stored, request))


async def _wanted(conn: Connection, query: ItemQuery, request: RequestContext) -> WantedItems:
    """The items that the query asks for; with ``mine`` those of the caller's function, and of its municipality."""
    check_county(request.writer, query.county, "invalid-county")
    check_county(request.writer, query.owner, "invalid-owner")
    wanted = query.of(request.principal, request.county).wanted(request.writer.context.today)
    municipality = answerer_of(request.principal).municipality
    if query.mine and municipality is not None:
        wanted = replace(wanted, actors=await actors.of_municipality(conn, request.county, municipality))
    return wanted


def _cells(item: ItemView) -> Iterator[object]:
    yield from (item.county, item.due, item.asked_due, item.progress, item.text)
    yield from (item.owner.county, item.owner.function, item.owner.actor)
    yield f"§ {item.decision.number} {item.decision.county}/{item.decision.minutes}" if item.decision else None
    yield from (item.meeting, item.id)
