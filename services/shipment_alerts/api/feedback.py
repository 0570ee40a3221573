"""What counties answer to each other's signals, by fixed codes."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.shipment_alerts.api.signals import PATH, RELEASED
from services.shipment_alerts.domain import feedback
from services.shipment_alerts.store.signals import SIGNALS
from shared.contracts.event import Event
from shared.contracts.shipment_codes import FeedbackCode
from shared.contracts.shipment_fields import Number
from shared.contracts.shipment_signals import SignalFeedback
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.call import Call
from shared.runtime.lists import ListQuery, Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
FEEDBACK = Resource(SIGNALS, "feedback", PATH + "/feedback")


class GiveFeedback(BaseModel):
    """The answer, and the version of the signal that was seen."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    code: FeedbackCode
    version: Number


class FeedbackView(SignalFeedback):
    """An answer in its version, which is also its ETag."""

    version: int


@router.put(PATH + "/{county}/{id}/feedback", response_model=FeedbackView, responses={201: {"model": FeedbackView}})
async def give_feedback(county: Owner, identity: Id, command: GiveFeedback, call: Call) -> Response:
    """This county answers another's signal so; one answer for each, the newest."""
    mine = feedback.identity(call.county, county, identity)

    async def decide(tx: Transaction, before: SignalFeedback | None) -> Event | None:
        stored = await SIGNALS.find(tx.conn, "signal", county, identity)
        if stored is None:
            raise RELEASED.not_found()
        if command.version > stored.version:
            raise Rejected(
                "invalid-version", f"The signal is at version {stored.version}; nobody has seen a later one."
            )
        if before is None:
            return feedback.give(command.code, stored.state, command.version, call.here)
        return feedback.change(command.code, stored.state, command.version, before, call.here)

    return await FEEDBACK.put(call, mine, decide)


@router.get(PATH + "/{county}/{id}/feedback", response_model=Page[FeedbackView])
async def list_feedback(county: Owner, identity: Id, query: Annotated[ListQuery, Query()], call: Call) -> Response:
    """What the counties have answered to a signal."""
    await RELEASED.find(call, county, identity)
    about = {"status": "ACTIVE", "signal": {"county": county, "id": str(identity)}}
    return await FEEDBACK.listed(call, query, about)


@router.get(PATH + "/feedback/{county}/{id}", response_model=FeedbackView)
async def get_feedback(county: Owner, identity: Id, call: Call) -> Response:
    """One answer, of whatever county."""
    return await FEEDBACK.read(call, county, identity)


@router.post(PATH + "/{county}/{id}/feedback/withdraw", response_model=FeedbackView)
async def withdraw_feedback(county: Owner, identity: Id, call: Call) -> Response:
    """This county takes back its answer to the signal."""

    async def decide(_: Transaction, before: SignalFeedback) -> Event:
        return feedback.withdraw(before)

    return await FEEDBACK.change(call, call.county, feedback.identity(call.county, county, identity), decide)
