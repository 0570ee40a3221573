"""What comes back to postal staff: how many reports were checked, and how often the suspicion came true."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.signals import PATH as SIGNALS_PATH
from services.shipment_alerts.domain import outcomes
from services.shipment_alerts.store.signals import SIGNALS
from shared.contracts.event import Event
from shared.contracts.shipment_signals import ReportNumbers, ReportNumbersDetails
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
PATH = SIGNALS_PATH + "/report-numbers"


class ReportNumbersView(ReportNumbers):
    """The numbers of a quarter in their version, which is also their ETag, with the hit rate in per cent."""

    version: int
    hit_rate: int | None


def _hit_rate(numbers: ReportNumbers) -> dict[str, object]:
    return {"hit_rate": outcomes.hit_rate(numbers)}


REPORTS = Resource(SIGNALS, "report-numbers", PATH, _hit_rate)


@router.post(PATH, status_code=201, response_model=ReportNumbersView)
async def release_report_numbers(details: ReportNumbersDetails, call: Call) -> Response:
    """The numbers of a quarter are there for all counties, a full quarter later; no number from 1 to 4 is told."""

    async def decide(_: Transaction) -> Event:
        return outcomes.release(details, call.here)

    return await REPORTS.register(call, decide)


@router.get(PATH, response_model=Page[ReportNumbersView])
async def list_report_numbers(query: Annotated[lists.GuidanceQuery, Query()], call: Call) -> Response:
    """The numbers of all counties, newest quarter first."""
    return await REPORTS.listed(call, query)


@router.get(PATH + "/{county}/{id}", response_model=ReportNumbersView)
async def get_report_numbers(county: Owner, identity: Id, call: Call) -> Response:
    """The numbers of one quarter, of whatever county."""
    return await REPORTS.read(call, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=ReportNumbersView)
async def correct_report_numbers(county: Owner, identity: Id, details: ReportNumbersDetails, call: Call) -> Response:
    """The numbers are as the body says; none of them changes by 1 to 4."""

    async def decide(_: Transaction, before: ReportNumbers) -> Event | None:
        return outcomes.correct(details, before)

    return await REPORTS.change(call, county, identity, decide)


@router.post(PATH + "/{county}/{id}/withdraw", response_model=ReportNumbersView)
async def withdraw_report_numbers(county: Owner, identity: Id, call: Call) -> Response:
    """The numbers do not hold."""

    async def decide(_: Transaction, before: ReportNumbers) -> Event:
        return outcomes.withdraw(before)

    return await REPORTS.change(call, county, identity, decide)
