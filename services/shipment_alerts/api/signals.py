"""Signals over HTTP: the police release, correct and withdraw them; whoever may sees those of all counties."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, computed_field
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.lists import inside
from services.shipment_alerts.commands import signals as commands
from services.shipment_alerts.domain import signals
from services.shipment_alerts.domain.sentences import sentence
from services.shipment_alerts.store import signals as store
from shared.contracts.shipment_signals import ShipmentSignal, SignalDetails
from shared.links.freshness import Freshness
from shared.runtime.idempotency import reply_of
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest, RequestContext
from shared.runtime.resource import Id, Owner, Resource, check_county, with_freshness
from shared.runtime.routes import Router

router = Router()
PATH = "/shipment-signals"


class SignalView(Versioned, ShipmentSignal):
    """A signal in its version, which is also its ETag, and as a person reads it."""

    @computed_field
    def swedish(self) -> str:
        """The signal in one line, in Swedish."""
        return sentence(self, "sv")

    @computed_field
    def english(self) -> str:
        """The signal in one line, in English."""
        return sentence(self, "en")


class ReleasableDetails(SignalDetails):
    """A signal as exact as it may be released, and the line in which a person would read it."""

    swedish: str


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


SIGNALS = Resource(store.SIGNALS, PATH, SignalView)


@router.post(PATH, status_code=201, response_model=SignalView, responses={200: {"model": ReleasableDetails}})
async def release_signal(details: SignalDetails, request: CommandRequest, dry_run: bool = False) -> Response:
    """The signal is there for all counties, under a random id. It is refused if it is more exact than it may be.

    A dry run makes it as exact as it may be, answers 200 with that, and releases nothing; nothing of it is kept.
    """
    async with request.command(keep_answer=not dry_run) as tx:
        if dry_run:
            tried = await commands.try_release(tx, details)
            known = {name: getattr(tried, name) for name in SignalDetails.model_fields}
            return tx.reply(ReleasableDetails(**known, swedish=sentence(tried, "sv")))
        after = await commands.release(tx, details)
        return tx.reply(SIGNALS.view(after), location=SIGNALS.location(after.state))


@router.get(PATH, response_model=Page[SignalView])
async def list_signals(query: Annotated[lists.SignalQuery, Query()], request: QueryRequest) -> Response:
    """The signals of all counties that hold, newest week first. With ``status`` those that do not hold any more."""
    return await SIGNALS.list(request, query, *labelled(request))


@router.get(PATH + "/weeks", response_model=WeekCounts)
async def count_weeks(query: Annotated[lists.WeekQuery, Query()], request: QueryRequest) -> Response:
    """How many signals count, by county and ISO week. What is withdrawn does not count, nor does an exercise."""
    check_county(request.writer, query.county, "invalid-county")
    counties = await request.freshness(store.SHIPMENT_SIGNALS.stream)
    states = [{**query.state_filter(), **label} for label in labelled(request)]
    async with request.db.read() as conn:
        items = await store.week_counts(conn, query.county, states)
    return with_freshness({"items": items}, counties)


@router.get(PATH + "/{county}/{id}", response_model=SignalView)
async def get_signal(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One signal, of whatever county."""
    stored = await SIGNALS.find(request, county, identity)
    if stored.state.tlp not in signals.labels(inside(request.principal)):
        raise SIGNALS.table.not_found()
    return reply_of(SIGNALS.view(stored)).response()


@router.put(PATH + "/{county}/{id}", response_model=SignalView)
async def correct_signal(county: Owner, identity: Id, details: SignalDetails, request: CommandRequest) -> Response:
    """The signal is as the body says, under the same id."""
    async with request.command() as tx:
        before = await SIGNALS.lock(tx, county, identity)
        after = await commands.correct(tx, before, details)
        return tx.reply(SIGNALS.view(after))


@router.post(PATH + "/{county}/{id}/withdraw", response_model=SignalView)
async def withdraw_signal(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The signal does not hold, in no county, and will not again."""
    async with request.command() as tx:
        before = await SIGNALS.lock(tx, county, identity)
        after = await SIGNALS.update(tx, before, signals.withdraw(before.state))
        return tx.reply(SIGNALS.view(after))


def labelled(request: RequestContext) -> list[dict[str, str]]:
    """The labels that the caller may see, each as the part of a state that has it."""
    return [{"tlp": label.value} for label in signals.labels(inside(request.principal))]
