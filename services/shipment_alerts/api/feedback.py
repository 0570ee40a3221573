"""Feedback of counties on each other's signals, by fixed codes."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from services.shipment_alerts.api.lists import FeedbackQuery
from services.shipment_alerts.api.signals import PATH, SIGNALS
from services.shipment_alerts.domain import feedback
from services.shipment_alerts.store import signals as store
from shared.contracts.shipment_codes import FeedbackCode
from shared.contracts.shipment_fields import Number
from shared.contracts.shipment_signals import SignalFeedback
from shared.runtime.lists import Page
from shared.runtime.models import RequestModel, Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()


class GiveFeedback(RequestModel):
    """The answer, and the version of the signal that was seen."""

    code: FeedbackCode
    version: Number


class FeedbackView(Versioned, SignalFeedback):
    """An answer in its version, which is also its ETag."""


FEEDBACK = Resource(store.FEEDBACK, PATH + "/feedback", FeedbackView)


@router.put(PATH + "/{county}/{id}/feedback", response_model=FeedbackView, responses={201: {"model": FeedbackView}})
async def give_feedback(county: Owner, identity: Id, command: GiveFeedback, request: CommandRequest) -> Response:
    """This county answers another's signal so; one answer for each, the newest."""
    async with request.command() as tx:
        before = await FEEDBACK.lock_known(tx, feedback.identity(request.county, county, identity))
        signal = await SIGNALS.known(tx.conn, request, county, identity)
        feedback.check_version(command.version, signal.version)
        if before is None:
            given = feedback.give(command.code, signal.state, command.version, tx.context)
            after = await FEEDBACK.insert(tx, given)
            return tx.reply(FEEDBACK.view(after), location=FEEDBACK.location(after.state))
        changed = feedback.change(command.code, signal.state, command.version, before.state, tx.context)
        after = await FEEDBACK.update(tx, before, changed)
        return tx.reply(FEEDBACK.view(after))


@router.get(PATH + "/{county}/{id}/feedback", response_model=Page[FeedbackView])
async def list_feedback(
    county: Owner, identity: Id, query: Annotated[FeedbackQuery, Query()], request: QueryRequest
) -> Response:
    """The counties' answers to a signal: those that stand, if no status is named."""
    await SIGNALS.find(request, county, identity)
    about = {"signal": {"county": county, "id": str(identity)}}
    return await FEEDBACK.list(request, query, about)


@router.get(PATH + "/feedback/{county}/{id}", response_model=FeedbackView)
async def get_feedback(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One answer, of whatever county."""
    return await FEEDBACK.read(request, county, identity)


@router.post(PATH + "/{county}/{id}/feedback/withdraw", response_model=FeedbackView)
async def withdraw_feedback(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """This county takes back its answer to the signal."""
    async with request.command() as tx:
        before = await FEEDBACK.lock(tx, request.county, feedback.identity(request.county, county, identity))
        after = await FEEDBACK.update(tx, before, feedback.withdraw(before.state))
        return tx.reply(FEEDBACK.view(after))
