"""The seats of an occasion: who has one and who waits, by random ids; and what the host alone may record about them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from services.trainings import hosting
from services.trainings.api.occasions import OCCASIONS, PATH
from services.trainings.certifying import certify
from services.trainings.domain import line, seats
from services.trainings.here import here_of
from services.trainings.store import enrolments, seating
from services.trainings.store.enrolments import ENROLMENTS
from services.trainings.store.seating import Found
from shared.contracts.asking import Reference
from shared.contracts.training_codes import SeatReason, SeatState
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.call import Answer, Call
from shared.runtime.lists import Page
from shared.runtime.resource import Id, Owner, check_county, check_owner

router = APIRouter()
SEATS = PATH + "/{county}/{id}/seats"
_TOLD = {"actor_type", "function", "municipality"}
Ids = Annotated[list[UUID], Field(max_length=2_000)]


class SeatView(BaseModel):
    """What the host has decided for a participant, and what the host is told of whom it is."""

    county: str
    request: UUID
    participant: UUID
    state: SeatState
    arrival: int
    place: int | None
    offered_until: datetime | None
    reason: SeatReason | None
    actor_type: str | None = None
    function: str | None = None
    municipality: str | None = None


class Attendance(BaseModel):
    """Which participants came, and which did not."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    came: Ids = []
    absent: Ids = []


class TurnAway(BaseModel):
    """Whose seats or places in line are taken back."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    request: Reference
    participants: Annotated[list[UUID], Field(min_length=1, max_length=30)]


@router.get(SEATS, response_model=Page[SeatView])
async def list_seats(county: Owner, identity: Id, call: Call) -> Response:
    """Every seat and every place in line, on one page, in the order in which participants have come to the host."""
    check_county(call, county, "not-found")
    counties = await call.freshness(ENROLMENTS.stream)
    async with call.db.read() as conn:
        await OCCASIONS.known(conn, county, identity)
        items = await _seats(conn, county, identity)
    return Response(to_json({"items": items, "next": None, "counties": counties}), media_type="application/json")


@router.post(PATH + "/{county}/{id}/attendance", response_model=list[SeatView])
async def record_attendance(county: Owner, identity: Id, command: Attendance, call: Call) -> Response:
    """Who came and who did not is recorded. The home counties issue the certificates."""

    async def run(tx: Transaction) -> Answer:
        check_owner(call, county)
        found = await _found(tx, identity)
        marks = dict.fromkeys(command.absent, False) | dict.fromkeys(command.came, True)
        strange = sorted(
            marks.keys() - {seat.participant for each in found.answers.values() for seat in each.state.seats}
        )
        if strange:
            raise Rejected("not-seated", f"{strange[0]} has no seat here", participant=str(strange[0]))
        await _record(tx, found, marks)
        return Answer(200, await _seats(tx.conn, county, identity))

    return await call.command(run)


@router.post(SEATS + "/turn-away", response_model=list[SeatView])
async def turn_away(county: Owner, identity: Id, command: TurnAway, call: Call) -> Response:
    """These participants have no seat and no place in line any more, and whoever is next gets what is free."""

    async def run(tx: Transaction) -> Answer:
        check_owner(call, county)
        found = await _found(tx, identity)
        decision = seats.turn_away(found.seating, command.request, command.participants, here_of(tx.writer))
        await hosting.take(tx, found, decision)
        return Answer(200, await _seats(tx.conn, county, identity))

    return await call.command(run)


async def _found(tx: Transaction, occasion: UUID) -> Found:
    found = await seating.find(tx.conn, tx.writer.county, occasion)
    if found is None:
        raise OCCASIONS.not_found()
    return found


async def _record(tx: Transaction, found: Found, marks: Mapping[UUID, bool]) -> None:
    """Each answer says who came; the certificates of own participants are issued at once."""
    for stored in found.answers.values():
        mine = {seat.participant: marks[seat.participant] for seat in stored.state.seats if seat.participant in marks}
        event = seats.attend(stored.state, mine, found.occasion.state, here_of(tx.writer)) if mine else None
        if event is None:
            continue
        await ENROLMENTS.write(tx, event, stored)
        if event.request.county == tx.writer.county:
            request = await ENROLMENTS.find(tx.conn, "request", event.request.county, event.request.id)
            assert request is not None
            await certify(tx, request.state)


async def _seats(conn: Any, county: str, identity: UUID) -> list[SeatView]:
    reference = Reference(county=county, id=identity)
    answers = [each.state for each in (await enrolments.answers(conn, [reference])).get(reference, [])]
    told = await enrolments.told(conn, [answer.request for answer in answers])
    places = line.places(answers)
    shown = [
        SeatView(
            county=answer.request.county,
            request=answer.request.id,
            place=places.get(seat.participant),
            **seat.model_dump(),
            **(told[seat.participant].model_dump(include=_TOLD) if seat.participant in told else {}),
        )
        for answer in answers
        for seat in answer.seats
    ]
    return sorted(shown, key=lambda seat: seat.arrival)
