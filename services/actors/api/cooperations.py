"""Cooperation agreements over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.actors import store
from services.actors.api import lists
from services.actors.api.views import CooperationView
from services.actors.domain import cooperation
from shared.contracts.actors import Cooperation, CooperationDetails
from shared.contracts.event import Event
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
PATH = "/cooperations"
COOPERATIONS = Resource(store.AGGREGATES, "cooperation", PATH)


@router.post(PATH, status_code=201, response_model=CooperationView)
async def register_cooperation(details: CooperationDetails, call: Call) -> Response:
    """The agreement is registered, and this county owns it."""

    async def decide(tx: Transaction) -> Event:
        known = await store.statuses(tx.conn, call.county, details.parties)
        return cooperation.register(details, uuid7(), known, call.county)

    return await COOPERATIONS.register(call, decide)


@router.get(PATH, response_model=Page[CooperationView])
async def list_cooperations(query: Annotated[lists.CooperationQuery, Query()], call: Call) -> Response:
    """The agreements of all counties, in Swedish order."""
    return await COOPERATIONS.listed(call, query)


@router.get(PATH + "/{county}/{id}", response_model=CooperationView)
async def get_cooperation(county: Owner, identity: Id, call: Call) -> Response:
    """One agreement, of whatever county."""
    return await COOPERATIONS.read(call, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=CooperationView)
async def change_cooperation(county: Owner, identity: Id, details: CooperationDetails, call: Call) -> Response:
    """The agreement is as the body says."""

    async def decide(tx: Transaction, before: Cooperation) -> Event | None:
        known = await store.statuses(tx.conn, call.county, details.parties)
        return cooperation.change(details, before, known)

    return await COOPERATIONS.change(call, county, identity, decide)


@router.post(PATH + "/{county}/{id}/retire", response_model=CooperationView)
async def retire_cooperation(county: Owner, identity: Id, call: Call) -> Response:
    """The agreement does not hold any more. It stays readable."""

    async def decide(_: Transaction, before: Cooperation) -> Event:
        return cooperation.retire(before)

    return await COOPERATIONS.change(call, county, identity, decide)
