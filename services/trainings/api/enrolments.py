"""Enrolments: this county asks for seats, and shows what the host has said, or that it waits for it."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.trainings import hosting
from services.trainings.api import lists
from services.trainings.api.answered import EnrolmentView, answered
from services.trainings.api.occasions import OCCASIONS
from services.trainings.domain import asking
from services.trainings.domain.asking import EnrolDetails, asked_before, told_municipality
from services.trainings.domain.occasion import settles_at
from services.trainings.here import here_of
from services.trainings.store import enrolments, participants
from services.trainings.store.catalogue import TRAININGS
from services.trainings.store.enrolments import ENROLMENTS, SETTLE
from services.trainings.store.participants import Person
from shared.contracts.asking import Reference
from shared.contracts.codes import ActorType, FunctionCode
from shared.contracts.enrolments import MOST_PARTICIPANTS, EnrolmentRequest, ParticipantDetails
from shared.contracts.fields import MunicipalityCode, Name
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime import due
from shared.runtime.aggregates import Stored
from shared.runtime.call import Answer, Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, Resource, check_owner

router = APIRouter()
PATH = "/enrolments"
PersonMailbox = Annotated[str, Field(pattern=r"^[^\s@]+@[^\s@]+$", max_length=254)]


class EnrolParticipant(BaseModel):
    """Somebody to be enrolled. Name and mailbox stay in this county; the mailbox says who it is."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Name
    mailbox: PersonMailbox
    actor_type: ActorType
    function: FunctionCode
    municipality: MunicipalityCode | None = None


class Enrol(BaseModel):
    """Seats to ask for. ``together``: all of them or none; else as many as there are, in the order given."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    occasion: Reference
    participants: Annotated[list[EnrolParticipant], Field(min_length=1, max_length=MOST_PARTICIPANTS)]
    together: bool = False


class Chosen(BaseModel):
    """Some of the participants; all of them if none is named."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    participants: Annotated[list[UUID], Field(max_length=MOST_PARTICIPANTS)] = []


REQUESTS = Resource(ENROLMENTS, "request", PATH, beside=answered)


@router.post(PATH, status_code=201, response_model=EnrolmentView, responses={200: {"model": EnrolmentView}})
async def enrol(command: Enrol, call: Call) -> Response:
    """Seats are asked for. Who is enrolled already is not asked for twice: the answer is then the same request."""

    async def run(tx: Transaction) -> Answer:
        reference = command.occasion
        occasion = await TRAININGS.find(tx.conn, "occasion", reference.county, reference.id, lock=True)
        if occasion is None:
            raise OCCASIONS.not_found()
        mailboxes = [each.mailbox.casefold() for each in command.participants]
        if len(set(mailboxes)) < len(mailboxes):
            raise Rejected("invalid-participants", "Somebody is named twice; name each person once.")
        again = asked_before(mailboxes, await participants.enrolled(tx.conn, call.county, reference, mailboxes))
        if again is not None:
            before = await ENROLMENTS.find(tx.conn, "request", call.county, again)
            assert before is not None
            return await REQUESTS.answer(tx.conn, before, tx.writer.now())
        told = [await _told(tx, each) for each in command.participants]
        details = EnrolDetails(occasion=reference, participants=tuple(told), together=command.together)
        ids = [uuid4() for _ in told]
        event = asking.ask(details, occasion.state, uuid7(), ids, here_of(tx.writer))
        answer = await REQUESTS.create(tx, event, _sent)
        named = zip(ids, mailboxes, command.participants, strict=True)
        await participants.keep(tx.conn, event, [Person(one, box, each.name) for one, box, each in named])
        await due.plan(tx.conn, SETTLE, event.id, settles_at(occasion.state))
        return answer

    return await call.command(run)


@router.get(PATH, response_model=Page[EnrolmentView])
async def list_enrolments(query: Annotated[lists.OwnQuery, Query()], call: Call) -> Response:
    """What this county has asked for, in the order of asking, and what came of it."""
    check_owner(call, query.county or call.county)
    return await REQUESTS.listed(call, query.model_copy(update={"county": call.county}))


@router.get(PATH + "/{county}/{id}", response_model=EnrolmentView)
async def get_enrolment(county: Owner, identity: Id, call: Call) -> Response:
    """One request of this county, and what came of it."""
    check_owner(call, county)
    return await REQUESTS.read(call, county, identity)


@router.post(PATH + "/{county}/{id}/accept", response_model=EnrolmentView)
async def accept_offer(county: Owner, identity: Id, command: Chosen, call: Call) -> Response:
    """The offers to these participants are accepted. Whether that was in time, the host says."""

    async def decide(tx: Transaction, before: EnrolmentRequest) -> EnrolmentRequest:
        answer = await enrolments.answer_to(tx.conn, before)
        chosen = command.participants or [each.id for each in before.participants]
        return asking.accept(before, chosen, answer.state if answer else None, here_of(tx.writer))

    return await REQUESTS.change(call, county, identity, decide, _sent)


@router.post(PATH + "/{county}/{id}/cancel", response_model=EnrolmentView)
async def cancel_enrolment(county: Owner, identity: Id, command: Chosen, call: Call) -> Response:
    """These participants want no seat any more. What they had is free once the host has heard of it."""

    async def decide(_: Transaction, before: EnrolmentRequest) -> EnrolmentRequest | None:
        return asking.cancel(before, command.participants)

    return await REQUESTS.change(call, county, identity, decide, _sent)


async def _sent(tx: Transaction, stored: Stored) -> Stored:
    """The new version waits from now on; if this county is the host itself, it is answered at once."""
    await enrolments.keep_asked(tx.conn, stored.state.id, tx.writer.now())
    return await hosting.receive_own(tx, stored)


async def _told(tx: Transaction, each: EnrolParticipant) -> ParticipantDetails:
    """What the host is told of a participant: the municipality only where that points at nobody."""
    municipality = None
    if each.municipality is not None:
        actors = await participants.actors_in(tx.conn, tx.writer.county, each.municipality, each.actor_type)
        municipality = told_municipality(each.municipality, actors)
    return ParticipantDetails(actor_type=each.actor_type, function=each.function, municipality=municipality)
