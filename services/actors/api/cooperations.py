"""Cooperation agreements over HTTP."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.actors import store
from services.actors.api import lists
from services.actors.api.views import CooperationView
from services.actors.domain import cooperation
from shared.contracts.actors import CooperationDetails
from shared.runtime.lists import Page
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/cooperations"
COOPERATIONS = Resource(store.COOPERATIONS, PATH, CooperationView)


@router.post(PATH, status_code=201, response_model=CooperationView)
async def register_cooperation(details: CooperationDetails, request: CommandRequest) -> Response:
    """The agreement is registered, and this county owns it."""
    async with request.command() as tx:
        known = await store.statuses(tx.conn, request.county, details.parties)
        after = await COOPERATIONS.insert(tx, cooperation.register(details, uuid7(), known, request.county))
        return tx.reply(COOPERATIONS.view(after), location=COOPERATIONS.location(after.state))


@router.get(PATH, response_model=Page[CooperationView])
async def list_cooperations(query: Annotated[lists.CooperationQuery, Query()], request: QueryRequest) -> Response:
    """The agreements of all counties, in Swedish order."""
    return await COOPERATIONS.list(request, query)


@router.get(PATH + "/{county}/{id}", response_model=CooperationView)
async def get_cooperation(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One agreement, of whatever county."""
    return await COOPERATIONS.read(request, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=CooperationView)
async def change_cooperation(
    county: Owner, identity: Id, details: CooperationDetails, request: CommandRequest
) -> Response:
    """The agreement is as the body says."""
    async with request.command() as tx:
        before = await COOPERATIONS.lock(tx, county, identity)
        known = await store.statuses(tx.conn, county, details.parties)
        after = await COOPERATIONS.update(tx, before, cooperation.change(details, before.state, known))
        return tx.reply(COOPERATIONS.view(after))


@router.post(PATH + "/{county}/{id}/retire", response_model=CooperationView)
async def retire_cooperation(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The agreement does not hold any more. It stays readable."""
    async with request.command() as tx:
        before = await COOPERATIONS.lock(tx, county, identity)
        after = await COOPERATIONS.update(tx, before, cooperation.retire(before.state))
        return tx.reply(COOPERATIONS.view(after))
