"""Actors over HTTP."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.actors import store
from services.actors.api import lists
from services.actors.api.views import ActorView
from services.actors.domain import actor
from services.actors.domain.actor import ActorDetails, RegisterActor
from shared.runtime.lists import Page
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/actors"
ACTORS = Resource(store.ACTORS, PATH, ActorView)


@router.post(PATH, status_code=201, response_model=ActorView)
async def register_actor(command: RegisterActor, request: CommandRequest) -> Response:
    """The actor is registered, and this county owns it."""
    async with request.command() as tx:
        identity = actor.id_from(request.county, command.reference) if command.reference else uuid7()
        after = await ACTORS.insert(tx, actor.register(command, identity, tx.context))
        return tx.reply(ACTORS.view(after), location=ACTORS.location(after.state))


@router.get(PATH, response_model=Page[ActorView])
async def list_actors(query: Annotated[lists.ActorQuery, Query()], request: QueryRequest) -> Response:
    """The actors of all counties, in Swedish order."""
    return await ACTORS.list(request, query)


@router.get(PATH + "/{county}/{id}", response_model=ActorView)
async def get_actor(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One actor, of whatever county."""
    return await ACTORS.read(request, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=ActorView)
async def change_actor(county: Owner, identity: Id, details: ActorDetails, request: CommandRequest) -> Response:
    """The actor is as the body says. Names behind contact functions that are gone are forgotten."""
    async with request.command() as tx:
        before = await ACTORS.lock(tx, county, identity)
        after = await ACTORS.update(tx, before, actor.change(details, before.state, tx.context))
        await store.forget_persons(tx.conn, identity, but={one.id for one in after.state.contact_functions})
        return tx.reply(ACTORS.view(after))


@router.post(PATH + "/{county}/{id}/retire", response_model=ActorView)
async def retire_actor(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The actor takes part no more. It stays readable; names behind its contact functions are forgotten."""
    async with request.command() as tx:
        before = await ACTORS.lock(tx, county, identity)
        after = await ACTORS.update(tx, before, actor.retire(before.state))
        await store.forget_persons(tx.conn, identity)
        return tx.reply(ACTORS.view(after))


@router.post(PATH + "/{county}/{id}/revive", response_model=ActorView)
async def revive_actor(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """An actor that was retired, by mistake perhaps, takes part again as it was then; no name is kept for it."""
    async with request.command() as tx:
        before = await ACTORS.lock(tx, county, identity)
        after = await ACTORS.update(tx, before, actor.revive(before.state))
        return tx.reply(ACTORS.view(after))
