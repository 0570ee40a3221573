"""Signals over HTTP: the police release, correct and withdraw them; whoever may sees those of all counties."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.lists import inside
from services.shipment_alerts.domain import signals
from services.shipment_alerts.domain.sentences import sentence
from services.shipment_alerts.store import signals as store
from services.shipment_alerts.store.signals import SIGNALS
from services.shipment_alerts.store.sites import site_counts
from shared.contracts.shipment_signals import ShipmentSignal, SignalDetails
from shared.links.freshness import Freshness
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call, CallOf
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource, check_county

router = APIRouter()
PATH = "/shipment-signals"


class SignalView(ShipmentSignal):
    """A signal in its version, which is also its ETag, and as a person reads it."""

    version: int
    swedish: str
    english: str


class WeekCount(BaseModel):
    """How many signals of a county and an ISO week count."""

    county: str
    iso_week_year: int
    iso_week: int
    signals: int


class WeekCounts(BaseModel):
    """Weeks with signals, newest first; ``counties`` says how complete each county's part is."""

    items: list[WeekCount]
    counties: list[Freshness]


def _sentences(signal: ShipmentSignal) -> dict[str, object]:
    return {"swedish": sentence(signal, "sv"), "english": sentence(signal, "en")}


RELEASED = Resource(SIGNALS, "signal", PATH, _sentences)


@router.post(PATH, status_code=201, response_model=SignalView)
async def release_signal(details: SignalDetails, call: Call) -> Response:
    """The signal is there for all counties, under a random id. It is refused if it is more exact than it may be."""

    async def decide(tx: Transaction) -> ShipmentSignal:
        counts = await site_counts(tx.conn, call.here.county.code)
        return await _planned(tx, signals.release(details, uuid4(), counts, call.here))

    return await RELEASED.register(call, decide)


@router.get(PATH, response_model=Page[SignalView])
async def list_signals(query: Annotated[lists.SignalQuery, Query()], call: Call) -> Response:
    """The signals of all counties that hold, newest week first. With ``status`` those that do not hold any more."""
    return await RELEASED.listed(call, query, *labelled(call))


@router.get(PATH + "/weeks", response_model=WeekCounts)
async def count_weeks(query: Annotated[lists.WeekQuery, Query()], call: Call) -> Response:
    """How many signals count, by county and ISO week. What is withdrawn does not count, nor does an exercise."""
    check_county(call, query.county, "invalid-county")
    counties = await call.freshness(SIGNALS.stream)
    holds = [{**query.holds(), **label} for label in labelled(call)]
    async with call.db.read() as conn:
        items = await store.week_counts(conn, query.county, holds)
    return Response(to_json({"items": items, "counties": counties}), media_type="application/json")


@router.get(PATH + "/{county}/{id}", response_model=SignalView)
async def get_signal(county: Owner, identity: Id, call: Call) -> Response:
    """One signal, of whatever county."""
    await visible(call, county, identity)
    return await RELEASED.read(call, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=SignalView)
async def correct_signal(county: Owner, identity: Id, details: SignalDetails, call: Call) -> Response:
    """The signal is as the body says, under the same id."""

    async def decide(tx: Transaction, before: ShipmentSignal) -> ShipmentSignal | None:
        counts = await site_counts(tx.conn, call.here.county.code)
        event = signals.correct(details, before, counts, call.here)
        return None if event is None else await _planned(tx, event)

    return await RELEASED.change(call, county, identity, decide)


@router.post(PATH + "/{county}/{id}/withdraw", response_model=SignalView)
async def withdraw_signal(county: Owner, identity: Id, call: Call) -> Response:
    """The signal does not hold, in no county, and will not again."""

    async def decide(_: Transaction, before: ShipmentSignal) -> ShipmentSignal:
        return signals.withdraw(before)

    return await RELEASED.change(call, county, identity, decide)


async def visible(call: CallOf, county: str, identity: UUID) -> None:
    """Rejected as not found unless the signal's label lets it be shown to the caller."""
    stored = await RELEASED.find(call, county, identity)
    if stored.state.tlp not in signals.labels(inside(call)):
        raise RELEASED.not_found()


def labelled(call: CallOf) -> list[dict[str, str]]:
    """What a signal must hold, one of these, to be shown to the caller."""
    return [{"tlp": label.value} for label in signals.labels(inside(call))]


async def _planned(tx: Transaction, signal: ShipmentSignal) -> ShipmentSignal:
    await store.plan_expiry(tx.conn, signal)
    return signal
