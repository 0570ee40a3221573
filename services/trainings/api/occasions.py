"""Occasions: when and where trainings are held, how many seats there are, and how many are left."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, computed_field
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.trainings.api import lists
from services.trainings.api.trainings import TRAININGS
from services.trainings.commands.hosting import lock_seating, reallocate_seats
from services.trainings.domain import occasion
from services.trainings.domain.saga import HELD
from services.trainings.store import catalogue, enrolments
from shared import calendar
from shared.contracts.asking import Reference
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion, OccasionDetails
from shared.runtime.aggregates import Stored
from shared.runtime.db import Connection
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, page_of, view_with_related
from shared.runtime.routes import Router
from shared.swedish import day_of

router = Router()
PATH = "/occasions"


class OccasionView(Versioned, Occasion):
    """An occasion in its version, with which its ETag begins; its time as a person reads it.

    ``taken`` seats are given or offered, ``waiting`` participants stand in line, as far as this county knows.
    """

    taken: int
    waiting: int

    @computed_field
    def when(self) -> str:
        """Its time in Swedish."""
        return calendar.written(self.starts_at, self.ends_at)

    @computed_field
    def full(self) -> bool:
        """Whether no seat is left."""
        return self.taken >= self.seats


OCCASIONS = Resource(catalogue.OCCASIONS, PATH, OccasionView)


@router.post(PATH, status_code=201, response_model=OccasionView)
async def register_occasion(details: OccasionDetails, request: CommandRequest) -> Response:
    """The training is held then and there. Enrolment opens by itself when its time has come."""
    async with request.command() as tx:
        training = await catalogue.TRAININGS.find(tx.conn, request.county, details.training, lock=True)
        if training is None:
            raise TRAININGS.table.not_found()
        new = await OCCASIONS.insert(tx, occasion.register(details, training.state, uuid7(), tx.context))
        after = await reallocate_seats(tx, new.state.id)
        return tx.reply(await _view(tx.conn, after), location=OCCASIONS.location(after.state))


@router.get(PATH, response_model=Page[OccasionView])
async def list_occasions(query: Annotated[lists.OccasionQuery, Query()], request: QueryRequest) -> Response:
    """The occasions of all counties that are to come, in the order of their time; earlier ones with ``from``."""
    if query.first is None and query.cursor is None:
        query = query.model_copy(update={"first": day_of(request.writer.now())})
    counties = await request.freshness(catalogue.CATALOGUE.stream, enrolments.ENROLMENTS.stream)
    async with request.db.read() as conn:
        bodies, after = await OCCASIONS.page(conn, request, query)
        if len(shown := query.until(bodies)) < len(bodies):
            bodies, after = shown, None
        counts = await _seat_counts(conn, [Reference(county=body["county"], id=body["id"]) for body in bodies])
    items = [OCCASIONS.shown({**body, **count}) for body, count in zip(bodies, counts, strict=True)]
    return page_of(items, after, counties)


@router.get(PATH + "/{county}/{id}", response_model=OccasionView)
async def get_occasion(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One occasion, of whatever county."""
    async with request.db.read() as conn:
        stored = await OCCASIONS.known(conn, request, county, identity)
        return view_with_related(stored.version, await _view(conn, stored))


@router.put(PATH + "/{county}/{id}", response_model=OccasionView)
async def change_occasion(county: Owner, identity: Id, details: OccasionDetails, request: CommandRequest) -> Response:
    """The occasion is as the body says; another time or place changes the answers of all who have a seat or wait."""
    async with request.command() as tx:
        before = await OCCASIONS.lock(tx, county, identity)
        held = (await lock_seating(tx, identity)).seating.held
        await OCCASIONS.update(tx, before, occasion.change(details, before.state, held, tx.context))
        after = await reallocate_seats(tx, identity)
        return tx.reply(await _view(tx.conn, after))


@router.post(PATH + "/{county}/{id}/cancel", response_model=OccasionView)
async def cancel_occasion(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The occasion is not held, and the answers of all who have a seat or wait say so."""
    async with request.command() as tx:
        before = await OCCASIONS.lock(tx, county, identity)
        await OCCASIONS.update(tx, before, occasion.cancel(before.state, tx.context))
        after = await reallocate_seats(tx, identity)
        return tx.reply(await _view(tx.conn, after))


async def _view(conn: Connection, stored: Stored[Occasion]) -> BaseModel:
    reference = Reference(county=stored.state.county, id=stored.state.id)
    (counts,) = await _seat_counts(conn, [reference])
    return OCCASIONS.view(stored, **counts)


async def _seat_counts(conn: Connection, occasions: list[Reference]) -> list[dict[str, int]]:
    """How many seats of each occasion are taken, and how many participants wait."""
    states = await enrolments.seats_by_state(conn, occasions)
    return [
        {"taken": sum(states[each][state] for state in HELD), "waiting": states[each][SeatState.WAITING]}
        for each in occasions
    ]
