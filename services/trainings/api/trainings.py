"""The catalogue: what each county teaches."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.trainings.api import lists
from services.trainings.domain import training
from services.trainings.here import here_of
from services.trainings.store.catalogue import TRAININGS
from shared.contracts.event import Event
from shared.contracts.trainings import Training, TrainingDetails
from shared.messaging.outbox import Transaction
from shared.runtime.call import Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource

router = APIRouter()
PATH = "/trainings"
CATALOGUE = Resource(TRAININGS, "training", PATH)


class TrainingView(Training):
    """A training in its version, which is also its ETag."""

    version: int


@router.post(PATH, status_code=201, response_model=TrainingView)
async def publish_training(details: TrainingDetails, call: Call) -> Response:
    """The training is in the catalogue, and this county gives it."""

    async def decide(tx: Transaction) -> Event:
        return training.publish(details, uuid7(), here_of(tx.writer))

    return await CATALOGUE.register(call, decide)


@router.get(PATH, response_model=Page[TrainingView])
async def list_trainings(query: Annotated[lists.TrainingQuery, Query()], call: Call) -> Response:
    """The trainings of all counties, in Swedish order."""
    return await CATALOGUE.listed(call, query)


@router.get(PATH + "/{county}/{id}", response_model=TrainingView)
async def get_training(county: Owner, identity: Id, call: Call) -> Response:
    """One training, of whatever county."""
    return await CATALOGUE.read(call, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=TrainingView)
async def change_training(county: Owner, identity: Id, details: TrainingDetails, call: Call) -> Response:
    """The training is as the body says."""

    async def decide(_: Transaction, before: Training) -> Event | None:
        return training.change(details, before)

    return await CATALOGUE.change(call, county, identity, decide)


@router.post(PATH + "/{county}/{id}/retire", response_model=TrainingView)
async def retire_training(county: Owner, identity: Id, call: Call) -> Response:
    """The training is not given any more. Occasions that there are stay."""

    async def decide(_: Transaction, before: Training) -> Event:
        return training.retire(before)

    return await CATALOGUE.change(call, county, identity, decide)
