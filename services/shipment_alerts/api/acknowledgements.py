"""Which sites have acknowledged a routine: known in their own county. Others are told a number, from three on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.shipment_alerts.api.guidance import ROUTINES
from services.shipment_alerts.api.sites import no_site, operator_of
from services.shipment_alerts.domain import guidance
from services.shipment_alerts.domain.sites import Site
from services.shipment_alerts.store import guidance as store
from services.shipment_alerts.store import sites
from services.shipment_alerts.store.guidance import GUIDANCE
from shared.contracts.guidance import Acknowledgements
from shared.contracts.shipment_codes import Audience
from shared.contracts.shipment_fields import Number
from shared.messaging.outbox import Transaction
from shared.runtime.call import Answer, Call, CallOf
from shared.runtime.lists import ListQuery, Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
PATH = ROUTINES.path + "/{county}/{id}/acknowledgements"
COUNTS = Resource(GUIDANCE, "acknowledgements", ROUTINES.path + "/acknowledgements")


class Acknowledge(BaseModel):
    """Which version of the routine a site's manager has read."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    site: UUID
    number: Number


class Acknowledged(BaseModel):
    """As what the site has acknowledged it."""

    number: int
    audience: Audience


class AcknowledgementsView(Acknowledgements):
    """How many sites of a county have acknowledged a version; null: fewer than three."""

    version: int


@router.post(PATH, response_model=Acknowledged)
async def acknowledge_routine(county: Owner, identity: Id, command: Acknowledge, call: Call) -> Response:
    """The site has acknowledged the version in force. The other counties hear of a number at the most."""

    async def run(tx: Transaction) -> Answer:
        routine = await GUIDANCE.find(tx.conn, "routine", county, identity, lock=True)  # those of a routine queue here
        if routine is None:
            raise ROUTINES.not_found()
        site = await _site(tx, call, command.site)
        audience = guidance.check_acknowledgement(routine.state, command.number, site, call.here.today)
        count = await store.acknowledge(tx.conn, site.id, routine.state, command.number, audience)
        await _tell(tx, guidance.acknowledged(routine.state, command.number, audience, count, call.here))
        return Answer(200, Acknowledged(number=command.number, audience=audience))

    return await call.command(run)


@router.get(PATH, response_model=Page[AcknowledgementsView])
async def count_acknowledgements(
    county: Owner, identity: Id, query: Annotated[ListQuery, Query()], call: Call
) -> Response:
    """How many sites of each county have acknowledged each version of the routine."""
    await ROUTINES.find(call, county, identity)
    return await COUNTS.listed(call, query, {"routine": {"county": county, "id": str(identity)}})


async def _site(tx: Transaction, call: CallOf, identity: UUID) -> Site:
    """The site, if it is one that the caller may speak for."""
    site = await sites.site(tx.conn, identity, lock=True)
    if site is None or operator_of(call) not in (None, site.operator):
        raise no_site()
    return site


async def _tell(tx: Transaction, event: Acknowledgements) -> None:
    """The other counties will hear of the number, if it has become another that they may be told."""
    before = await GUIDANCE.find(tx.conn, COUNTS.kind, event.county, event.id, lock=True)
    known = before.state.acknowledged if before else None
    if event.acknowledged != known:
        await GUIDANCE.write(tx, event, before)
