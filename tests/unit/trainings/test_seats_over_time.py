"""Seats after they were first given: the occasion changes, time passes, and the host says who came."""

from typing import Any

import pytest

from services.trainings.domain import occasion as occasions
from services.trainings.domain.line import waits_together
from services.trainings.domain.seats import Decision, Seating, attend, decide, turn_away
from shared.contracts.asking import Reference
from shared.contracts.enrolments import AttendanceRecorded, SeatsSettled
from shared.contracts.training_codes import CancelReason, OccasionStatus, SeatReason, SeatState, Wish
from shared.contracts.trainings import EnrolmentClosed, EnrolmentOpened, OccasionCancelled, OccasionHeld
from shared.rejected import Rejected
from tests.unit.trainings.given import (
    BD,
    CLOSES,
    DAY,
    ENDS,
    HOUR,
    OPEN_DAY,
    OPENS,
    RELEASE,
    RESERVED,
    STARTS,
    Host,
    Y,
    Z,
    context,
    details,
    host,
    identity,
    registered,
)

CONFIRMED, WAITING, OFFERED = SeatState.CONFIRMED, SeatState.WAITING, SeatState.OFFERED
CANCELLED, REFUSED, LAPSED = SeatState.CANCELLED, SeatState.REFUSED, SeatState.LAPSED
WAS = SeatReason


def test_cancelling_an_occasion_tells_everybody() -> None:
    story = host(seats=1)
    for name in "abcd":
        story.ask(name)
    story.ask("a", wishes=[Wish.CANCELLED])

    decision = story.change(occasions.cancel(story.seating.occasion, context()))

    assert story.states("a", "b", "c", "d") == [CANCELLED] * 4
    assert {story.seat(name).reason for name in "bcd"} == {WAS.OCCASION_CANCELLED}
    assert story.seat("a").reason is WAS.BY_ASKER
    assert len(decision.answers) == 3
    assert {answer.sequence for answer in decision.answers} == {1}
    assert story.ask("e").seats[0].reason is WAS.OCCASION_CANCELLED


def test_moving_an_occasion_tells_everybody_who_has_or_waits() -> None:
    story = host(seats=2)
    for name in "abcd":
        story.ask(name)
    story.ask("a", wishes=[Wish.CANCELLED])
    moved = details(seats=2, starts_at=STARTS + HOUR, ends_at=ENDS + HOUR)

    decision = story.change(occasions.change(moved, story.seating.occasion, 2, context()) or registered())

    assert {answer.sequence for answer in decision.answers} == {1}
    assert {seat.participant for answer in decision.answers for seat in answer.seats} == {
        identity(name) for name in "bcd"
    }
    assert story.states("b", "c", "d") == [CONFIRMED, OFFERED, WAITING]


def changed(story: Host, **changes: Any) -> Decision:
    after = occasions.change(details(**changes), story.seating.occasion, story.seating.held, context(story.now))
    assert after is not None
    return story.change(after)


def test_a_county_no_longer_invited_is_told_and_gets_nothing() -> None:
    story = host(seats=2)
    for name, county in (("a", Z), ("b", Y), ("c", Y), ("d", Z)):
        story.ask(name, county=county)

    changed(story, seats=2, open_for=[Z])

    assert story.states("a", "b", "c", "d") == [CONFIRMED, CONFIRMED, REFUSED, WAITING]
    assert story.seat("c").reason is SeatReason.NOT_INVITED

    story.ask("b", county=Y, wishes=[Wish.CANCELLED])
    assert story.states("d") == [OFFERED]


def test_an_offer_to_a_county_no_longer_invited_stands() -> None:
    story = host(seats=1)
    story.ask("a", county=Z)
    story.ask("b", county=Y)
    story.ask("a", county=Z, wishes=[Wish.CANCELLED])

    changed(story, seats=1, open_for=[Z])

    assert story.states("b") == [OFFERED]
    assert story.ask("b", county=Y, wishes=[Wish.ACCEPTED]).seats[0].state is CONFIRMED


def test_a_move_before_an_open_offers_end_is_told() -> None:
    story = host(seats=1)
    story.ask("a")
    story.ask("b")
    story.ask("a", wishes=[Wish.CANCELLED])
    starts = OPEN_DAY + DAY

    decision = changed(story, seats=1, closes_at=OPEN_DAY + HOUR, starts_at=starts, ends_at=starts + HOUR)

    assert story.seat("b").offered_until == starts
    assert story.seat("b") in [seat for answer in decision.answers for seat in answer.seats]

    story.wait_until(starts)
    assert (story.states("b"), story.seat("b").offered_until) == ([LAPSED], starts)


def test_a_group_that_holds_up_the_line_is_told_as_one() -> None:
    story = host(seats=3)
    story.ask("a", "b")
    group = story.ask("c", "d", "e", together=True)

    single = story.ask("f")

    assert [waits_together(each) for each in (group, single)] == [3, None]
    assert story.states("f") == [WAITING]
    assert waits_together(story.ask("c", "d", "e", together=True, wishes=[Wish.CANCELLED] * 3)) is None


def test_added_seats_are_offered_in_order() -> None:
    story = host(seats=1)
    for name in "abcd":
        story.ask(name)

    story.change(occasions.change(details(seats=3), story.seating.occasion, 1, context()) or registered())

    assert story.states("b", "c", "d") == [OFFERED, OFFERED, WAITING]


def test_the_clock_opens_closes_and_holds_each_by_its_event() -> None:
    story = host(now=OPENS - DAY)

    assert story.told[-1].due == OPENS
    for moment, event in ((OPENS, EnrolmentOpened), (CLOSES, EnrolmentClosed), (ENDS, OccasionHeld)):
        assert isinstance(story.wait_until(moment).occasion, event)
    assert story.told[-1].due is None


def test_a_late_look_at_the_clock_catches_up_with_all_due() -> None:
    story = host(now=OPENS - DAY, reserved=RESERVED, release_at=RELEASE)

    decision = story.wait_until(ENDS + 2 * HOUR)

    assert isinstance(decision.occasion, OccasionHeld)
    assert decision.occasion.released


def test_a_clock_that_is_set_back_undoes_nothing() -> None:
    story = host(now=CLOSES, reserved=RESERVED, release_at=RELEASE)

    decision = story.wait_until(OPENS)

    assert (decision.occasion, decision.answers) == (None, ())
    assert story.seating.occasion.status is OccasionStatus.CLOSED
    assert story.seating.occasion.released


def test_too_few_participants_at_closing_cancel_the_occasion() -> None:
    story = host(min_participants=2)
    story.ask("a")

    decision = story.wait_until(CLOSES)

    assert isinstance(decision.occasion, OccasionCancelled)
    assert (decision.occasion.reason, decision.occasion.sequence) == (CancelReason.TOO_FEW, 1)
    assert (story.seat("a").state, story.seat("a").reason) == (CANCELLED, WAS.OCCASION_CANCELLED)


def test_an_offer_counts_towards_the_least_number() -> None:
    story = host(now=CLOSES - DAY, min_participants=2, seats=2)
    for name in "abc":
        story.ask(name)

    story.ask("a", wishes=[Wish.CANCELLED])

    assert isinstance(story.wait_until(CLOSES).occasion, EnrolmentClosed)

    story.ask("b", wishes=[Wish.CANCELLED])
    assert story.seating.occasion.status is OccasionStatus.CLOSED


def test_after_closing_a_freed_seat_is_still_offered() -> None:
    story = host(seats=1)
    story.ask("a")
    story.ask("b")
    story.wait_until(CLOSES + HOUR)

    story.ask("a", wishes=[Wish.CANCELLED])

    assert story.states("b") == [OFFERED]
    assert story.seat("b").offered_until == STARTS


def test_nobody_waits_once_the_occasion_begins() -> None:
    story = host(seats=2)
    for name in "abcd":
        story.ask(name)
    story.now = STARTS - HOUR

    story.ask("a", wishes=[Wish.CANCELLED])

    assert story.told[-1].due == STARTS

    story.wait_until(STARTS)
    assert story.states("b", "c", "d") == [CONFIRMED, LAPSED, REFUSED]
    assert story.seat("d").reason is WAS.FULL

    story.ask("b", wishes=[Wish.CANCELLED])
    assert story.states("c", "d") == [LAPSED, REFUSED]


def test_a_seat_taken_away_by_the_host_goes_to_the_next() -> None:
    story = host(seats=1)
    answer = story.ask("a")
    story.ask("b")

    story.take(turn_away(story.seating, answer.request, [identity("a")], context()))

    assert story.states("a", "b") == [CANCELLED, OFFERED]
    assert story.seat("a").reason is WAS.BY_HOST

    with pytest.raises(Rejected, match="No request of that county and id is one"):
        turn_away(story.seating, Reference(county=Y, id=identity("nothing")), [], context())


def test_attendance_is_recorded_once_begun_and_can_be_corrected() -> None:
    story = host()
    answer = story.ask("a", "b")

    with pytest.raises(Rejected, match="begins"):
        attend(answer, {identity("a"): True}, story.seating.occasion, context(STARTS - HOUR))

    occasion, later = story.seating.occasion, context(STARTS)
    first = attend(answer, {identity("a"): True, identity("b"): False}, occasion, later)
    assert isinstance(first, AttendanceRecorded)
    assert [seat.state for seat in first.seats] == [SeatState.ATTENDED, SeatState.ABSENT]
    assert attend(first, {identity("a"): True}, occasion, later) is None

    corrected = attend(first, {identity("a"): False}, occasion, later)
    assert corrected is not None
    assert [seat.state for seat in corrected.seats] == [SeatState.ABSENT, SeatState.ABSENT]

    with pytest.raises(Rejected, match="no seat"):
        attend(answer, {identity("c"): True}, occasion, later)


def test_every_answer_is_settled_thirty_days_after_the_end() -> None:
    story = host()
    story.ask("a")
    story.ask("b", wishes=[Wish.CANCELLED])

    story.wait_until(ENDS + HOUR)

    assert story.told[-1].due == ENDS + 30 * DAY

    decision = story.wait_until(ENDS + 30 * DAY)
    assert [type(answer) for answer in decision.answers] == [SeatsSettled, SeatsSettled]
    assert decision.due is None

    late = story.ask("a", wishes=[Wish.CANCELLED])
    assert (late.seats[0].state, late.answers.version) == (CONFIRMED, 2)
    assert isinstance(late, SeatsSettled)

    with pytest.raises(Rejected, match="settled"):
        attend(late, {identity("a"): True}, story.seating.occasion, context(ENDS + 30 * DAY))


def test_the_next_thing_due_always_lies_ahead() -> None:
    story = host(now=OPENS - DAY, seats=1, reserved=[{"county": BD, "seats": 1}], release_at=RELEASE)

    while (due := story.told[-1].due) is not None:
        later = story.wait_until(due).due
        assert later is None or later > due
        if due == OPENS:
            story.ask("a")
            story.ask("b")

    assert story.states("a", "b") == [LAPSED, LAPSED]


def test_deciding_twice_on_an_empty_occasion_decides_nothing() -> None:
    story = host()

    assert decide(Seating(story.seating.occasion, {}), context()).answers == ()
    assert decide(story.seating, context()).occasion is None
