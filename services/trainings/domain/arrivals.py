"""A version of a request as its host reads it: who is new, who accepts, who is cancelled.

Every version is answered. A participant who arrives cancelled gets a row all the same: so an older version that
arrives later takes no seat.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.trainings.domain.asking import age_of
from services.trainings.domain.ids import answer_id
from services.trainings.domain.line import Answers, stepped
from services.trainings.domain.saga import SEAT, Cause
from shared.contracts.asking import Reference, RequestVersion, awaits_answer
from shared.contracts.enrolments import EnrolmentRequest, Participant, Seat, SeatAnswer, SeatsAnswered, SeatsSettled
from shared.contracts.training_codes import OccasionStatus, SeatReason, Wish
from shared.contracts.trainings import Occasion

RefusalRule = Callable[[Participant], SeatReason | None]

_CLOSED_TO_ALL = {
    OccasionStatus.PLANNED: SeatReason.NOT_OPEN,
    OccasionStatus.CLOSED: SeatReason.CLOSED,
    OccasionStatus.HELD: SeatReason.CLOSED,
    OccasionStatus.CANCELLED: SeatReason.OCCASION_CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A version of a request as it has come to the host; ``withdrawn`` if its county has it no more."""

    request: EnrolmentRequest
    seen: RequestVersion
    withdrawn: bool = False

    @classmethod
    def version_of(cls, request: EnrolmentRequest, epoch: int, version: int, *, withdrawn: bool = False) -> "Incoming":
        """This version of a request, by the age that its answer names."""
        seen_epoch, seen_version = age_of(request, epoch, version)
        return cls(request, RequestVersion(epoch=seen_epoch, version=seen_version), withdrawn)

    @property
    def reference(self) -> Reference:
        """Which request it is."""
        return Reference(county=self.request.county, id=self.request.id)

    def wish(self, participant: UUID) -> Wish:
        """The wish for a participant; CANCELLED for one who is not named any more, or whose request is withdrawn."""
        wishes = {each.id: each.wish for each in self.request.participants}
        return Wish.CANCELLED if self.withdrawn else wishes.get(participant, Wish.CANCELLED)


def receive(answers: Answers, incoming: Incoming, occasion: Occasion) -> frozenset[UUID]:
    """``answers`` has seen this version; gives who is new in line. An older version changes nothing."""
    before = answers.get(incoming.reference)
    if before is not None and not incoming.withdrawn and not awaits_answer(incoming.seen.recency, before):
        return frozenset()
    taken = {seat.participant for each in answers.values() if each is not before for seat in each.seats}
    last = max((seat.arrival for each in answers.values() for seat in each.seats), default=0)
    answer = _answer(incoming, before, occasion.sequence, last, _refusal(incoming.request, occasion, taken))
    answers[incoming.reference] = answer
    known = set() if before is None else {seat.participant for seat in before.seats}
    return frozenset(seat.participant for seat in answer.seats if seat.participant not in known)


def refuse(incoming: Incoming, before: SeatAnswer | None) -> SeatAnswer:
    """The answer to a request for an occasion that the host does not have; ``before`` is the one that it has given."""
    answer = _answer(incoming, before, 0, 0, lambda participant: SeatReason.NO_SUCH_OCCASION)
    event = SeatsSettled if incoming.request.settled else SeatsAnswered
    return event(**dict(answer) | {"settled": incoming.request.settled})


def _answer(
    incoming: Incoming, before: SeatAnswer | None, sequence: int, last: int, refusal: RefusalRule
) -> SeatAnswer:
    request = incoming.request
    if before is None:
        before = SeatsAnswered(
            id=answer_id(incoming.reference),
            county=request.occasion.county,
            request=incoming.reference,
            occasion=request.occasion.id,
            answers=incoming.seen,
            sequence=sequence,
            seats=(),
            together=request.together,
        )
    known = {seat.participant for seat in before.seats}
    new = {each.id: each for each in request.participants if each.id not in known}
    seats = (
        *(seat if before.settled else _wished(seat, incoming.wish(seat.participant)) for seat in before.seats),
        *_arrived(new.values(), incoming, last, refusal),
    )
    newer = max(incoming.seen, before.answers, key=lambda seen: seen.recency)
    return before.model_copy(update={"answers": newer, "seats": seats})


def _wished(seat: Seat, wish: Wish) -> Seat:
    """The seat after its county's wish."""
    if wish is Wish.CANCELLED:
        return stepped(seat, Cause.CANCELLED, SeatReason.BY_ASKER)
    return stepped(seat, Cause.ACCEPTED) if wish is Wish.ACCEPTED else seat


def _arrived(new: Iterable[Participant], incoming: Incoming, last: int, refusal: RefusalRule) -> Iterable[Seat]:
    """The seats of participants that the host has not known, in the order given."""
    for arrival, participant in enumerate(new, last + 1):
        wish = incoming.wish(participant.id)
        reason = SeatReason.BY_ASKER if wish is Wish.CANCELLED else refusal(participant)
        cause = Cause.CANCELLED if wish is Wish.CANCELLED else Cause.REFUSED if reason else Cause.QUEUED
        yield Seat(participant=participant.id, state=SEAT.first(cause), arrival=arrival, reason=reason)


def _refusal(request: EnrolmentRequest, occasion: Occasion, taken: set[UUID]) -> RefusalRule:
    def reason(participant: Participant) -> SeatReason | None:
        if occasion.status in _CLOSED_TO_ALL:
            return _CLOSED_TO_ALL[occasion.status]
        if request.county not in occasion.open_for:
            return SeatReason.NOT_INVITED
        return SeatReason.DUPLICATE if participant.id in taken else None

    return reason
