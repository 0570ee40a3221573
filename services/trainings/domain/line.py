"""The line for seats: who has come first is served first.

A group that wants to sit together is served as one, and nobody behind it gets the seats that it is waiting for.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.trainings.domain.pool import Pool
from services.trainings.domain.saga import HELD, SEAT, Cause
from shared.contracts.asking import Reference
from shared.contracts.enrolments import Seat, SeatAnswer
from shared.contracts.training_codes import SeatReason, SeatState
from shared.contracts.trainings import Occasion

Answers = dict[Reference, SeatAnswer]
"""The answers about one occasion, by request, while a decision is taken."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who is served as one: a group that wants to sit together, or one participant."""

    request: Reference
    participants: frozenset[UUID]
    arrival: int

    def step(self, step: Callable[[Seat], Seat]) -> Callable[[Seat], Seat]:
        """``step`` for those who are in it."""
        return lambda seat: step(seat) if seat.participant in self.participants else seat


def stepped(seat: Seat, cause: Cause, reason: SeatReason | None = None, until: datetime | None = None) -> Seat:
    """The seat after a step of the saga; the same one if there is no such step."""
    after = SEAT.after(seat.state, cause)
    if after is seat.state:
        return seat
    kept = seat.offered_until if after is SeatState.LAPSED else until
    return seat.model_copy(update={"state": after, "reason": reason, "offered_until": kept})


def held(answers: Iterable[SeatAnswer]) -> Counter[str]:
    """How many seats each county has, offered ones included."""
    return Counter(answer.request.county for answer in answers for seat in answer.seats if seat.state in HELD)


def in_line(answers: Iterable[SeatAnswer]) -> list[Party]:
    """Who waits, in the order in which they have come to the host."""
    parties = []
    for answer in answers:
        waiting = [seat for seat in answer.seats if seat.state is SeatState.WAITING]
        groups = [waiting] if answer.together and waiting else [[seat] for seat in waiting]
        parties += [
            Party(answer.request, frozenset(seat.participant for seat in group), min(seat.arrival for seat in group))
            for group in groups
        ]
    return sorted(parties, key=lambda party: party.arrival)


def waits_together(answer: SeatAnswer) -> int | None:
    """How many of a request wait for seats that become free at once: until then they hold the line up."""
    waiting = sum(seat.state is SeatState.WAITING for seat in answer.seats)
    return waiting if answer.together and waiting > 1 else None


def places(answers: Iterable[SeatAnswer]) -> Mapping[UUID, int]:
    """The position of each participant in the waiting list, as every county can compute it."""
    waiting = [seat for answer in answers for seat in answer.seats if seat.state is SeatState.WAITING]
    ordered = sorted(waiting, key=lambda seat: seat.arrival)
    return {seat.participant: place for place, seat in enumerate(ordered, 1)}


def serve(answers: Answers, occasion: Occasion, fresh: Collection[UUID], until: datetime) -> None:
    """Whoever can have a seat has it: at once who is ``fresh``, else by an offer ``until`` then.

    Whether a county may ask is judged now, and not when it has asked. An offer that was made stands.
    """
    pool = Pool(occasion, held(answers.values()))
    for party in in_line(answers.values()):
        county, size = party.request.county, len(party.participants)
        if county not in occasion.open_for:
            each_seat(answers, party.step(_not_invited), party.request)
        elif size > occasion.seats:
            each_seat(answers, party.step(_too_many), party.request)
        elif pool.has(county, size):
            pool.take(county, size)
            each_seat(answers, party.step(lambda seat: _served(seat, fresh, until)), party.request)
        else:
            pool.keep(county)


def _not_invited(seat: Seat) -> Seat:
    return stepped(seat, Cause.REFUSED, SeatReason.NOT_INVITED)


def _too_many(seat: Seat) -> Seat:
    return stepped(seat, Cause.REFUSED, SeatReason.TOO_MANY)


def _served(seat: Seat, fresh: Collection[UUID], until: datetime) -> Seat:
    return stepped(seat, Cause.SEATED) if seat.participant in fresh else stepped(seat, Cause.OFFERED, until=until)


def each_seat(answers: Answers, step: Callable[[Seat], Seat], only: Reference | None = None) -> None:
    """``step`` is taken for every seat, or for those of one request only."""
    for request in list(answers) if only is None else [only]:
        answer = answers[request]
        seats = tuple(map(step, answer.seats))
        if seats != answer.seats:
            answers[request] = answer.model_copy(update={"seats": seats})
