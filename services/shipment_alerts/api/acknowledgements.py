"""The sites that have acknowledged a routine are known in their own county. Others get a number, from three on."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from services.shipment_alerts.api.guidance import ROUTINES
from services.shipment_alerts.api.sites import operator_of
from services.shipment_alerts.commands.acknowledgements import acknowledge
from services.shipment_alerts.store import guidance as store
from shared.contracts.guidance import Acknowledgements
from shared.contracts.shipment_codes import Audience
from shared.contracts.shipment_fields import Number
from shared.runtime.lists import ListQuery, Page
from shared.runtime.models import RequestModel, Versioned
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = ROUTINES.path + "/{county}/{id}/acknowledgements"


class Acknowledge(RequestModel):
    """The version of the routine that a site's manager has read."""

    site: UUID
    number: Number


class Acknowledged(BaseModel):
    """The audience as which the site has acknowledged it."""

    number: int
    audience: Audience


class AcknowledgementsView(Versioned, Acknowledgements):
    """How many sites of a county have acknowledged a version; null: fewer than three."""


COUNTS = Resource(store.ACKNOWLEDGEMENTS, ROUTINES.path + "/acknowledgements", AcknowledgementsView)


@router.post(PATH, response_model=Acknowledged, openapi_extra=LOCKS_NO_VERSION)
async def acknowledge_routine(county: Owner, identity: Id, command: Acknowledge, request: CommandRequest) -> Response:
    """The site has acknowledged the version in force. The other counties get a number at the most."""
    operator = operator_of(request.principal)
    async with request.command() as tx:
        audience = await acknowledge(tx, county, identity, command.number, command.site, operator)
        return tx.reply(Acknowledged(number=command.number, audience=audience))


@router.get(PATH, response_model=Page[AcknowledgementsView])
async def count_acknowledgements(
    county: Owner, identity: Id, query: Annotated[ListQuery, Query()], request: QueryRequest
) -> Response:
    """How many sites of each county have acknowledged each version of the routine."""
    await ROUTINES.find(request, county, identity)
    return await COUNTS.list(request, query, {"routine": {"county": county, "id": str(identity)}})
