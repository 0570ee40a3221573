"""Decisions of the host about the seats of an occasion. Nobody else gives one out.

One decision takes the steps of the clock, then the version of a request that has arrived, then serves the line. So it
does not matter how late it is taken, or in which order two counties wrote their requests: the order in which they reach
the host counts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.trainings.domain.arrivals import Incoming, receive
from services.trainings.domain.line import Answers, each_seat, held, serve, stepped
from services.trainings.domain.occasion import advanced, cancel, has_begun, settles_at
from services.trainings.domain.saga import LIVING, OFFER_LASTS, OFFER_WORKING_DAYS, SEATED, Cause
from shared.contracts.asking import Reference
from shared.contracts.context import DecisionContext
from shared.contracts.enrolments import AttendanceRecorded, Seat, SeatAnswer, SeatsAnswered, SeatsSettled
from shared.contracts.event import if_different
from shared.contracts.training_codes import CancelReason, OccasionStatus, SeatReason, SeatState
from shared.contracts.trainings import Occasion
from shared.rejected import Rejected

_AHEAD = (OccasionStatus.PLANNED, OccasionStatus.OPEN)


@dataclass(frozen=True, slots=True)
class Seating:
    """An occasion, and every answer that its host has given: its seats, and its waiting list."""

    occasion: Occasion
    answers: Mapping[Reference, SeatAnswer]

    @property
    def held(self) -> int:
        """How many seats are taken or offered."""
        return held(self.answers.values()).total()


@dataclass(frozen=True, slots=True)
class Decision:
    """The events to publish, and when the next decision is due.

    ``occasion`` is None if it has not changed; ``answers`` are those that are new or have changed.
    """

    occasion: Occasion | None
    answers: tuple[SeatAnswer, ...]
    due: datetime | None


def decide(seating: Seating, context: DecisionContext, incoming: Incoming | None = None) -> Decision:
    """The decision that follows from the time, and from ``incoming`` if a version of a request has arrived."""
    occasion, answers = _by_the_clock(seating, context)
    fresh = receive(answers, incoming, occasion) if incoming else frozenset()
    return _decided(seating, occasion, answers, fresh, context)


def turn_away(
    seating: Seating, request: Reference, participants: Collection[UUID], context: DecisionContext
) -> Decision:
    """These participants lose their seats or their positions in line, and whoever is next gets them."""
    occasion, answers = _by_the_clock(seating, context)
    if request not in answers:
        raise Rejected("not-found", "No request of that county and id is one for this occasion.")
    chosen = set(participants)
    each_seat(
        answers,
        lambda seat: stepped(seat, Cause.TURNED_AWAY, SeatReason.BY_HOST) if seat.participant in chosen else seat,
        only=request,
    )
    return _decided(seating, occasion, answers, frozenset(), context)


def attend(
    answer: SeatAnswer, came: Mapping[UUID, bool], occasion: Occasion, context: DecisionContext
) -> AttendanceRecorded | None:
    """Who came and who did not is recorded; None if it was so before. It can be corrected until it is settled."""
    if not has_begun(occasion, context.now):
        raise Rejected("not-begun", f"The occasion begins at {occasion.starts_at}; who comes is not known before.")
    if answer.settled or context.now >= settles_at(occasion):
        raise Rejected("settled", f"The occasion was settled at {settles_at(occasion)}; nothing changes any more.")
    seated = {seat.participant for seat in answer.seats if seat.state in SEATED}
    for participant in sorted(came.keys() - seated, key=str):
        raise Rejected("not-seated", f"{participant} has no seat here", participant=str(participant))

    def step(seat: Seat) -> Seat:
        if seat.participant not in came:
            return seat
        return stepped(seat, Cause.CAME if came[seat.participant] else Cause.STAYED_AWAY)

    return if_different(AttendanceRecorded(**dict(answer) | {"seats": tuple(map(step, answer.seats))}), answer)


def due(occasion: Occasion, answers: Collection[SeatAnswer]) -> datetime | None:
    """The next moment at which a step is due; None if there is none."""
    moments = []
    if occasion.status is OccasionStatus.PLANNED:
        moments.append(occasion.opens_at)
    if occasion.status in _AHEAD:
        moments.append(occasion.closes_at)
    if occasion.status in (*_AHEAD, OccasionStatus.CLOSED):
        moments.append(occasion.ends_at)
        moments += [occasion.release_at] if occasion.release_at and not occasion.released else []
    seats = [seat for answer in answers for seat in answer.seats]
    if any(seat.state is SeatState.WAITING for seat in seats):
        moments.append(occasion.starts_at)
    moments += [_offer_ends(seat, occasion) for seat in seats if seat.state is SeatState.OFFERED]
    moments += [settles_at(occasion) for answer in answers if not answer.settled]
    return min(moments, default=None)


def _by_the_clock(seating: Seating, context: DecisionContext) -> tuple[Occasion, Answers]:
    """The occasion as it is now, and the answers without offers that have lapsed.

    An occasion that was moved to before an offer's end has moved that end too: the answer says so.
    """
    occasion, answers = advanced(seating.occasion, context.now), dict(seating.answers)

    def look(seat: Seat) -> Seat:
        if seat.state is not SeatState.OFFERED:
            return seat
        ends = _offer_ends(seat, occasion)
        timed = seat if ends == seat.offered_until else seat.model_copy(update={"offered_until": ends})
        return stepped(timed, Cause.LAPSED) if context.now >= ends else timed

    each_seat(answers, look)
    return occasion, answers


def _decided(
    seating: Seating, occasion: Occasion, answers: Answers, fresh: Collection[UUID], context: DecisionContext
) -> Decision:
    begun = has_begun(occasion, context.now)
    if not begun and occasion.status is not OccasionStatus.CANCELLED:
        until = min(context.calendar.deadline(context.now, OFFER_LASTS, OFFER_WORKING_DAYS), occasion.starts_at)
        serve(answers, occasion, fresh, until)
        has_closed = seating.occasion.status in _AHEAD and occasion.status is OccasionStatus.CLOSED
        if has_closed and held(answers.values()).total() < occasion.min_participants:
            occasion = cancel(occasion, context, CancelReason.TOO_FEW)
    if occasion.status is OccasionStatus.CANCELLED:
        each_seat(answers, lambda seat: stepped(seat, Cause.CALLED_OFF, SeatReason.OCCASION_CANCELLED))
    elif begun:
        each_seat(answers, lambda seat: stepped(seat, Cause.BEGUN, SeatReason.FULL))
    settled = context.now >= settles_at(occasion)
    published = [
        _event_for(seating.answers.get(request), answer, occasion, settled) for request, answer in answers.items()
    ]
    changed = {answer.request: answer for answer in published if answer is not None}
    return Decision(
        None if occasion is seating.occasion else occasion,
        tuple(changed.values()),
        due(occasion, (answers | changed).values()),
    )


def _event_for(before: SeatAnswer | None, answer: SeatAnswer, occasion: Occasion, settled: bool) -> SeatAnswer | None:
    """The event for an answer; None if it has not changed: no version seen, no seat changed, nothing moved."""
    settled = settled or answer.settled
    living = any(seat.state in LIVING for seat in answer.seats)
    moved = living and answer.sequence != occasion.sequence
    same = answer is before or answer == before  # most are, and comparing hundreds takes its time
    if same and settled == answer.settled and not moved:
        return None
    event = SeatsSettled if settled else SeatsAnswered
    return event(**dict(answer) | {"sequence": occasion.sequence, "settled": settled})


def _offer_ends(seat: Seat, occasion: Occasion) -> datetime:
    return min(seat.offered_until or occasion.starts_at, occasion.starts_at)
