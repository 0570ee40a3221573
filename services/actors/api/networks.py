"""Networks over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.actors import store
from services.actors.api import lists
from services.actors.api.views import NetworkView
from services.actors.domain import network
from shared.contracts.actors import Network, NetworkDetails
from shared.contracts.event import Event
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
PATH = "/networks"
NETWORKS = Resource(store.AGGREGATES, "network", PATH)


@router.post(PATH, status_code=201, response_model=NetworkView)
async def register_network(details: NetworkDetails, call: Call) -> Response:
    """The network is registered, and this county owns it."""

    async def decide(tx: Transaction) -> Event:
        known = await store.statuses(tx.conn, call.county, details.members)
        return network.register(details, uuid7(), known, call.county)

    return await NETWORKS.register(call, decide)


@router.get(PATH, response_model=Page[NetworkView])
async def list_networks(query: Annotated[lists.NetworkQuery, Query()], call: Call) -> Response:
    """The networks of all counties, in Swedish order."""
    return await NETWORKS.listed(call, query)


@router.get(PATH + "/{county}/{id}", response_model=NetworkView)
async def get_network(county: Owner, identity: Id, call: Call) -> Response:
    """One network, of whatever county."""
    return await NETWORKS.read(call, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=NetworkView)
async def change_network(county: Owner, identity: Id, details: NetworkDetails, call: Call) -> Response:
    """The network is as the body says."""

    async def decide(tx: Transaction, before: Network) -> Event | None:
        known = await store.statuses(tx.conn, call.county, details.members)
        return network.change(details, before, known)

    return await NETWORKS.change(call, county, identity, decide)


@router.post(PATH + "/{county}/{id}/retire", response_model=NetworkView)
async def retire_network(county: Owner, identity: Id, call: Call) -> Response:
    """The network does not meet any more. It stays readable."""

    async def decide(_: Transaction, before: Network) -> Event:
        return network.retire(before)

    return await NETWORKS.change(call, county, identity, decide)
