"""What an own request is shown with: what its host has said to this very version, or that it waits for that."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.trainings.domain import asking, line
from services.trainings.domain.words import said
from services.trainings.store import enrolments
from shared.contracts.asking import Reference, overdue
from shared.contracts.enrolments import EnrolmentRequest, SeatAnswer
from shared.contracts.event import READER
from shared.contracts.training_codes import SeatReason, SeatState
from shared.links import identity as database
from shared.runtime.resource import Body

_SHOWN = ("participant", "waits", "state", "reason", "offered_until", "place")


class ShownSeat(BaseModel):
    """What is known of a participant's seat. While the host has not answered, no state: "väntar på svar"."""

    participant: UUID
    waits: bool
    state: SeatState | None
    reason: SeatReason | None
    offered_until: datetime | None
    place: int | None
    swedish: str


class EnrolmentView(EnrolmentRequest):
    """A request in its version, which is also its ETag, and what is known of its answer.

    ``overdue``: the answer is late, and the host may be away. It comes when the host is back.
    """

    version: int
    waiting_since: datetime | None
    overdue: bool
    seats: list[ShownSeat]


async def answered(conn: Any, bodies: Sequence[Body], now: datetime) -> Sequence[Body]:
    """What the hosts have said to these very versions of own requests."""
    epoch = await database.epoch(conn)
    requests = [EnrolmentRequest.model_validate(body, extra="ignore", context=READER) for body in bodies]
    given = await enrolments.answers_to(conn, requests)
    places = await _places(conn, given.values())
    asked = await enrolments.asked(conn, [each.id for each in requests])
    shown = []
    for body, request in zip(bodies, requests, strict=True):
        answer = given.get(Reference(county=request.county, id=request.id))
        age = asking.age_of(request, epoch, body["version"])
        since = asked.get(request.id) if asking.is_waiting(request, age, answer) else None
        seats = asking.shown(request, age, answer, places)
        shown.append(
            {
                "waiting_since": since,
                "overdue": since is not None and overdue(since, now),
                "seats": [{name: getattr(seat, name) for name in _SHOWN} | {"swedish": said(seat)} for seat in seats],
            }
        )
    return shown


async def _places(conn: Any, given: Iterable[SeatAnswer]) -> dict[UUID, int]:
    """The places in line of all who wait at an occasion where one of these waits."""
    occasions = {
        Reference(county=answer.county, id=answer.occasion)
        for answer in given
        if any(seat.state is SeatState.WAITING for seat in answer.seats)
    }
    lines = await enrolments.answers(conn, occasions) if occasions else {}
    return {who: at for each in lines.values() for who, at in line.places(one.state for one in each).items()}
