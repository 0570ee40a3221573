"""The claims: of every decision, at every moment, once the counties are quiet, and at the end.

Nothing here calls the code under test: the seats left are counted in another way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from services.trainings.domain import asking
from services.trainings.domain.seats import Decision, Seating
from shared.contracts.asking import Reference
from shared.contracts.enrolments import EnrolmentRequest, Seat, SeatAnswer
from shared.contracts.event import Event
from shared.contracts.training_codes import OccasionStatus, SeatReason, SeatState, Wish
from shared.contracts.trainings import Occasion

if TYPE_CHECKING:
    from tests.saga.world import World

CONFIRMED, WAITING, OFFERED = SeatState.CONFIRMED, SeatState.WAITING, SeatState.OFFERED
LAPSED, REFUSED, CANCELLED = SeatState.LAPSED, SeatState.REFUSED, SeatState.CANCELLED
ATTENDED, ABSENT = SeatState.ATTENDED, SeatState.ABSENT

MAY_BECOME: Mapping[SeatState | None, set[SeatState]] = {
    None: {CONFIRMED, WAITING, REFUSED, CANCELLED},
    WAITING: {OFFERED, REFUSED, CANCELLED},
    OFFERED: {CONFIRMED, LAPSED, CANCELLED},
    CONFIRMED: {CANCELLED, ATTENDED, ABSENT},
    ATTENDED: {ABSENT},
    ABSENT: {ATTENDED},
    LAPSED: set(),
    REFUSED: set(),
    CANCELLED: set(),
}
TAKEN: set[tuple[SeatState | None, SeatState]] = set()
"""The steps taken in any story: a claim about a step that is never taken is empty."""
SITTING = {CONFIRMED, OFFERED, ATTENDED, ABSENT}
Answers = Mapping[Reference, SeatAnswer]


def decided(before: Seating, decision: Decision, now: datetime) -> None:
    """After a decision: each step is allowed, no seat is given twice, and nobody is passed over."""
    occasion = decision.occasion or before.occasion
    after = {**before.answers, **{answer.request: answer for answer in decision.answers}}
    assert sitting(after).total() <= occasion.seats, "more seats are given than there are"
    arrivals = [seat.arrival for answer in after.values() for seat in answer.seats]
    assert len(set(arrivals)) == len(arrivals), "two have come to the host as the same"
    assert occasion.released or not before.occasion.released, "seats were released, and are reserved again"
    _order_is_kept(before.answers, after, occasion)
    if now < occasion.starts_at and occasion.status is not OccasionStatus.CANCELLED:
        _no_seat_is_idle(after, occasion)
    else:
        assert not waiting(after), "somebody waits for a seat that nobody will get"
    for answer in decision.answers:
        _offers_last(before.answers.get(answer.request), answer, occasion, now)
    assert decision.due is None or decision.due > now, "what is due was not done"


def written(before: Event | None, after: Event) -> None:
    """After a write: each seat of an answer has taken an allowed step, or none."""
    if not isinstance(after, SeatAnswer):
        return
    known = {seat.participant: seat for seat in before.seats} if isinstance(before, SeatAnswer) else {}
    present = {seat.participant: seat for seat in after.seats}
    assert known.keys() <= present.keys(), "somebody is lost"
    for participant, seat in present.items():
        was = known.get(participant)
        assert was is None or was.arrival == seat.arrival, "the order of arrival has changed"
        if was is None or was.state is not seat.state:
            assert seat.state in MAY_BECOME[was.state if was else None], f"{was} became {seat}"
            TAKEN.add((was.state if was else None, seat.state))


def always(world: World) -> None:
    """At every moment: a county shows no answer that it has not received."""
    for county in world.counties.values():
        for request in county.own(EnrolmentRequest):
            age, answer = county.age_of(request), county.answer_to(request)
            for each in asking.shown(request, age, answer, {}):
                unanswered = answer is None or answer.answers.recency < age
                assert not unanswered or each.state is None, "a seat is shown that the host has not answered for"


def quiet(world: World) -> None:
    """With nothing under way: every request is answered, and all counties know the same."""
    for county in world.counties.values():
        assert county.known == world.county(0).known, f"{county.name} knows something else"
        for request in county.own(EnrolmentRequest):
            assert not county.is_waiting(request), f"{county.name} waits for an answer that never comes"
            _everybody_has_an_answer(request, county.answer_to(request))
        for answer in county.own(SeatAnswer):
            living = {seat.state for seat in answer.seats} & {CONFIRMED, OFFERED, WAITING}
            told = answer.sequence == county.seating(answer.occasion).occasion.sequence
            assert told or not living, "somebody was not told that the occasion has moved"


def begun(world: World) -> None:
    """After the occasions begin: nobody has an offer or waits."""
    for answer in world.county(0).all(SeatAnswer):
        assert not {seat.state for seat in answer.seats} & {WAITING, OFFERED}


def settled(world: World) -> None:
    """At the end: each request and each answer is settled."""
    for published in world.county(0).known.values():
        if isinstance(published.event, EnrolmentRequest | SeatAnswer):
            assert published.event.final, f"{published.event} is kept for ever"


def sitting(answers: Answers) -> Counter[str]:
    return Counter(
        answer.request.county for answer in answers.values() for seat in answer.seats if seat.state in SITTING
    )


def waiting(answers: Answers) -> list[tuple[int, str, int]]:
    """(arrival, county, size) of each party in line, in order; a group that stays together is one."""
    line = []
    for answer in answers.values():
        seats = [seat.arrival for seat in answer.seats if seat.state is WAITING]
        groups = [seats] if answer.together and seats else [[arrival] for arrival in seats]
        line += [(min(group), answer.request.county, len(group)) for group in groups]
    return sorted(line)


def reserved(occasion: Occasion) -> dict[str, int]:
    return {} if occasion.released else {each.county: each.seats for each in occasion.reserved}


def _order_is_kept(before: Answers, after: Answers, occasion: Occasion) -> None:
    """A seated party has passed others only by a seat reserved for its own county."""
    was = {seat.participant: seat.state for answer in before.values() for seat in answer.seats}
    line, kept, taken = waiting(after), reserved(occasion), sitting(after)
    for answer in after.values():
        county = answer.request.county
        for seat in answer.seats:
            if seat.state not in (CONFIRMED, OFFERED) or was.get(seat.participant) in SITTING:
                continue
            assert county in occasion.open_for, f"{seat} was given to a county that may not ask"
            passed = [other for arrival, other, _ in line if arrival < seat.arrival]
            by_reservation = taken[county] <= kept.get(county, 0) and county not in passed
            assert not passed or by_reservation, f"{seat} has passed {passed}"
            claimed = sum(max(kept.get(name, 0), taken[name]) for name in {*kept, *taken})
            assert taken[county] <= kept.get(county, 0) or claimed <= occasion.seats, f"{seat} was reserved for another"


def _no_seat_is_idle(after: Answers, occasion: Occasion) -> None:
    """The first party in line could not be seated."""
    line, kept, taken = waiting(after), reserved(occasion), sitting(after)
    if line:
        _, county, size = line[0]
        others = sum(max(kept.get(name, 0), taken[name]) for name in {*kept, *taken} - {county})
        left = min(occasion.seats - others - taken[county], occasion.seats - taken.total())
        assert size > left, f"{size} of {county} wait, and {left} seats are left for them"
        assert size <= occasion.seats, "a group waits that will never fit"


def _offers_last(before: SeatAnswer | None, after: SeatAnswer, occasion: Occasion, now: datetime) -> None:
    offered = {seat.participant for seat in before.seats if seat.state is OFFERED} if before else set[UUID]()
    for seat in after.seats:
        if seat.state is OFFERED:
            assert seat.offered_until is not None
            assert seat.offered_until <= occasion.starts_at, "an offer is shown to last beyond the beginning"
        if seat.state is OFFERED and seat.participant not in offered:
            assert seat.offered_until is not None
            assert seat.offered_until == occasion.starts_at or seat.offered_until - now >= timedelta(hours=48)


def _everybody_has_an_answer(request: EnrolmentRequest, answer: SeatAnswer | None) -> None:
    assert answer is not None
    seats: dict[UUID, Seat] = {seat.participant: seat for seat in answer.seats}
    for participant in request.participants:
        seat = seats[participant.id]
        if participant.wish is Wish.CANCELLED and not answer.settled:
            assert seat.state not in (CONFIRMED, WAITING, OFFERED), "a cancelled participant has a seat"
        if participant.wish is Wish.ACCEPTED:
            assert seat.state is not OFFERED, "an accepted offer is still an offer"
        if participant.wish is not Wish.CANCELLED:
            assert seat.reason is not SeatReason.BY_ASKER, "nobody has cancelled this participant"
