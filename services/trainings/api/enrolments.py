"""Enrolments: this county asks for seats, and shows the host's answers."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.trainings.api import lists
from services.trainings.api.answered import PATH, REQUESTS, EnrolmentView, answered
from services.trainings.api.callers import READS_ALL, WRITES_ALL, check_asker, municipality_of
from services.trainings.commands import enrolling
from services.trainings.commands.enrolling import Enrol, submit_request
from services.trainings.domain import asking
from services.trainings.store import enrolments, municipal
from services.trainings.store.enrolments import ENROLMENTS
from shared.contracts.enrolments import MOST_PARTICIPANTS, EnrolmentRequest
from shared.contracts.event import READER
from shared.messaging.outbox import Writer
from shared.runtime.aggregates import Stored
from shared.runtime.db import Connection
from shared.runtime.lists import Page
from shared.runtime.models import RequestModel
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, check_owner, page_of, view_with_related
from shared.runtime.routes import Router

router = Router()


class Chosen(RequestModel):
    """Some of the participants; all of them if none is named."""

    participants: Annotated[tuple[UUID, ...], Field(max_length=MOST_PARTICIPANTS)] = ()


@router.post(PATH, status_code=201, response_model=EnrolmentView, responses={200: {"model": EnrolmentView}})
async def enrol(command: Enrol, request: CommandRequest) -> Response:
    """Seats are requested. Persons who are enrolled already get no second request: the answer is then the first one.

    A municipality's coordinator asks for its own staff, and sees no request of others.
    """
    async with request.command() as tx:
        stored, is_new = await enrolling.enrol(tx, command, municipality_of(request.principal, WRITES_ALL))
        view = await _view(tx.conn, stored, tx.writer)
        return tx.reply(view, location=REQUESTS.location(stored.state) if is_new else None)


@router.get(PATH, response_model=Page[EnrolmentView])
async def list_enrolments(query: Annotated[lists.EnrolmentQuery, Query()], request: QueryRequest) -> Response:
    """This county's requests in the order of asking, with their answers; a municipality's coordinator's own alone."""
    check_owner(request.writer, query.county or request.county)
    municipality = municipality_of(request.principal, READS_ALL)
    query = query.model_copy(update={"county": request.county})
    counties = await request.freshness(ENROLMENTS.stream)
    async with request.db.read() as conn:
        own = [] if municipality is None else await municipal.requests_of(conn, municipality)
        chosen = [{"id": str(each)} for each in own]
        if municipality is not None and not chosen:
            return page_of([], None, counties)
        bodies, after = await REQUESTS.page(conn, request, query, *chosen)
        states = [EnrolmentRequest.model_validate(body, extra="ignore", context=READER) for body in bodies]
        versions = [(state, body["version"]) for state, body in zip(states, bodies, strict=True)]
        related = await answered(conn, versions, request.writer.now())
    shown = [{**body, **each} for body, each in zip(bodies, related, strict=True) if query.chosen(each)]
    return page_of(shown, after, counties)


@router.get(PATH + "/{county}/{id}", response_model=EnrolmentView)
async def get_enrolment(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One request of this county, with its answer."""
    check_owner(request.writer, county)
    async with request.db.read() as conn:
        await check_asker(conn, request.principal, identity, READS_ALL)
        stored = await REQUESTS.known(conn, request, county, identity)
        return view_with_related(stored.version, await _view(conn, stored, request.writer))


@router.post(PATH + "/{county}/{id}/accept", response_model=EnrolmentView)
async def accept_offer(county: Owner, identity: Id, command: Chosen, request: CommandRequest) -> Response:
    """The offers to these participants are accepted. The host decides whether that was in time."""
    async with request.command() as tx:
        await check_asker(tx.conn, request.principal, identity, WRITES_ALL)
        await enrolments.lock_own_occasion(tx.conn, request.county, identity)
        before = await REQUESTS.lock(tx, county, identity)
        answer = await enrolments.answer_to(tx.conn, before.state)
        chosen = command.participants or [each.id for each in before.state.participants]
        event = asking.accept(before.state, chosen, answer.state if answer else None, tx.context)
        after = await REQUESTS.update(tx, before, event)
        await submit_request(tx, after)
        return tx.reply(await _view(tx.conn, after, tx.writer))


@router.post(PATH + "/{county}/{id}/cancel", response_model=EnrolmentView)
async def cancel_enrolment(county: Owner, identity: Id, command: Chosen, request: CommandRequest) -> Response:
    """These participants want no seat any more. Their seats are free once the host has received the request."""
    async with request.command() as tx:
        await check_asker(tx.conn, request.principal, identity, WRITES_ALL)
        await enrolments.lock_own_occasion(tx.conn, request.county, identity)
        before = await REQUESTS.lock(tx, county, identity)
        after = await REQUESTS.update(tx, before, asking.cancel(before.state, command.participants))
        if after is not before:
            await submit_request(tx, after)
        return tx.reply(await _view(tx.conn, after, tx.writer))


async def _view(conn: Connection, stored: Stored[EnrolmentRequest], writer: Writer) -> BaseModel:
    (related,) = await answered(conn, [(stored.state, stored.version)], writer.now())
    return REQUESTS.view(stored, **related)
