"""What an own request is shown with: what its host has said to this very version, or that it waits for that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.trainings.domain import asking, line
from services.trainings.domain.words import said
from services.trainings.store import enrolments
from shared.contracts.asking import Reference, overdue
from shared.contracts.enrolments import EnrolmentRequest
from shared.contracts.event import READER
from shared.contracts.training_codes import SeatReason, SeatState
from shared.messaging import identity as database
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
    answers = await enrolments.answers(conn, {each.occasion for each in requests})
    asked = await enrolments.asked(conn, [each.id for each in requests])
    shown = []
    for body, request in zip(bodies, requests, strict=True):
        given = [each.state for each in answers.get(request.occasion, [])]
        mine = Reference(county=request.county, id=request.id)
        answer = next((each for each in given if each.request == mine), None)
        age = asking.age_of(request, epoch, body["version"])
        since = asked.get(request.id) if asking.is_waiting(request, age, answer) else None
        seats = asking.shown(request, age, answer, line.places(given))
        shown.append(
            {
                "waiting_since": since,
                "overdue": since is not None and overdue(since, now),
                "seats": [{name: getattr(seat, name) for name in _SHOWN} | {"swedish": said(seat)} for seat in seats],
            }
        )
    return shown
