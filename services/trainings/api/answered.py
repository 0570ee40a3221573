"""Own requests with their hosts' answers to these very versions, or since when they wait for one."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.trainings.domain import asking, line
from services.trainings.domain.words import in_swedish
from services.trainings.store import enrolments
from shared.contracts.asking import Reference, overdue
from shared.contracts.enrolments import EnrolmentRequest, SeatAnswer
from shared.contracts.training_codes import SeatReason, SeatState
from shared.links import identity as database
from shared.runtime.db import Connection
from shared.runtime.models import Versioned
from shared.runtime.resource import Resource

PATH = "/enrolments"


class ShownSeat(BaseModel):
    """A participant's seat. It has no state while the host has not answered: "väntar på svar"."""

    participant: UUID
    waits: bool
    state: SeatState | None
    reason: SeatReason | None
    offered_until: datetime | None
    place: int | None
    swedish: str


class EnrolmentView(Versioned, EnrolmentRequest):
    """A request in its version, with which its ETag begins, and what is known of its answer.

    ``overdue``: the answer is late, and the host may be away. It comes when the host is back.
    """

    waiting_since: datetime | None
    overdue: bool
    seats: list[ShownSeat]


REQUESTS = Resource(enrolments.REQUESTS, PATH, EnrolmentView)


async def answered(
    conn: Connection, requests: Sequence[tuple[EnrolmentRequest, int]], now: datetime
) -> list[dict[str, object]]:
    """The fields that a view adds to each own request: its host's answer to this very version."""
    epoch = await database.epoch(conn)
    given = await enrolments.answers_to(conn, [request for request, _ in requests])
    places = await _places(conn, given.values())
    waiting = await enrolments.waiting_since(conn, [request.id for request, _ in requests])
    fields: list[dict[str, object]] = []
    for request, version in requests:
        answer = given.get(Reference(county=request.county, id=request.id))
        age = asking.age_of(request, epoch, version)
        since = waiting.get(request.id) if asking.is_waiting(request, age, answer) else None
        seats = [
            ShownSeat(**asdict(each), swedish=in_swedish(each)) for each in asking.shown(request, age, answer, places)
        ]
        fields.append({"waiting_since": since, "overdue": since is not None and overdue(since, now), "seats": seats})
    return fields


async def _places(conn: Connection, given: Iterable[SeatAnswer]) -> dict[UUID, int]:
    """The positions in line of all who wait at an occasion where one of these waits."""
    occasions = {
        Reference(county=answer.county, id=answer.occasion)
        for answer in given
        if any(seat.state is SeatState.WAITING for seat in answer.seats)
    }
    lines = await enrolments.answers_by_occasion(conn, occasions) if occasions else {}
    return {who: at for each in lines.values() for who, at in line.places(one.state for one in each).items()}
