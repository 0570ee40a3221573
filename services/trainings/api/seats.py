"""The seats of an occasion, by random ids of participants: who has one, who waits, and who came."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.trainings.api.occasions import OCCASIONS, PATH
from services.trainings.commands import attendance, hosting
from services.trainings.domain import line
from services.trainings.domain.ids import door_code
from services.trainings.store import enrolments
from services.trainings.store.enrolments import ENROLMENTS
from shared.contracts.asking import Reference
from shared.contracts.training_codes import SeatReason, SeatState
from shared.rejected import Rejected
from shared.runtime.db import Connection
from shared.runtime.lists import Page
from shared.runtime.models import RequestModel
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, check_owner, page_of
from shared.runtime.routes import Router

router = Router()
SEATS = PATH + "/{county}/{id}/seats"
_PUBLISHED = {"actor_type", "function", "municipality"}
Ids = Annotated[tuple[UUID, ...], Field(max_length=2_000)]


class SeatView(BaseModel):
    """A participant's seat as the host has decided, and the facts about the participant that the host gets.

    ``code`` stands on the participant's ticket. ``group`` is how many of the request wait together: they are given
    seats only when there are so many, and meanwhile nobody behind them gets the seats that they could have.
    """

    county: str
    request: UUID
    participant: UUID
    code: str
    state: SeatState
    arrival: int
    place: int | None
    group: int | None
    offered_until: datetime | None
    reason: SeatReason | None
    actor_type: str | None = None
    function: str | None = None
    municipality: str | None = None


class Attendance(RequestModel):
    """The participants who came, and those who did not."""

    came: Ids = ()
    absent: Ids = ()


class TurnAway(RequestModel):
    """Participants who lose their seats or positions in line."""

    request: Reference
    participants: Annotated[list[UUID], Field(min_length=1, max_length=30)]


@router.get(SEATS, response_model=Page[SeatView])
async def list_seats(
    county: Owner, identity: Id, request: QueryRequest, state: Annotated[SeatState | None, Query()] = None
) -> Response:
    """Every seat and every position in line, on one page, in the order in which requests have reached the host.

    With ``state`` only those in that state.
    """
    counties = await request.freshness(ENROLMENTS.stream)
    async with request.db.read() as conn:
        await OCCASIONS.known(conn, request, county, identity)
        seats = await _seats(conn, county, identity)
    return page_of([seat for seat in seats if state in (None, seat.state)], None, counties)


@router.post(PATH + "/{county}/{id}/attendance", response_model=list[SeatView], openapi_extra=LOCKS_NO_VERSION)
async def record_attendance(county: Owner, identity: Id, command: Attendance, request: CommandRequest) -> Response:
    """Who came and who did not is recorded. The home counties issue the certificates."""
    async with request.command() as tx:
        check_owner(tx.writer, county)
        for participant in sorted(set(command.came) & set(command.absent)):
            raise Rejected("invalid-attendance", f"{participant} is in both came and absent; name each once.")
        came = dict.fromkeys(command.absent, False) | dict.fromkeys(command.came, True)
        await attendance.record_attendance(tx, identity, came)
        return tx.reply(await _seats(tx.conn, county, identity))


@router.post(SEATS + "/turn-away", response_model=list[SeatView], openapi_extra=LOCKS_NO_VERSION)
async def turn_away(county: Owner, identity: Id, command: TurnAway, request: CommandRequest) -> Response:
    """These participants lose their seats and positions in line, and whoever is next gets the free seats."""
    async with request.command() as tx:
        check_owner(tx.writer, county)
        await hosting.turn_away(tx, identity, command.request, command.participants)
        return tx.reply(await _seats(tx.conn, county, identity))


async def _seats(conn: Connection, county: str, identity: UUID) -> list[SeatView]:
    reference = Reference(county=county, id=identity)
    answers = [each.state for each in (await enrolments.answers_by_occasion(conn, [reference])).get(reference, [])]
    known = await enrolments.participants_of(conn, [answer.request for answer in answers])
    places = line.places(answers)
    shown = [
        SeatView(
            county=answer.request.county,
            request=answer.request.id,
            code=door_code(seat.participant),
            place=places.get(seat.participant),
            group=line.waits_together(answer) if seat.state is SeatState.WAITING else None,
            **seat.model_dump(),
            **(known[seat.participant].model_dump(include=_PUBLISHED) if seat.participant in known else {}),
        )
        for answer in answers
        for seat in answer.seats
    ]
    return sorted(shown, key=lambda seat: seat.arrival)
