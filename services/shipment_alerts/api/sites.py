"""Who carries post in this county, and where: a register that stays here. Only counts of it are used."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from starlette.responses import Response
from uuid_utils.compat import uuid4

from services.shipment_alerts.domain import sites
from services.shipment_alerts.domain.sites import Operator, Site, SiteDetails
from services.shipment_alerts.domain.tables import EmployerRoutine
from services.shipment_alerts.store import sites as store
from shared.contracts.fields import Name, Slug
from shared.contracts.shipment_codes import SiteType
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.auth import Role
from shared.runtime.call import Answer, Call, CallOf
from shared.runtime.resource import Id

router = APIRouter()
PATH = "/shipment-alerts"


class OperatorDetails(BaseModel):
    """What is known of an operator."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Name
    routine: EmployerRoutine = EmployerRoutine.EMPLOYER_FIRST


class SiteCount(BaseModel):
    """How many active sites of a type a municipality has."""

    municipality: str
    type: SiteType
    sites: int


@router.put(PATH + "/operators/{slug}", response_model=Operator)
async def put_operator(slug: Slug, details: OperatorDetails, call: Call) -> Response:
    """The operator is known, and its staff are told at the gate's last step what it has decided."""

    async def run(tx: Transaction) -> Answer:
        operator = Operator(slug=slug, **dict(details))
        await store.keep_operator(tx.conn, operator)
        return Answer(200, operator)

    return await call.command(run)


@router.get(PATH + "/operators")
async def list_operators(call: Call) -> list[Operator]:
    """Everyone who carries post in this county."""
    async with call.db.read() as conn:
        return list((await store.operators(conn)).values())


@router.post(PATH + "/sites", status_code=201, response_model=Site)
async def register_site(details: SiteDetails, call: Call) -> Response:
    """The site is in the register."""

    async def run(tx: Transaction) -> Answer:
        site = sites.register(details, uuid4(), await store.operators(tx.conn), call.here)
        await store.keep_site(tx.conn, site)
        return Answer(201, site, location=f"{PATH}/sites/{site.id}")

    return await call.command(run)


@router.get(PATH + "/sites")
async def list_sites(call: Call) -> list[Site]:
    """The sites of this county; an operator is shown its own."""
    async with call.db.read() as conn:
        return await store.sites(conn, operator_of(call))


@router.put(PATH + "/sites/{id}", response_model=Site)
async def change_site(identity: Id, details: SiteDetails, call: Call) -> Response:
    """The site is as the body says."""

    async def decide(tx: Transaction, site: Site) -> Site | None:
        return sites.change(details, site, await store.operators(tx.conn), call.here)

    return await _change(call, identity, decide)


@router.post(PATH + "/sites/{id}/close", response_model=Site)
async def close_site(identity: Id, call: Call) -> Response:
    """The site does not count any more."""

    async def decide(_: Transaction, site: Site) -> Site | None:
        return sites.close(site)

    return await _change(call, identity, decide)


@router.get(PATH + "/site-counts", response_model=list[SiteCount])
async def count_sites(call: Call) -> Response:
    """How many active sites there are: what the police need to generalise what they release."""
    async with call.db.read() as conn:
        counts = await store.site_counts(conn, call.here.county.code)
    rows = [SiteCount(municipality=code, type=kind, sites=count) for (code, kind), count in counts.sites.items()]
    return Response(to_json(rows), media_type="application/json")


def operator_of(call: CallOf) -> str | None:
    """The operator to whose sites the caller is bound; None for whoever speaks for the county."""
    roles = call.principal.roles
    return None if Role.COUNTY_COORDINATOR in roles else call.principal.organisation or ""


def no_site() -> Rejected:
    """What to raise if there is no such site. Its id is not repeated."""
    return Rejected("not-found", "No site of that id is in this county's register, or it is another operator's.")


async def _change(
    call: CallOf, identity: UUID, decide: Callable[[Transaction, Site], Awaitable[Site | None]]
) -> Response:
    async def run(tx: Transaction) -> Answer:
        before = await store.site(tx.conn, identity, lock=True)
        if before is None:
            raise no_site()
        after = await decide(tx, before)
        if after is not None:
            await store.keep_site(tx.conn, after)
        return Answer(200, after or before)

    return await call.command(run)
