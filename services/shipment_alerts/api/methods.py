"""The method that the counties share, its names and versions, and how far municipalities are with it."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.guidance import PATH
from services.shipment_alerts.domain import methods
from services.shipment_alerts.store import guidance as store
from shared.contracts.event import READER
from shared.contracts.guidance import Method, MethodImplementation, MethodImplementationDetails, MethodName
from shared.contracts.reference.shipments import METHOD_NAMES
from shared.contracts.times import Day
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored
from shared.runtime.auth import Role
from shared.runtime.lists import Page
from shared.runtime.models import RequestModel, Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, page_of, view_with_related
from shared.runtime.routes import Router

router = Router()
METHODS_PATH, IMPLEMENTATIONS_PATH = PATH + "/methods", PATH + "/implementations"


class PublishVersion(RequestModel):
    """From when the next version of the handbook is in use."""

    valid_from: Day


class MethodView(Versioned, Method):
    """A method in its version, with which its ETag begins.

    ``name`` is what it is called today, in Swedish; the code if that is not known here.
    """

    name: str


class ImplementationView(Versioned, MethodImplementation):
    """The method in a municipality, in its version, which is also its ETag."""


METHODS = Resource(store.METHODS, METHODS_PATH, MethodView)
IMPLEMENTATIONS = Resource(store.IMPLEMENTATIONS, IMPLEMENTATIONS_PATH, ImplementationView)


@router.post(METHODS_PATH, status_code=201, response_model=MethodView)
async def register_method(name: MethodName, request: CommandRequest) -> Response:
    """The method is there under its first name, and this county keeps it for all."""
    async with request.command() as tx:
        after = await METHODS.insert(tx, methods.register(name, tx.context))
        return tx.reply(_view(after, tx.context.today), location=METHODS.location(after.state))


@router.get(METHODS_PATH, response_model=Page[MethodView])
async def list_methods(query: Annotated[lists.MethodQuery, Query()], request: QueryRequest) -> Response:
    """The methods of all counties, found by old names and by those to come too."""
    counties, today = await request.freshness(store.METHODS.stream.stream), request.writer.context.today
    async with request.db.read() as conn:
        bodies, after = await METHODS.page(conn, request, query)
    names = [[MethodName.model_validate(each, context=READER) for each in body["names"]] for body in bodies]
    items = [
        METHODS.shown({**body, "name": _swedish(methods.name_on(of, today))})
        for body, of in zip(bodies, names, strict=True)
    ]
    return page_of(items, after, counties)


@router.get(METHODS_PATH + "/{county}/{id}", response_model=MethodView)
async def get_method(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One method with its history, of whatever county."""
    stored = await METHODS.find(request, county, identity)
    return view_with_related(stored.version, _view(stored, request.writer.context.today))


@router.post(METHODS_PATH + "/{county}/{id}/names", response_model=MethodView)
async def rename_method(county: Owner, identity: Id, name: MethodName, request: CommandRequest) -> Response:
    """The method is called so from that day on."""
    async with request.command() as tx:
        before = await METHODS.lock(tx, county, identity)
        after = await METHODS.update(tx, before, methods.rename(name, before.state))
        return tx.reply(_view(after, tx.context.today))


@router.post(METHODS_PATH + "/{county}/{id}/versions", response_model=MethodView)
async def publish_method_version(
    county: Owner, identity: Id, command: PublishVersion, request: CommandRequest
) -> Response:
    """The handbook has a next version from that day on."""
    async with request.command() as tx:
        before = await METHODS.lock(tx, county, identity)
        after = await METHODS.update(tx, before, methods.publish_version(command.valid_from, before.state))
        return tx.reply(_view(after, tx.context.today))


@router.put(IMPLEMENTATIONS_PATH, response_model=ImplementationView, responses={201: {"model": ImplementationView}})
async def put_implementation(details: MethodImplementationDetails, request: CommandRequest) -> Response:
    """The municipality is so far with the method. If-Match is needed unless it is the first time.

    The county's coordinator says so of each municipality, a municipality's of its own.
    """
    principal = request.principal
    if Role.COUNTY_COORDINATOR not in principal.roles and principal.municipality != details.municipality:
        raise Rejected(
            "forbidden", "Your token is of another municipality, or of none: each says how far it is itself."
        )
    async with request.command() as tx:
        before = await IMPLEMENTATIONS.lock_known(tx, methods.identity(request.county, details.municipality))
        event = methods.implement(details, before.state if before else None, tx.context)
        if before is not None:
            after = await IMPLEMENTATIONS.update(tx, before, event)
            return tx.reply(IMPLEMENTATIONS.view(after))
        assert event is not None, "a first version differs from none"
        after = await IMPLEMENTATIONS.insert(tx, event)
        return tx.reply(IMPLEMENTATIONS.view(after), location=IMPLEMENTATIONS.location(after.state))


@router.get(IMPLEMENTATIONS_PATH, response_model=Page[ImplementationView])
async def list_implementations(query: Annotated[lists.ImplementationQuery, Query()], request: QueryRequest) -> Response:
    """How far the municipalities of all counties are, in Swedish order."""
    return await IMPLEMENTATIONS.list(request, query)


@router.get(IMPLEMENTATIONS_PATH + "/{county}/{id}", response_model=ImplementationView)
async def get_implementation(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """The method in one municipality, of whatever county."""
    return await IMPLEMENTATIONS.read(request, county, identity)


def _view(stored: Stored[Method], today: date) -> BaseModel:
    return METHODS.view(stored, name=_swedish(methods.name_on(stored.state.names, today)))


def _swedish(code: str) -> str:
    return METHOD_NAMES[code].swedish if code in METHOD_NAMES else code
