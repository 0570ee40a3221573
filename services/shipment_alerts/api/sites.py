"""Who carries post in this county, and where: a register that stays here. Only counts of it are used."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from services.shipment_alerts.commands import sites as commands
from services.shipment_alerts.domain.sites import Operator, Site, SiteDetails
from services.shipment_alerts.domain.tables import EmployerRoutine
from services.shipment_alerts.store import sites as store
from shared.contracts.fields import Name, Slug
from shared.contracts.shipment_codes import SiteType
from shared.runtime.auth import Principal, Role
from shared.runtime.lists import ListQuery, Page
from shared.runtime.models import RequestModel
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, check_version, page_at_home
from shared.runtime.routes import Router

router = Router()
PATH = "/shipment-alerts"
NO_ID = UUID(int=0)
"""An operator is known by its slug alone."""


class OperatorDetails(RequestModel):
    """The facts about an operator."""

    name: Name
    routine: EmployerRoutine = EmployerRoutine.EMPLOYER_FIRST


class SiteCount(BaseModel):
    """How many active sites of a type a municipality has."""

    municipality: str
    type: SiteType
    sites: int


@router.put(PATH + "/operators/{slug}", response_model=Operator, openapi_extra=LOCKS_NO_VERSION)
async def put_operator(slug: Slug, details: OperatorDetails, request: CommandRequest) -> Response:
    """The operator is known, and the gate's last step follows its routine."""
    operator = Operator(slug=slug, **dict(details))
    async with request.command() as tx:
        await store.keep_operator(tx.conn, operator)
        return tx.reply(operator)


@router.get(PATH + "/operators", response_model=Page[Operator])
async def list_operators(query: Annotated[ListQuery, Query()], request: QueryRequest) -> Response:
    """Everyone who carries post in this county, by slug. Others' operators are not here."""
    list_id = query.list_id(PATH + "/operators")
    slug, _, _ = query.after(list_id)
    async with request.db.read() as conn:
        found = await store.operators(conn, slug, query.rows_at_home(request.county))
    return page_at_home(query, list_id, [(each, (each.slug, request.county, NO_ID)) for each in found.values()])


@router.post(PATH + "/sites", status_code=201, response_model=Site)
async def register_site(details: SiteDetails, request: CommandRequest) -> Response:
    """The site is in the register."""
    async with request.command() as tx:
        site = await commands.register(tx, details)
        return tx.reply(site, location=f"{PATH}/sites/{site.id}")


@router.get(PATH + "/sites", response_model=Page[Site])
async def list_sites(query: Annotated[ListQuery, Query()], request: QueryRequest) -> Response:
    """The sites of this county by municipality and type; an operator is shown its own. Others' sites are not here."""
    operator = operator_of(request.principal)
    list_id = query.list_id(PATH + "/sites", operator)
    after, limit = query.after(list_id), query.rows_at_home(request.county)
    async with request.db.read() as conn:
        found = await store.sites(conn, operator, after, limit)
    return page_at_home(
        query, list_id, [(each, (f"{each.municipality} {each.type}", request.county, each.id)) for each in found]
    )


@router.put(PATH + "/sites/{id}", response_model=Site)
async def change_site(identity: Id, details: SiteDetails, request: CommandRequest) -> Response:
    """The site, as it was seen, is as the body says."""
    async with request.command() as tx:
        before = await commands.lock(tx, identity)
        check_version(tx, before.version)
        return tx.reply(await commands.change(tx, before, details))


@router.post(PATH + "/sites/{id}/close", response_model=Site)
async def close_site(identity: Id, request: CommandRequest) -> Response:
    """The site, as it was seen, does not count any more."""
    async with request.command() as tx:
        before = await commands.lock(tx, identity)
        check_version(tx, before.version)
        return tx.reply(await commands.close(tx, before))


@router.get(PATH + "/site-counts")
async def count_sites(request: QueryRequest) -> list[SiteCount]:
    """How many active sites there are: what the police need to generalise what they release."""
    async with request.db.read() as conn:
        counts = await store.site_counts(conn, request.writer.context.county.code)
    return [SiteCount(municipality=code, type=kind, sites=count) for (code, kind), count in counts.sites.items()]


def operator_of(principal: Principal) -> str | None:
    """The operator to whose sites the caller is bound; None for whoever speaks for the county."""
    return None if Role.COUNTY_COORDINATOR in principal.roles else principal.organisation or ""
