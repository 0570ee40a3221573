"""The host gives out the seats, first come, first served, and answers every request."""

from datetime import timedelta

import pytest

from services.trainings.domain import occasion as occasions
from services.trainings.domain.arrivals import Incoming, refuse
from services.trainings.domain.seats import decide
from shared.contracts.asking import RequestVersion, awaits_answer
from shared.contracts.enrolments import SeatsSettled
from shared.contracts.training_codes import SeatReason, SeatState, Wish
from shared.contracts.trainings import SeatsReleased
from tests.unit.trainings.given import (
    AC,
    BD,
    CLOSES,
    DAY,
    ENDS,
    OPEN_DAY,
    OPENS,
    RELEASE,
    RESERVED,
    Y,
    Z,
    at,
    context,
    details,
    host,
    identity,
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
