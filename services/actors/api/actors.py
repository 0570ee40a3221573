"""Actors over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.actors import store
from services.actors.api import lists
from services.actors.api.views import ActorView
from services.actors.domain import actor
from services.actors.domain.actor import ActorDetails, RegisterActor
from shared.contracts.actors import Actor, ActorChanged, ActorRegistered, ActorRetired
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
PATH = "/actors"
ACTORS = Resource(store.AGGREGATES, "actor", PATH)


@router.post(PATH, status_code=201, response_model=ActorView)
async def register_actor(command: RegisterActor, call: Call) -> Response:
    """The actor is registered, and this county owns it."""

    async def decide(tx: Transaction) -> ActorRegistered:
        reference = command.reference
        identity = actor.id_from(call.county, reference) if reference else uuid7()
        return actor.register(command, identity, call.here)

    return await ACTORS.register(call, decide)


@router.get(PATH, response_model=Page[ActorView])
async def list_actors(query: Annotated[lists.ActorQuery, Query()], call: Call) -> Response:
    """The actors of all counties, in Swedish order."""
    return await ACTORS.listed(call, query)


@router.get(PATH + "/{county}/{id}", response_model=ActorView)
async def get_actor(county: Owner, identity: Id, call: Call) -> Response:
    """One actor, of whatever county."""
    return await ACTORS.read(call, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=ActorView)
async def change_actor(county: Owner, identity: Id, details: ActorDetails, call: Call) -> Response:
    """The actor is as the body says. Names behind contact functions that are gone are forgotten."""

    async def decide(tx: Transaction, before: Actor) -> ActorChanged | None:
        event = actor.change(details, before, call.here)
        if event is not None:
            await store.forget_persons(tx.conn, identity, but={one.id for one in event.contact_functions})
        return event

    return await ACTORS.change(call, county, identity, decide)


@router.post(PATH + "/{county}/{id}/retire", response_model=ActorView)
async def retire_actor(county: Owner, identity: Id, call: Call) -> Response:
    """The actor takes part no more. It stays readable; names behind its contact functions are forgotten."""

    async def decide(tx: Transaction, before: Actor) -> ActorRetired:
        event = actor.retire(before)
        await store.forget_persons(tx.conn, identity)
        return event

    return await ACTORS.change(call, county, identity, decide)
