"""The method that the counties share, its names and versions, and how far municipalities are with it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.guidance import PATH
from services.shipment_alerts.domain import methods
from services.shipment_alerts.store.guidance import GUIDANCE
from shared.contracts.event import Event
from shared.contracts.guidance import Method, MethodImplementation, MethodImplementationDetails, MethodName
from shared.contracts.reference.shipments import METHOD_NAMES
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
METHODS_PATH, IMPLEMENTATIONS_PATH = PATH + "/methods", PATH + "/implementations"


class PublishVersion(BaseModel):
    """From when the next version of the handbook is in use."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    valid_from: date


class MethodView(Method):
    """A method in its version, which is also its ETag, with its newest name as a person reads it."""

    version: int
    name: str


class ImplementationView(MethodImplementation):
    """The method in a municipality, in its version, which is also its ETag."""

    version: int


def _name(method: Method) -> dict[str, object]:
    newest = method.names[-1].code if method.names else ""
    return {"name": METHOD_NAMES[newest].swedish if newest in METHOD_NAMES else newest}


METHODS = Resource(GUIDANCE, "method", METHODS_PATH, _name)
IMPLEMENTATIONS = Resource(GUIDANCE, "implementation", IMPLEMENTATIONS_PATH)


@router.post(METHODS_PATH, status_code=201, response_model=MethodView)
async def register_method(name: MethodName, call: Call) -> Response:
    """The method is there under its first name, and this county keeps it for all."""

    async def decide(_: Transaction) -> Event:
        return methods.register(name, call.here)

    return await METHODS.register(call, decide)


@router.get(METHODS_PATH, response_model=Page[MethodView])
async def list_methods(query: Annotated[lists.MethodQuery, Query()], call: Call) -> Response:
    """The methods of all counties, found by old names too."""
    return await METHODS.listed(call, query)


@router.get(METHODS_PATH + "/{county}/{id}", response_model=MethodView)
async def get_method(county: Owner, identity: Id, call: Call) -> Response:
    """One method with its history, of whatever county."""
    return await METHODS.read(call, county, identity)


@router.post(METHODS_PATH + "/{county}/{id}/names", response_model=MethodView)
async def rename_method(county: Owner, identity: Id, name: MethodName, call: Call) -> Response:
    """The method is called so from that day on."""

    async def decide(_: Transaction, before: Method) -> Event | None:
        return methods.rename(name, before)

    return await METHODS.change(call, county, identity, decide)


@router.post(METHODS_PATH + "/{county}/{id}/versions", response_model=MethodView)
async def publish_method_version(county: Owner, identity: Id, command: PublishVersion, call: Call) -> Response:
    """The handbook has a next version from that day on."""

    async def decide(_: Transaction, before: Method) -> Event | None:
        return methods.publish_version(command.valid_from, before)

    return await METHODS.change(call, county, identity, decide)


@router.put(IMPLEMENTATIONS_PATH, response_model=ImplementationView, responses={201: {"model": ImplementationView}})
async def put_implementation(details: MethodImplementationDetails, call: Call) -> Response:
    """The municipality is so far with the method. If-Match is needed where that was told before."""

    async def decide(_: Transaction, before: MethodImplementation | None) -> Event | None:
        return methods.implement(details, before, call.here)

    return await IMPLEMENTATIONS.put(call, methods.identity(call.county, details.municipality), decide)


@router.get(IMPLEMENTATIONS_PATH, response_model=Page[ImplementationView])
async def list_implementations(query: Annotated[lists.ImplementationQuery, Query()], call: Call) -> Response:
    """How far the municipalities of all counties are, in Swedish order."""
    return await IMPLEMENTATIONS.listed(call, query)


@router.get(IMPLEMENTATIONS_PATH + "/{county}/{id}", response_model=ImplementationView)
async def get_implementation(county: Owner, identity: Id, call: Call) -> Response:
    """The method in one municipality, of whatever county."""
    return await IMPLEMENTATIONS.read(call, county, identity)
