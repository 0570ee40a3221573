"""EST areas and their weeks over HTTP: the municipality's coordinator writes them, and the police report too."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.api.callers import author_of, coordinated_municipality, sees_weeks_of
from services.initiatives.api.contents import content_of
from services.initiatives.api.est_queries import EstAreaQuery, EstPictureQuery
from services.initiatives.api.est_views import (
    EstAreaView,
    EstObservationView,
    EstPictureView,
    EstWeekView,
    NoteShortMeasure,
    ReportEstObservation,
    ShortMeasureView,
    measure_view,
    observation_view,
    week_view,
)
from services.initiatives.commands.est_closing import close_weeks, plan_closing
from services.initiatives.domain import est_areas, est_weeks
from services.initiatives.domain.est_weeks import EstObservationDetails, ShortMeasureDetails
from services.initiatives.store import est, est_home
from shared.contracts.est import EstArea, EstAreaDetails
from shared.contracts.weeks import YearWeek
from shared.rejected import Rejected
from shared.runtime.lists import Page
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, check_owner
from shared.runtime.routes import Router

router = Router()
AREAS_PATH, PICTURES_PATH = "/est-areas", "/est-pictures"
ONE = AREAS_PATH + "/{county}/{id}"
WEEK = ONE + "/weeks/{year}/{week}"
AREAS = Resource(est.AREAS, AREAS_PATH, EstAreaView)
PICTURES = Resource(est.PICTURES, PICTURES_PATH, EstPictureView)
WeekYear = Annotated[int, Path(ge=2014, le=2099, description="The year of the ISO week")]
WeekNumber = Annotated[int, Path(ge=1, le=53)]


@router.post(AREAS_PATH, status_code=201, response_model=EstAreaView)
async def register_est_area(details: EstAreaDetails, request: CommandRequest) -> Response:
    """The caller's municipality reports on the area, week by week."""
    async with request.command() as tx:
        municipality = coordinated_municipality(request.principal)
        after = await AREAS.insert(tx, est_areas.register(details, municipality, uuid7(), tx.context))
        await plan_closing(tx, after.state)
        return tx.reply(AREAS.view(after), location=AREAS.location(after.state))


@router.get(AREAS_PATH, response_model=Page[EstAreaView])
async def list_est_areas(query: Annotated[EstAreaQuery, Query()], request: QueryRequest) -> Response:
    """The areas of all counties, in Swedish order."""
    return await AREAS.list(request, query)


@router.get(ONE, response_model=EstAreaView)
async def get_est_area(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One area, of whatever county."""
    return await AREAS.read(request, county, identity)


@router.put(ONE, response_model=EstAreaView)
async def change_est_area(county: Owner, identity: Id, details: EstAreaDetails, request: CommandRequest) -> Response:
    """The area is as the body says. Weeks whose time has come are closed first, and stay as they are."""
    async with request.command() as tx:
        before = await AREAS.lock(tx, county, identity)
        _check_writer(before.state, request)
        await close_weeks(tx, before.state)
        after = await AREAS.update(tx, before, est_areas.change(details, before.state, tx.context))
        await plan_closing(tx, after.state)
        return tx.reply(AREAS.view(after))


@router.post(ONE + "/retire", response_model=EstAreaView)
async def retire_est_area(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The area is reported on no more: this week is the last one."""
    async with request.command() as tx:
        before = await AREAS.lock(tx, county, identity)
        _check_writer(before.state, request)
        after = await AREAS.update(tx, before, est_areas.retire(before.state, tx.context))
        return tx.reply(AREAS.view(after))


@router.post(ONE + "/observations", status_code=201, response_model=EstObservationView, openapi_extra=LOCKS_NO_VERSION)
async def report_est_observation(
    county: Owner, identity: Id, command: ReportEstObservation, request: CommandRequest
) -> Response:
    """Something was seen in a week. What comes after the picture has closed is kept as late. It stays here."""
    async with request.command() as tx:
        area = await _find_area(tx, county, identity)
        if not author_of(request.principal).writes_for([area.municipality]):
            raise Rejected("forbidden", "The coordinator of the area's municipality and the police report here.")
        details = content_of(EstObservationDetails, command)
        seen = est_weeks.report(details, area, uuid7(), confirmed=command.confirmed, context=tx.context)
        await est_home.add_observation(tx.conn, seen)
        return tx.reply(observation_view(seen), status=201)


@router.delete(ONE + "/observations/{observation}", status_code=204, openapi_extra=LOCKS_NO_VERSION)
async def take_back_est_observation(
    county: Owner, identity: Id, observation: UUID, request: CommandRequest
) -> Response:
    """An observation was wrong. Of one whose week has closed its place is removed, and it counts as was told."""
    async with request.command() as tx:
        area = await _lock_area(tx, county, identity, request)
        before = await est_home.observation(tx.conn, area.id, observation)
        if before is None:
            raise Rejected("not-found", "The area has no such observation.")
        await est_home.replace_observation(tx.conn, observation, est_weeks.take_back(before, area, tx.context))
        return tx.reply(status=204)


@router.get(WEEK, response_model=EstWeekView)
async def get_est_week(
    county: Owner, identity: Id, year: WeekYear, week: WeekNumber, request: QueryRequest
) -> EstWeekView:
    """A week of an own area, whole, with every observation and number. It is for those who see its municipality's."""
    wanted = _week(year, week)
    async with request.db.read() as conn:
        stored = await est.AREAS.find(conn, request.county, identity) if county == request.county else None
        if stored is None or not sees_weeks_of(request.principal, stored.state.municipality):
            raise est.AREAS.not_found()
        if not est_areas.has_week(stored.state, wanted):
            raise Rejected("not-found", "The area is not reported on in that week.")
        seen = await est_home.observations(conn, identity, wanted)
        done = await est_home.measures(conn, identity, wanted)
    return week_view(stored.state, wanted, seen, done, request.writer.context)


@router.post(ONE + "/measures", status_code=201, response_model=ShortMeasureView, openapi_extra=LOCKS_NO_VERSION)
async def note_est_measure(county: Owner, identity: Id, command: NoteShortMeasure, request: CommandRequest) -> Response:
    """Something is done at once about a week. It stays in this county."""
    async with request.command() as tx:
        area = await _lock_area(tx, county, identity, request)
        details = content_of(ShortMeasureDetails, command)
        done = est_weeks.note_measure(details, area, uuid7(), confirmed=command.confirmed, context=tx.context)
        await est_home.add_measure(tx.conn, done)
        return tx.reply(measure_view(done), status=201)


@router.get(PICTURES_PATH, response_model=Page[EstPictureView])
async def list_est_pictures(query: Annotated[EstPictureQuery, Query()], request: QueryRequest) -> Response:
    """The closed pictures of all counties, the newest weeks first: the numbers that may leave a county."""
    return await PICTURES.list(request, query)


@router.get(PICTURES_PATH + "/{county}/{id}", response_model=EstPictureView)
async def get_est_picture(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One closed picture, of whatever county."""
    return await PICTURES.read(request, county, identity)


async def _lock_area(tx: CommandTransaction, county: str, identity: UUID, request: CommandRequest) -> EstArea:
    """The own area, so that no picture of it closes meanwhile; Rejected if the caller does not write for it."""
    area = await _find_area(tx, county, identity)
    _check_writer(area, request)
    return area


async def _find_area(tx: CommandTransaction, county: str, identity: UUID) -> EstArea:
    """The own area, so that no picture of it closes meanwhile."""
    check_owner(tx.writer, county)
    found = await est.AREAS.find(tx.conn, county, identity, lock=True)
    if found is None:
        raise est.AREAS.not_found()
    return found.state


def _check_writer(area: EstArea, request: CommandRequest) -> None:
    if area.municipality != coordinated_municipality(request.principal):
        raise Rejected("forbidden", "The coordinator of the area's municipality writes here, and nobody else.")


def _week(year: int, number: int) -> YearWeek:
    """The week of the path; Rejected if the year has none of that number."""
    if number > YearWeek.last_of(year).number:
        raise Rejected("invalid-week", f"{year} has no week {number}.")
    return YearWeek(year, number)
