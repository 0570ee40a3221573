"""Bulletins over HTTP."""

from typing import Annotated

from fastapi import Query
from services.bulletins import domain, store
from shared.contracts.bulletins import Bulletin, BulletinDetails
from starlette.responses import Response
from uuid_utils.compat import uuid7

from shared.runtime.lists import ListQuery, Page
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/bulletins"


class BulletinView(Versioned, Bulletin):
    """A bulletin in its version, which is also its ETag."""


BULLETINS = Resource(store.BULLETINS, PATH, BulletinView)


@router.post(PATH, status_code=201, response_model=BulletinView)
async def publish_bulletin(details: BulletinDetails, request: CommandRequest) -> Response:
    """The bulletin is there for all counties."""
    async with request.command() as tx:
        after = await BULLETINS.insert(tx, domain.publish(details, uuid7(), tx.context))
        return tx.reply(BULLETINS.view(after), location=BULLETINS.location(after.state))


@router.get(PATH, response_model=Page[BulletinView])
async def list_bulletins(query: Annotated[ListQuery, Query()], request: QueryRequest) -> Response:
    """The bulletins of all counties, in the order of their last days."""
    return await BULLETINS.list(request, query, {"status": "ACTIVE"})


@router.get(PATH + "/{county}/{id}", response_model=BulletinView)
async def get_bulletin(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One bulletin, of whatever county."""
    return await BULLETINS.read(request, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=BulletinView)
async def change_bulletin(county: Owner, identity: Id, details: BulletinDetails, request: CommandRequest) -> Response:
    """The bulletin is as the body says."""
    async with request.command() as tx:
        before = await BULLETINS.lock(tx, county, identity)
        after = await BULLETINS.update(tx, before, domain.change(details, before.state, tx.context))
        return tx.reply(BULLETINS.view(after))


@router.post(PATH + "/{county}/{id}/retire", response_model=BulletinView)
async def retire_bulletin(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The bulletin is not shown any more."""
    async with request.command() as tx:
        before = await BULLETINS.lock(tx, county, identity)
        after = await BULLETINS.update(tx, before, domain.retire(before.state))
        return tx.reply(BULLETINS.view(after))
