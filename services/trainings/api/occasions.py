"""Occasions: when and where trainings are held, how many seats there are, and how many are left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.trainings import hosting
from services.trainings.api import lists
from services.trainings.api.trainings import CATALOGUE
from services.trainings.domain import occasion
from services.trainings.domain.saga import HELD
from services.trainings.here import here_of
from services.trainings.store import enrolments, seating
from services.trainings.store.catalogue import TRAININGS
from shared import calendar
from shared.contracts.asking import Reference
from shared.contracts.event import Event
from shared.contracts.training_codes import SeatState
from shared.contracts.trainings import Occasion, OccasionDetails
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call
from shared.runtime.lists import Page
from shared.runtime.resource import Body, Id, Owner, Resource

router = APIRouter()
PATH = "/occasions"


class OccasionView(Occasion):
    """An occasion in its version, which is also its ETag; its time as a person reads it.

    ``taken`` seats are given or offered, ``waiting`` participants stand in line, as far as this county knows.
    """

    version: int
    when: str
    taken: int
    waiting: int
    full: bool


def _when(state: Occasion) -> Mapping[str, object]:
    return {"when": calendar.written(state.starts_at, state.ends_at)}


async def _seats(conn: Any, bodies: Sequence[Body], _: datetime) -> Sequence[Body]:
    """What is taken of each occasion's seats, from all the answers of its host."""
    references = [Reference(county=body["county"], id=body["id"]) for body in bodies]
    states = await enrolments.seats_by_state(conn, references)
    shown = []
    for body, reference in zip(bodies, references, strict=True):
        taken = sum(count for state, count in states[reference].items() if state in HELD)
        waiting = states[reference][SeatState.WAITING]
        shown.append({"taken": taken, "waiting": waiting, "full": taken >= body["seats"]})
    return shown


OCCASIONS = Resource(TRAININGS, "occasion", PATH, _when, _seats)


@router.post(PATH, status_code=201, response_model=OccasionView)
async def register_occasion(details: OccasionDetails, call: Call) -> Response:
    """The training is held then and there. Enrolment opens by itself when its time has come."""

    async def decide(tx: Transaction) -> Event:
        found = await TRAININGS.find(tx.conn, "training", call.county, details.training, lock=True)
        if found is None:
            raise CATALOGUE.not_found()
        return occasion.register(details, found.state, uuid7(), here_of(tx.writer, call.counties))

    return await OCCASIONS.register(call, decide, hosting.follow)


@router.get(PATH, response_model=Page[OccasionView])
async def list_occasions(query: Annotated[lists.OccasionQuery, Query()], call: Call) -> Response:
    """The occasions of all counties, in the order of their time."""
    return await OCCASIONS.listed(call, query)


@router.get(PATH + "/{county}/{id}", response_model=OccasionView)
async def get_occasion(county: Owner, identity: Id, call: Call) -> Response:
    """One occasion, of whatever county."""
    return await OCCASIONS.read(call, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=OccasionView)
async def change_occasion(county: Owner, identity: Id, details: OccasionDetails, call: Call) -> Response:
    """The occasion is as the body says; if it is another time or place, all who have a seat or wait are told."""

    async def decide(tx: Transaction, before: Occasion) -> Event | None:
        found = await seating.find(tx.conn, call.county, identity)
        assert found is not None
        return occasion.change(details, before, found.seating.held, here_of(tx.writer, call.counties))

    return await OCCASIONS.change(call, county, identity, decide, hosting.follow)


@router.post(PATH + "/{county}/{id}/cancel", response_model=OccasionView)
async def cancel_occasion(county: Owner, identity: Id, call: Call) -> Response:
    """The occasion is not held, and all who have a seat or wait are told."""

    async def decide(tx: Transaction, before: Occasion) -> Event:
        return occasion.cancel(before, here_of(tx.writer))

    return await OCCASIONS.change(call, county, identity, decide, hosting.follow)
