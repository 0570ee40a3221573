"""Versions of routines and safety advice that wait for a second person. They stay in the county until then."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.shipment_alerts.api.guidance import ADVICE, PATH, ROUTINES, RoutineView, SafetyAdviceView
from services.shipment_alerts.commands import drafts
from services.shipment_alerts.domain.guidance import Author, Draft
from services.shipment_alerts.store import guidance as store
from shared.contracts.codes import FunctionCode
from shared.contracts.guidance import GuidanceDetails, SafetyAdviceDetails
from shared.rejected import Rejected
from shared.runtime.auth import Principal
from shared.runtime.lists import ListQuery, Page
from shared.runtime.models import RequestModel
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Resource, page_at_home
from shared.runtime.routes import Router

router = Router()


class RoutineDraft(RequestModel):
    """A version of a routine: the first of a new one, or the next of ``routine``."""

    details: GuidanceDetails
    routine: UUID | None = None


class SafetyAdviceDraft(RequestModel):
    """A version of a safety advice: the first of a new one, or the next of ``advice``."""

    details: SafetyAdviceDetails
    advice: UUID | None = None
    exercise: bool = False


class DraftView(BaseModel):
    """A draft, and the function of whoever wrote it."""

    id: UUID
    kind: str
    target: UUID | None
    exercise: bool
    details: SafetyAdviceDetails | GuidanceDetails
    written_by: FunctionCode


@router.post(PATH + "/routines/drafts", status_code=201, response_model=DraftView)
async def draft_routine(command: RoutineDraft, request: CommandRequest) -> Response:
    """The version waits for approval by a second person."""
    draft = Draft(uuid7(), command.details, author_of(request.principal), command.routine)
    async with request.command() as tx:
        await drafts.keep(tx, draft)
        return tx.reply(_view(draft), status=201)


@router.post(PATH + "/safety-advice/drafts", status_code=201, response_model=DraftView)
async def draft_safety_advice(command: SafetyAdviceDraft, request: CommandRequest) -> Response:
    """The version waits for approval by a second person."""
    draft = Draft(uuid7(), command.details, author_of(request.principal), command.advice, command.exercise)
    async with request.command() as tx:
        await drafts.keep(tx, draft)
        return tx.reply(_view(draft), status=201)


@router.get(PATH + "/drafts", response_model=Page[DraftView])
async def list_drafts(query: Annotated[ListQuery, Query()], request: QueryRequest) -> Response:
    """The drafts of this county that wait for a second person, the oldest first. Others have none here."""
    list_id = query.list_id(PATH + "/drafts")
    _, _, after = query.after(list_id)
    async with request.db.read() as conn:
        found = await store.drafts(conn, after, query.rows_at_home(request.county))
    return page_at_home(query, list_id, [(_view(each), ("", request.county, each.id)) for each in found])


@router.post(
    PATH + "/drafts/{id}/approve",
    openapi_extra=LOCKS_NO_VERSION,
    response_model=RoutineView | SafetyAdviceView,
    responses={201: {"model": RoutineView | SafetyAdviceView}},
)
async def approve_draft(identity: Id, request: CommandRequest) -> Response:
    """The draft is a version now, of which all counties know. Whoever wrote it cannot approve it."""
    approver = author_of(request.principal)
    async with request.command() as tx:
        draft = await drafts.take(tx, identity)
        after = await drafts.publish(tx, draft, approver)
        resource: Resource[Any] = ROUTINES if draft.kind == ROUTINES.table.kind else ADVICE
        location = resource.location(after.state) if draft.target is None else None
        return tx.reply(resource.view(after), location=location)


@router.delete(PATH + "/drafts/{id}", status_code=204, openapi_extra=LOCKS_NO_VERSION)
async def discard_draft(identity: Id, request: CommandRequest) -> Response:
    """The draft does not wait any more, and becomes nothing."""
    async with request.command() as tx:
        await drafts.take(tx, identity)
        return tx.reply(status=204)


def author_of(principal: Principal) -> Author:
    """Who drafts or approves. The function is published to all counties, so it must be one of the reference data."""
    if principal.function not in FunctionCode.codes():
        raise Rejected("no-function", "Your token names no function that guidance can be written or approved by.")
    return Author(principal.sub, FunctionCode(principal.function))


def _view(draft: Draft) -> DraftView:
    fields = {name: getattr(draft, name) for name in ("id", "kind", "target", "exercise", "details")}
    return DraftView(**fields, written_by=draft.author.function)
