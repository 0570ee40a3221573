"""Measures over HTTP: proposed against causes of a picture, decided on, taken and followed up."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.api import lists
from services.initiatives.api.at_home import list_at_home
from services.initiatives.api.callers import author_of, coordinates_county
from services.initiatives.api.measure_views import (
    AllModelNews,
    ChangeMeasure,
    FollowUpMeasure,
    MeasureView,
    ModelNewsView,
    measure_view,
)
from services.initiatives.api.picture_views import ConfirmText
from services.initiatives.commands import measuring
from services.initiatives.commands.locking import lock
from services.initiatives.domain import measures
from services.initiatives.domain.authors import sees_home
from services.initiatives.domain.measures import AnyMeasure, HomeMeasure
from services.initiatives.store import measures as store
from services.initiatives.store.home import Kept
from services.initiatives.store.measures import MEASURES
from shared.contracts.initiative_codes import MeasureStatus
from shared.contracts.measures import MeasureDetails
from shared.runtime.auth import Principal
from shared.runtime.idempotency import reply_of
from shared.runtime.lists import Page
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, CommandTransaction, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, check_county
from shared.runtime.routes import Router

router = Router()
PATH = "/measures"
ONE = PATH + "/{county}/{id}"
RELEASED = Resource(MEASURES.shared, PATH, MeasureView)
RIPE = [each for each in MeasureStatus.codes() if each != MeasureStatus.PROPOSED]


@router.post(PATH, status_code=201, response_model=MeasureView)
async def propose_measure(details: MeasureDetails, request: CommandRequest) -> Response:
    """The measure is proposed against causes of a picture of this county."""
    async with request.command() as tx:
        picture = await measuring.picture_of(tx, details.picture)
        draft = measures.propose(details, uuid7(), picture, author_of(request.principal), tx.context)
        after = await measuring.write(tx, None, draft)
        return tx.reply(measure_view(after), location=f"{PATH}/{draft.county}/{draft.id}")


@router.get(PATH, response_model=Page[MeasureView])
async def list_measures(query: Annotated[lists.MeasureQuery, Query()], request: QueryRequest) -> Response:
    """The released measures of all counties, in Swedish order."""
    return await RELEASED.list(request, query)


@router.get(PATH + "/at-home", response_model=Page[MeasureView])
async def list_home_measures(query: Annotated[lists.MeasureQuery, Query()], request: QueryRequest) -> Response:
    """The measures of this county that are not released, as far as the caller may see them, in Swedish order."""
    return await list_at_home(request, query, PATH + "/at-home", MEASURES, RIPE, measure_view)


@router.get(PATH + "/model-news", response_model=AllModelNews)
async def list_model_news(request: QueryRequest) -> AllModelNews:
    """The measures that the caller may see whose models have another follow-up than when this county last looked."""
    async with request.db.read() as conn:
        found = await store.news(conn)
        known = [await MEASURES.find(conn, request.county, request.county, one.measure) for one in found]
    seen = [one for one, kept in zip(found, known, strict=True) if kept and _may_see(kept.state, request.principal)]
    return AllModelNews(items=[ModelNewsView.model_validate(one, from_attributes=True) for one in seen])


@router.get(ONE, response_model=MeasureView)
async def get_measure(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One measure: a released one of whatever county, or one of this county that the caller may see."""
    check_county(request.writer, county, "not-found")
    async with request.db.read() as conn:
        kept = await MEASURES.find(conn, request.county, county, identity)
    if kept is None or not _may_see(kept.state, request.principal):
        raise MEASURES.shared.not_found()
    return reply_of(measure_view(kept)).response()


@router.put(ONE, response_model=MeasureView)
async def change_measure(county: Owner, identity: Id, command: ChangeMeasure, request: CommandRequest) -> Response:
    """The plan says what the body says."""
    async with request.command() as tx:
        author, details = author_of(request.principal), command.details()
        before, picture = await measuring.lock_with_picture(tx, county, identity, author)
        after = measures.change(details, before.state, picture, author, tx.context, confirmed=command.confirmed)
        return await _write(tx, before, after)


@router.post(ONE + "/decide", response_model=MeasureView)
async def decide_on_measure(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """It is decided that the measure is taken. Its picture is agreed on."""
    async with request.command() as tx:
        before, picture = await measuring.lock_with_picture(tx, county, identity, author_of(request.principal))
        return await _write(tx, before, measures.decide(before.state, picture))


@router.post(ONE + "/start", response_model=MeasureView)
async def start_measure(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The measure is under way."""
    async with request.command() as tx:
        before = await lock(tx, MEASURES, county, identity, author_of(request.principal))
        return await _write(tx, before, measures.start(before.state))


@router.post(ONE + "/follow-up", response_model=MeasureView)
async def follow_up_measure(county: Owner, identity: Id, command: FollowUpMeasure, request: CommandRequest) -> Response:
    """It is said how the measure goes: green, yellow or red."""
    async with request.command() as tx:
        before = await lock(tx, MEASURES, county, identity, author_of(request.principal))
        after = measures.follow_up(command.follow_up(), before.state, tx.context, confirmed=command.confirmed)
        return await _write(tx, before, after)


@router.post(ONE + "/finish", response_model=MeasureView)
async def finish_measure(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The measure has been taken. Its effect may still be followed up."""
    async with request.command() as tx:
        before = await lock(tx, MEASURES, county, identity, author_of(request.principal))
        return await _write(tx, before, measures.finish(before.state))


@router.post(ONE + "/stop", response_model=MeasureView)
async def stop_measure(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The measure is not taken any more. It stays readable."""
    async with request.command() as tx:
        before = await lock(tx, MEASURES, county, identity, author_of(request.principal))
        return await _write(tx, before, measures.stop(before.state))


@router.post(ONE + "/release", response_model=MeasureView)
async def release_measure(county: Owner, identity: Id, command: ConfirmText, request: CommandRequest) -> Response:
    """All counties see the measure, as they see its picture. Doubts about its text are to be confirmed."""
    async with request.command() as tx:
        before, picture = await measuring.lock_with_picture(tx, county, identity, author_of(request.principal))
        return await _write(tx, before, measures.release(before.state, picture, confirmed=command.confirmed))


@router.post(ONE + "/model-seen", status_code=204, openapi_extra=LOCKS_NO_VERSION)
async def see_model_news(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The news about the model of this measure has been seen, and is not listed any more."""
    async with request.command() as tx:
        await measuring.see_news(tx, county, identity, author_of(request.principal))
        return tx.reply(status=204)


def _may_see(measure: AnyMeasure, principal: Principal) -> bool:
    if not isinstance(measure, HomeMeasure):
        return True
    ripe = coordinates_county(principal) and measure.status in RIPE
    return sees_home(measure, author_of(principal), county=ripe)


async def _write(tx: CommandTransaction, before: Kept[AnyMeasure], after: AnyMeasure | None) -> Response:
    return tx.reply(measure_view(await measuring.write(tx, before, after)))
