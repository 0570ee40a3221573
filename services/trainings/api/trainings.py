"""The catalogue: what each county teaches."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.trainings.api import lists
from services.trainings.domain import training
from services.trainings.store import catalogue
from shared.contracts.trainings import Training, TrainingDetails
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/trainings"


class TrainingView(Versioned, Training):
    """A training in its version, which is also its ETag."""


TRAININGS = Resource(catalogue.TRAININGS, PATH, TrainingView)


@router.post(PATH, status_code=201, response_model=TrainingView)
async def publish_training(details: TrainingDetails, request: CommandRequest) -> Response:
    """The training is in the catalogue, and this county gives it."""
    async with request.command() as tx:
        after = await TRAININGS.insert(tx, training.publish(details, uuid7(), tx.context))
        return tx.reply(TRAININGS.view(after), location=TRAININGS.location(after.state))


@router.get(PATH, response_model=Page[TrainingView])
async def list_trainings(query: Annotated[lists.TrainingQuery, Query()], request: QueryRequest) -> Response:
    """The trainings of all counties, in Swedish order."""
    return await TRAININGS.list(request, query)


@router.get(PATH + "/{county}/{id}", response_model=TrainingView)
async def get_training(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One training, of whatever county."""
    return await TRAININGS.read(request, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=TrainingView)
async def change_training(county: Owner, identity: Id, details: TrainingDetails, request: CommandRequest) -> Response:
    """The training is as the body says."""
    async with request.command() as tx:
        before = await TRAININGS.lock(tx, county, identity)
        after = await TRAININGS.update(tx, before, training.change(details, before.state))
        return tx.reply(TRAININGS.view(after))


@router.post(PATH + "/{county}/{id}/retire", response_model=TrainingView)
async def retire_training(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The training is not given any more. Occasions that there are stay."""
    async with request.command() as tx:
        before = await TRAININGS.lock(tx, county, identity)
        after = await TRAININGS.update(tx, before, training.retire(before.state))
        return tx.reply(TRAININGS.view(after))
