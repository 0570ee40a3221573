"""Numbers for postal staff: how many reports were checked, and how often the suspicion came true."""

from typing import Annotated

from fastapi import Query
from pydantic import computed_field
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.signals import PATH as SIGNALS_PATH
from services.shipment_alerts.domain import outcomes
from services.shipment_alerts.store import signals as store
from shared.contracts.shipment_signals import ReportNumbers, ReportNumbersDetails
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = SIGNALS_PATH + "/report-numbers"


class ReportNumbersView(Versioned, ReportNumbers):
    """The numbers of a quarter in their version, which is also their ETag, with the hit rate in per cent."""

    @computed_field
    def hit_rate(self) -> int | None:
        """In how many of a hundred checked reports the suspicion came true; null if that cannot be told."""
        return outcomes.hit_rate(self)


REPORTS = Resource(store.REPORTS, PATH, ReportNumbersView)


@router.post(PATH, status_code=201, response_model=ReportNumbersView)
async def release_report_numbers(details: ReportNumbersDetails, request: CommandRequest) -> Response:
    """The numbers of a quarter are there for all counties, a full quarter later; no number from 1 to 4 is told."""
    async with request.command() as tx:
        after = await REPORTS.insert(tx, outcomes.release(details, tx.context))
        return tx.reply(REPORTS.view(after), location=REPORTS.location(after.state))


@router.get(PATH, response_model=Page[ReportNumbersView])
async def list_report_numbers(query: Annotated[lists.GuidanceQuery, Query()], request: QueryRequest) -> Response:
    """The numbers of all counties, newest quarter first."""
    return await REPORTS.list(request, query)


@router.get(PATH + "/{county}/{id}", response_model=ReportNumbersView)
async def get_report_numbers(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """The numbers of one quarter, of whatever county."""
    return await REPORTS.read(request, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=ReportNumbersView)
async def correct_report_numbers(
    county: Owner, identity: Id, details: ReportNumbersDetails, request: CommandRequest
) -> Response:
    """The numbers are as the body says; none of them changes by 1 to 4."""
    async with request.command() as tx:
        before = await REPORTS.lock(tx, county, identity)
        after = await REPORTS.update(tx, before, outcomes.correct(details, before.state))
        return tx.reply(REPORTS.view(after))


@router.post(PATH + "/{county}/{id}/withdraw", response_model=ReportNumbersView)
async def withdraw_report_numbers(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The numbers do not hold."""
    async with request.command() as tx:
        before = await REPORTS.lock(tx, county, identity)
        after = await REPORTS.update(tx, before, outcomes.withdraw(before.state))
        return tx.reply(REPORTS.view(after))
