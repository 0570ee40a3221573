"""Networks over HTTP."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.actors import store
from services.actors.api import lists
from services.actors.api.views import NetworkView
from services.actors.domain import network
from shared.contracts.actors import NetworkDetails
from shared.runtime.lists import Page
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/networks"
NETWORKS = Resource(store.NETWORKS, PATH, NetworkView)


@router.post(PATH, status_code=201, response_model=NetworkView)
async def register_network(details: NetworkDetails, request: CommandRequest) -> Response:
    """The network is there, and this county owns it."""
    async with request.command() as tx:
        known = await store.statuses(tx.conn, request.county, details.members)
        after = await NETWORKS.insert(tx, network.register(details, uuid7(), known, request.county))
        return tx.reply(NETWORKS.view(after), location=NETWORKS.location(after.state))


@router.get(PATH, response_model=Page[NetworkView])
async def list_networks(query: Annotated[lists.NetworkQuery, Query()], request: QueryRequest) -> Response:
    """The networks of all counties, in Swedish order."""
    return await NETWORKS.list(request, query)


@router.get(PATH + "/{county}/{id}", response_model=NetworkView)
async def get_network(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One network, of whatever county."""
    return await NETWORKS.read(request, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=NetworkView)
async def change_network(county: Owner, identity: Id, details: NetworkDetails, request: CommandRequest) -> Response:
    """The network is as the body says."""
    async with request.command() as tx:
        before = await NETWORKS.lock(tx, county, identity)
        known = await store.statuses(tx.conn, county, details.members)
        after = await NETWORKS.update(tx, before, network.change(details, before.state, known))
        return tx.reply(NETWORKS.view(after))


@router.post(PATH + "/{county}/{id}/retire", response_model=NetworkView)
async def retire_network(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The network does not meet any more. It stays readable."""
    async with request.command() as tx:
        before = await NETWORKS.lock(tx, county, identity)
        after = await NETWORKS.update(tx, before, network.retire(before.state))
        return tx.reply(NETWORKS.view(after))
