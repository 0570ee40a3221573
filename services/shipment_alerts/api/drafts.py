"""Versions of routines and safety advice that wait for a second person. They stay in the county until then."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.shipment_alerts.api.guidance import ADVICE, PATH, ROUTINES, RoutineView, SafetyAdviceView
from services.shipment_alerts.domain import guidance
from services.shipment_alerts.domain.guidance import Author, Draft
from services.shipment_alerts.store import guidance as store
from services.shipment_alerts.store.guidance import Waiting
from shared.contracts.codes import FunctionCode
from shared.contracts.guidance import GuidanceDetails, SafetyAdviceDetails
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.call import Answer, Call, CallOf
from shared.runtime.resource import Id, Resource

router = APIRouter()


class RoutineDraft(BaseModel):
    """What a version of a routine shall say: of a new one, or the next version of ``routine``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    details: GuidanceDetails
    routine: UUID | None = None


class SafetyAdviceDraft(BaseModel):
    """What a version of a safety advice shall say: of a new one, or the next version of ``advice``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

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
async def draft_routine(command: RoutineDraft, call: Call) -> Response:
    """The version waits for approval by a second person."""
    return await _keep(call, ROUTINES, command.details, command.routine)


@router.post(PATH + "/safety-advice/drafts", status_code=201, response_model=DraftView)
async def draft_safety_advice(command: SafetyAdviceDraft, call: Call) -> Response:
    """The version waits for approval by a second person."""
    return await _keep(call, ADVICE, command.details, command.advice, command.exercise)


@router.get(PATH + "/drafts", response_model=list[DraftView])
async def list_drafts(call: Call) -> Response:
    """What waits for a second person."""
    async with call.db.read() as conn:
        waiting = await store.drafts(conn)
    return Response(to_json([_view(each) for each in waiting]), media_type="application/json")


@router.post(
    PATH + "/drafts/{id}/approve",
    response_model=RoutineView | SafetyAdviceView,
    responses={201: {"model": RoutineView | SafetyAdviceView}},
)
async def approve_draft(identity: Id, call: Call) -> Response:
    """The draft is a version now, of which all counties know. Whoever wrote it cannot approve it."""
    approver = _author(call)

    async def run(tx: Transaction) -> Answer:
        waiting = await store.draft(tx.conn, identity)
        if waiting is None:
            raise _no_draft()
        answer = await _publish(tx, call, waiting, approver)
        await store.drop_draft(tx.conn, identity)
        return answer

    return await call.command(run)


@router.delete(PATH + "/drafts/{id}", status_code=204)
async def discard_draft(identity: Id, call: Call) -> Response:
    """The draft does not wait any more, and becomes nothing."""

    async def run(tx: Transaction) -> Answer:
        if not await store.drop_draft(tx.conn, identity):
            raise _no_draft()
        return Answer(204)

    return await call.command(run)


async def _keep(
    call: CallOf, resource: Resource, details: GuidanceDetails, target: UUID | None, exercise: bool = False
) -> Response:
    waiting = Waiting(uuid7(), resource.kind, target, exercise, Draft(details, _author(call)))

    async def run(tx: Transaction) -> Answer:
        if target is not None and await resource.aggregates.find(tx.conn, resource.kind, call.county, target) is None:
            raise resource.not_found()
        await store.keep_draft(tx.conn, waiting)
        return Answer(201, _view(waiting))

    return await call.command(run)


async def _publish(tx: Transaction, call: CallOf, waiting: Waiting, approver: Author) -> Answer:
    """The version is published; if the newest one says the same already, that one stays as it is."""
    resource = ROUTINES if waiting.kind == ROUTINES.kind else ADVICE
    before = None
    if waiting.target is not None:
        before = await resource.aggregates.find(tx.conn, resource.kind, call.county, waiting.target, lock=True)
        if before is None:
            raise resource.not_found()
    state = before.state if before else None
    event = (
        guidance.publish_routine(waiting.draft, approver, uuid7(), state, call.here)
        if resource is ROUTINES
        else guidance.publish_advice(waiting.draft, approver, uuid7(), state, call.here, waiting.exercise)
    )
    if before is not None:
        return await resource.update(tx, before, event)
    assert event is not None
    return await resource.create(tx, event)


def _author(call: CallOf) -> Author:
    """Who drafts or approves. The function is told to all counties, so it must be one of the reference data."""
    if call.principal.function not in FunctionCode.codes():
        raise Rejected("no-function", "Your token names no function that guidance can be written or approved by.")
    return Author(call.principal.sub, FunctionCode(call.principal.function))


def _no_draft() -> Rejected:
    return Rejected("not-found", "No draft of that id waits here.")


def _view(waiting: Waiting) -> DraftView:
    told = {name: getattr(waiting, name) for name in ("id", "kind", "target", "exercise")}
    return DraftView(**told, details=waiting.draft.details, written_by=waiting.draft.author.function)
