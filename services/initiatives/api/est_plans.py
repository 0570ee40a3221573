"""Priorities of quarters and reviews of years over HTTP: the municipality's coordinator writes them."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from services.initiatives.api.callers import coordinated_municipality, sees_weeks_of
from services.initiatives.api.contents import content_of
from services.initiatives.api.est_queries import EstPriorityQuery, EstReviewQuery
from services.initiatives.api.est_views import (
    EstPriorityView,
    EstReviewView,
    EstYearView,
    PrioritiseEstQuarter,
    ReviewEstYear,
)
from services.initiatives.domain import est_plans
from services.initiatives.domain.est_weeks import counts_by_quarter
from services.initiatives.store import est, est_home
from shared.contracts.est import EstQuarterPriorityDetails, EstYearReviewDetails
from shared.contracts.fields import MunicipalityCode
from shared.rejected import Rejected
from shared.runtime.lists import Page
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PRIORITIES_PATH, REVIEWS_PATH = "/est-priorities", "/est-reviews"
PRIORITIES = Resource(est.PRIORITIES, PRIORITIES_PATH, EstPriorityView)
REVIEWS = Resource(est.REVIEWS, REVIEWS_PATH, EstReviewView)
PlanYear = Annotated[int, Path(ge=2014, le=2099, description="The year of the ISO weeks")]
OfMunicipality = Annotated[MunicipalityCode, Path(alias="municipality")]


@router.put(PRIORITIES_PATH, response_model=EstPriorityView, responses={201: {"model": EstPriorityView}})
async def prioritise_est_quarter(command: PrioritiseEstQuarter, request: CommandRequest) -> Response:
    """This comes first for the caller's municipality in the quarter. If-Match is needed unless it is the first time."""
    async with request.command() as tx:
        municipality = coordinated_municipality(request.principal)
        before = await PRIORITIES.lock_known(tx, est_plans.priority_id(municipality, command.year, command.quarter))
        event = est_plans.prioritise(
            content_of(EstQuarterPriorityDetails, command),
            municipality,
            before.state if before else None,
            [each.state for each in await est.areas_of(tx.conn, request.county, municipality)],
            confirmed=command.confirmed,
            context=tx.context,
        )
        if before is not None:
            return tx.reply(PRIORITIES.view(await PRIORITIES.update(tx, before, event)))
        assert event is not None, "a first version differs from none"
        return tx.reply(PRIORITIES.view(await PRIORITIES.insert(tx, event)), location=PRIORITIES.location(event))


@router.get(PRIORITIES_PATH, response_model=Page[EstPriorityView])
async def list_est_priorities(query: Annotated[EstPriorityQuery, Query()], request: QueryRequest) -> Response:
    """The priorities of municipalities of all counties, the newest quarters first."""
    return await PRIORITIES.list(request, query)


@router.get(PRIORITIES_PATH + "/{county}/{id}", response_model=EstPriorityView)
async def get_est_priority(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One decision on a quarter, of whatever county."""
    return await PRIORITIES.read(request, county, identity)


@router.post(PRIORITIES_PATH + "/{county}/{id}/withdraw", response_model=EstPriorityView)
async def withdraw_est_priority(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The decision holds no more."""
    async with request.command() as tx:
        before = await PRIORITIES.lock(tx, county, identity)
        _check_writer(before.state.municipality, request)
        return tx.reply(PRIORITIES.view(await PRIORITIES.update(tx, before, est_plans.withdraw_priority(before.state))))


@router.get("/est-years/{municipality}/{year}", response_model=EstYearView)
async def get_est_year(municipality: OfMunicipality, year: PlanYear, request: QueryRequest) -> EstYearView:
    """The numbers of a municipality's weeks, by quarter. A week is in the quarter that its Thursday is in."""
    if not sees_weeks_of(request.principal, municipality):
        raise Rejected("forbidden", "Your token does not let you see the weeks of that municipality.")
    async with request.db.read() as conn:
        areas = [each.state.id for each in await est.areas_of(conn, request.county, municipality)]
        found = await est_home.counted(conn, areas, year)
    return EstYearView(municipality=municipality, year=year, quarters=counts_by_quarter(found))


@router.put(REVIEWS_PATH, response_model=EstReviewView, responses={201: {"model": EstReviewView}})
async def review_est_year(command: ReviewEstYear, request: CommandRequest) -> Response:
    """This is what the year has shown in the caller's municipality. If-Match is needed unless it is the first time."""
    async with request.command() as tx:
        municipality = coordinated_municipality(request.principal)
        before = await REVIEWS.lock_known(tx, est_plans.review_id(municipality, command.year))
        event = est_plans.review(
            content_of(EstYearReviewDetails, command),
            municipality,
            before.state if before else None,
            [each.state for each in await est.areas_of(tx.conn, request.county, municipality)],
            confirmed=command.confirmed,
            context=tx.context,
        )
        if before is not None:
            return tx.reply(REVIEWS.view(await REVIEWS.update(tx, before, event)))
        assert event is not None, "a first version differs from none"
        return tx.reply(REVIEWS.view(await REVIEWS.insert(tx, event)), location=REVIEWS.location(event))


@router.get(REVIEWS_PATH, response_model=Page[EstReviewView])
async def list_est_reviews(query: Annotated[EstReviewQuery, Query()], request: QueryRequest) -> Response:
    """The reviews of municipalities of all counties, the newest years first."""
    return await REVIEWS.list(request, query)


@router.get(REVIEWS_PATH + "/{county}/{id}", response_model=EstReviewView)
async def get_est_review(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One review, of whatever county."""
    return await REVIEWS.read(request, county, identity)


@router.post(REVIEWS_PATH + "/{county}/{id}/withdraw", response_model=EstReviewView)
async def withdraw_est_review(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The review holds no more."""
    async with request.command() as tx:
        before = await REVIEWS.lock(tx, county, identity)
        _check_writer(before.state.municipality, request)
        return tx.reply(REVIEWS.view(await REVIEWS.update(tx, before, est_plans.withdraw_review(before.state))))


def _check_writer(municipality: str, request: CommandRequest) -> None:
    if municipality != coordinated_municipality(request.principal):
        raise Rejected("forbidden", "The coordinator of its municipality writes here, and nobody else.")
