"""The host gives out the seats, first come, first served, and answers every request."""

from datetime import timedelta
from typing import Any

import pytest

from services.trainings.domain import occasion as occasions
from services.trainings.domain.arrivals import Incoming, refuse
from services.trainings.domain.line import waits_together
from services.trainings.domain.seats import Decision, Seating, attend, decide, turn_away
from shared.contracts.asking import Reference, RequestVersion, awaits_answer
from shared.contracts.enrolments import AttendanceRecorded, SeatsSettled
from shared.contracts.training_codes import CancelReason, OccasionStatus, SeatReason, SeatState, Wish
from shared.contracts.trainings import EnrolmentClosed, EnrolmentOpened, OccasionCancelled, OccasionHeld, SeatsReleased
from shared.rejected import Rejected
from tests.unit.trainings.given import (
    AC,
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
    at,
    context,
    details,
    host,
    identity,
    registered,
    request,
)

CONFIRMED, WAITING, OFFERED = SeatState.CONFIRMED, SeatState.WAITING, SeatState.OFFERED
CANCELLED, REFUSED, LAPSED = SeatState.CANCELLED, SeatState.REFUSED, SeatState.LAPSED
WAS = SeatReason


def test_seats_are_confirmed_until_there_are_none_left() -> None:
    story = host(seats=2)

    assert [story.ask(name).seats[0].state for name in ("a", "b", "c", "d")] == [CONFIRMED, CONFIRMED, WAITING, WAITING]
    assert [story.place(name) for name in "abcd"] == [None, None, 1, 2]
    assert story.seating.held == 2


def test_a_second_participant_waits_for_the_release() -> None:
    story = host(reserved=RESERVED, release_at=RELEASE)

    assert story.ask("a").seats[0].state is CONFIRMED
    assert story.ask("b").seats[0].state is WAITING
    assert story.place("b") == 1

    story.wait_until(RELEASE - timedelta(seconds=1))
    assert story.states("b") == [WAITING]

    decision = story.wait_until(RELEASE)
    assert isinstance(decision.occasion, SeatsReleased)
    assert story.states("a", "b") == [CONFIRMED, OFFERED]
    assert story.ask("b", wishes=[Wish.ACCEPTED]).seats[0].state is CONFIRMED


def test_a_reserved_seat_goes_to_its_county_past_the_line() -> None:
    story = host(seats=2, reserved=[{"county": BD, "seats": 1}], release_at=RELEASE)
    story.ask("a")
    story.ask("b", county=AC)

    story.ask("c", county=BD)

    assert story.states("a", "b", "c") == [CONFIRMED, WAITING, CONFIRMED]


def test_a_returned_reserved_seat_is_offered_in_its_county() -> None:
    story = host(seats=2, reserved=[{"county": BD, "seats": 1}], release_at=RELEASE)
    for name, county in (("a", Y), ("b", BD), ("c", AC), ("d", BD)):
        story.ask(name, county=county)

    story.ask("b", county=BD, wishes=[Wish.CANCELLED])

    assert story.states("b", "c", "d") == [CANCELLED, WAITING, OFFERED]


def test_reserving_more_than_is_left_gives_no_more_seats() -> None:
    story = host(seats=4)
    for name in "abc":
        story.ask(name)
    fewer = details(seats=3, reserved=[{"county": BD, "seats": 1}], release_at=RELEASE)
    story.change(
        occasions.change(fewer, story.seating.occasion, story.seating.held, context()) or story.seating.occasion
    )

    story.ask("d", county=BD)

    assert story.states("d") == [WAITING]
    assert story.seating.held == 3


def test_a_freed_seat_is_offered_for_48_hours_and_a_working_day() -> None:
    story = host(seats=1)
    for name in "abc":
        story.ask(name)

    story.ask("a", wishes=[Wish.CANCELLED])

    assert story.states("a", "b", "c") == [CANCELLED, OFFERED, WAITING]
    assert story.seat("b").offered_until == OPEN_DAY + 2 * DAY
    assert story.told[-1].due == OPEN_DAY + 2 * DAY

    friday = host(now=at(12, 3, 15), seats=1)
    friday.ask("a")
    friday.ask("b")
    friday.ask("a", wishes=[Wish.CANCELLED])
    assert friday.seat("b").offered_until == at(16, 3, 0)


def test_an_offer_not_accepted_in_time_goes_to_the_next() -> None:
    story = host(seats=1)
    for name in "abc":
        story.ask(name)
    story.ask("a", wishes=[Wish.CANCELLED])

    story.wait_until(OPEN_DAY + 2 * DAY - timedelta(seconds=1))

    assert story.states("b", "c") == [OFFERED, WAITING]

    story.wait_until(OPEN_DAY + 2 * DAY)
    assert story.states("b", "c") == [LAPSED, OFFERED]


def test_a_late_acceptance_is_answered_and_changes_nothing() -> None:
    story = host(seats=1)
    for name in "abc":
        story.ask(name)
    story.ask("a", wishes=[Wish.CANCELLED])
    story.now = OPEN_DAY + 2 * DAY  # no decision since the offer lapsed

    answer = story.ask("b", wishes=[Wish.ACCEPTED])

    assert story.states("b", "c") == [LAPSED, OFFERED]

    again = story.ask("b", wishes=[Wish.ACCEPTED])
    assert (answer.answers, again.answers) == (RequestVersion(epoch=1, version=2), RequestVersion(epoch=1, version=3))
    assert [each.request for each in story.told[-1].answers] == [again.request]


def test_an_offer_accepted_in_time_is_confirmed() -> None:
    story = host(seats=1)
    story.ask("a")
    story.ask("b")
    story.ask("a", wishes=[Wish.CANCELLED])
    story.ask("b", wishes=[Wish.ACCEPTED])

    story.wait_until(OPEN_DAY + 5 * DAY)

    assert story.states("b") == [CONFIRMED]
    assert story.seat("b").offered_until is None


@pytest.mark.parametrize("wish", [Wish.SEAT, Wish.ACCEPTED])
def test_a_promoted_participant_who_cancels_frees_the_seat(wish: Wish) -> None:
    story = host(seats=1)
    for name in "abc":
        story.ask(name)
    story.ask("a", wishes=[Wish.CANCELLED])
    story.ask("b", wishes=[wish])

    story.ask("b", wishes=[Wish.CANCELLED])

    assert story.states("a", "b", "c") == [CANCELLED, CANCELLED, OFFERED]


def test_a_cancellation_that_arrives_first_takes_no_seat() -> None:
    story = host()

    answer = story.receive(request("a", wishes=[Wish.CANCELLED]), version=2)

    assert story.states("a") == [CANCELLED]

    late = story.receive(request("a"), version=1)
    assert late is answer
    assert story.told[-1].answers == ()
    assert story.seating.held == 0


def test_a_late_older_version_gives_no_seat_back() -> None:
    story = host()
    whole = request("a", "b")

    answer = story.receive(whole.model_copy(update={"participants": whole.participants[1:]}), version=2)

    assert story.receive(whole, version=1) is answer
    assert story.seating.held == 1


def test_a_repeated_version_is_not_answered_again() -> None:
    story = host()
    story.ask("a")

    answer = story.ask("a")

    assert answer.answers == RequestVersion(epoch=1, version=2)

    story.receive(request("a"), version=2)
    assert story.told[-1].answers == ()


def test_a_new_epoch_of_a_restored_county_is_answered() -> None:
    story = host()
    answer = story.ask("a", wishes=[Wish.CANCELLED])
    restored = Incoming(request("a"), RequestVersion(epoch=9, version=1))

    story.take(decide(story.seating, context(), restored))
    after = story.seating.answers[answer.request]

    assert not awaits_answer((9, 1), after)
    assert story.states("a") == [CANCELLED]


def test_a_withdrawn_request_frees_its_seats() -> None:
    story = host(seats=1)
    story.ask("a")
    story.ask("b", county=BD)

    story.receive(request("a"), version=1, withdrawn=True)

    assert story.states("a", "b") == [CANCELLED, OFFERED]


def test_a_participant_left_out_of_a_later_version_is_cancelled() -> None:
    story = host()
    story.ask("a", "b")
    whole = request("a", "b")

    story.receive(whole.model_copy(update={"participants": whole.participants[1:]}), version=2)

    assert story.states("a", "b") == [CANCELLED, CONFIRMED]


def test_the_rest_of_a_group_waits_in_the_order_given() -> None:
    story = host(seats=3)
    story.ask("a")

    story.ask("b", "c", "d", "e")

    assert story.states("b", "c", "d", "e") == [CONFIRMED, CONFIRMED, WAITING, WAITING]
    assert (story.place("d"), story.place("e")) == (1, 2)


def test_a_group_that_stays_together_is_not_overtaken() -> None:
    story = host(seats=4)
    for name in "abc":
        story.ask(name)
    story.ask("d", "e", together=True)

    story.ask("f")

    assert story.states("d", "e", "f") == [WAITING, WAITING, WAITING]
    assert story.seating.held == 3

    story.ask("a", wishes=[Wish.CANCELLED])
    assert story.states("d", "e", "f") == [OFFERED, OFFERED, WAITING]

    story.ask("d", "e", together=True, wishes=[Wish.ACCEPTED])
    assert story.states("d", "e") == [CONFIRMED, OFFERED]


def test_a_waiting_group_leaves_other_counties_their_reserve() -> None:
    story = host(seats=3, reserved=[{"county": BD, "seats": 1}], release_at=RELEASE)
    story.ask("a")
    story.ask("b", "c", together=True)
    story.ask("d", county=AC)

    story.ask("e", county=BD)

    assert story.states("b", "c", "d", "e") == [WAITING, WAITING, WAITING, CONFIRMED]


def test_a_waiting_group_that_shrinks_is_served() -> None:
    story = host(seats=2)
    story.ask("a")
    story.ask("b", "c", together=True)

    story.ask("b", "c", together=True, wishes=[Wish.SEAT, Wish.CANCELLED])

    assert story.states("b", "c") == [OFFERED, CANCELLED]


def test_a_group_larger_than_the_occasion_blocks_nobody() -> None:
    story = host(seats=2)

    answer = story.ask("a", "b", "c", together=True)

    assert {(seat.state, seat.reason) for seat in answer.seats} == {(REFUSED, WAS.TOO_MANY)}
    assert story.ask("d").seats[0].state is CONFIRMED


@pytest.mark.parametrize(
    ("now", "county", "open_for", "reason"),
    [
        (OPENS - timedelta(seconds=1), Y, [Y, Z], WAS.NOT_OPEN),
        (CLOSES, Y, [Y, Z], WAS.CLOSED),
        (ENDS, Y, [Y, Z], WAS.CLOSED),
        (OPEN_DAY, BD, [Y, Z], WAS.NOT_INVITED),
    ],
)
def test_an_impossible_request_is_refused_with_the_reason(
    now: object, county: str, open_for: list[str], reason: SeatReason
) -> None:
    story = host(now=now, open_for=open_for)  # type: ignore[arg-type]

    answer = story.ask("a", county=county)

    assert (answer.seats[0].state, answer.seats[0].reason) == (REFUSED, reason)
    assert not awaits_answer((1, 1), answer)


def test_a_participant_named_by_two_requests_has_one_seat() -> None:
    story = host()
    story.ask("a", "b")
    twice = request("a").model_copy(update={"id": identity("another request")})

    answer = story.receive(twice)

    assert [(seat.state, seat.reason) for seat in answer.seats] == [(REFUSED, WAS.DUPLICATE)]
    assert story.seating.held == 2


def test_a_request_for_an_unknown_occasion_is_refused() -> None:
    first = refuse(Incoming(request("a", "b"), RequestVersion(epoch=1, version=1)), None)

    assert {(seat.state, seat.reason) for seat in first.seats} == {(REFUSED, WAS.NO_SUCH_OCCASION)}

    second = refuse(Incoming(request("a", wishes=[Wish.CANCELLED]), RequestVersion(epoch=1, version=2)), first)
    assert second.answers.version == 2
    assert second.seats == first.seats

    cancelled = refuse(Incoming(request("a", wishes=[Wish.CANCELLED]), RequestVersion(epoch=1, version=2)), None)
    assert cancelled.seats[0].state is CANCELLED

    over = request("a", "b").model_copy(update={"settled": True})
    assert isinstance(refuse(Incoming(over, RequestVersion(epoch=1, version=3)), second), SeatsSettled)


def test_a_participant_named_twice_in_a_request_has_one_seat() -> None:
    story = host()
    once = request("a")

    answer = story.receive(once.model_copy(update={"participants": once.participants * 2}))

    assert len(answer.seats) == 1


def test_fifty_cancellations_promote_the_next_in_order() -> None:
    story = host(seats=20)
    names = [f"participant {number}" for number in range(200)]

    for number, name in enumerate(names):
        story.ask(name, county=(AC, BD, Y, Z)[number % 4])

    assert story.states(*names) == [CONFIRMED] * 20 + [WAITING] * 180
    assert [story.place(name) for name in names[20:]] == list(range(1, 181))

    for number, name in enumerate(names[:50]):
        story.ask(name, county=(AC, BD, Y, Z)[number % 4], wishes=[Wish.CANCELLED])
    assert story.states(*names) == [CANCELLED] * 50 + [OFFERED] * 20 + [WAITING] * 130
    assert story.place(names[70]) == 1


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
