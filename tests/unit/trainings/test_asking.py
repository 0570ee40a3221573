"""The asking county: it asks, and shows nothing before the host has answered."""

from typing import Any
from uuid import UUID

import pytest

from services.trainings.domain.asking import (
    EnrolDetails,
    Shown,
    accept,
    ask,
    asked_before,
    cancel,
    is_waiting,
    published_municipality,
    settle,
    shown,
    who,
)
from services.trainings.domain.occasion import advanced
from services.trainings.domain.occasion import cancel as call_off
from shared.contracts.asking import valid_answer
from shared.contracts.enrolments import EnrolmentCancelled, EnrolmentRequest, EnrolmentSettled, OfferAccepted
from shared.contracts.training_codes import SeatState, Wish
from shared.rejected import Rejected
from tests.unit.trainings.given import (
    BD,
    CLOSES,
    DAY,
    ENDS,
    HOUR,
    OCCASION_REFERENCE,
    OPEN_DAY,
    OPENS,
    Y,
    Z,
    context,
    host,
    identity,
    registered,
    request,
)

AGENT = {"actor_type": "POST_AGENT", "function": "POST_STAFF"}
A, B = identity("a"), identity("b")
OPEN = advanced(registered(), OPEN_DAY)


def details(count: int = 1, **changes: Any) -> EnrolDetails:
    return EnrolDetails(occasion=OCCASION_REFERENCE, participants=[AGENT] * count, **changes)


def asked(count: int = 2) -> EnrolmentRequest:
    return ask(details(count), OPEN, identity("request"), [A, B][:count], context(county=Y))


def test_a_request_names_each_participant_by_a_random_id() -> None:
    event = asked()

    assert (event.county, event.occasion) == (Y, OCCASION_REFERENCE)
    assert [(each.id, each.wish) for each in event.participants] == [(A, Wish.SEAT), (B, Wish.SEAT)]


def test_the_clock_decides_when_the_opening_is_not_known() -> None:
    assert ask(details(), registered(), identity("request"), [A], context(county=Y))
    for now, slug in ((OPENS - HOUR, "not-open"), (CLOSES, "closed")):
        with pytest.raises(Rejected) as caught:
            ask(details(), registered(), identity("request"), [A], context(now, Y))
        assert caught.value.slug == slug


def test_a_foreign_or_finished_occasion_gets_no_request() -> None:
    for occasion, slug in (
        (advanced(registered(open_for=[BD]), OPEN_DAY), "not-invited"),
        (call_off(OPEN, context()), "over"),
        (advanced(registered(), ENDS), "over"),
    ):
        with pytest.raises(Rejected) as caught:
            ask(details(), occasion, identity("request"), [A], context(county=Y))
        assert caught.value.slug == slug


def test_asking_again_for_an_enrolled_person_is_one_request() -> None:
    one, two, three, four = (who(name, "shop@ombud.example") for name in ("one", "two", "three", "four"))
    enrolled = {one: A, two: A, three: B}

    assert asked_before([four], enrolled) is None
    assert asked_before([one, two], enrolled) == A
    for mixed in ([one, four], [one, three]):
        with pytest.raises(Rejected, match="enrolled already"):
            asked_before(mixed, enrolled)


def test_a_person_written_in_two_ways_is_one_and_colleagues_are_two() -> None:
    åsa = who("Åsa  Öberg", "växel@ombud.example")
    assert åsa == who("A\u030asa O\u0308berg", "va\u0308xel@ombud.example") == who("åsa öberg", "VÄXEL@OMBUD.example")
    assert åsa != who("Nils Öberg", "växel@ombud.example")
    assert åsa != who("Åsa Öberg", "kassan@ombud.example")


@pytest.mark.parametrize(("actors", "published"), [(0, None), (1, None), (2, None), (3, "2403")])
def test_a_municipality_is_published_where_it_points_at_nobody(actors: int, published: str | None) -> None:
    assert published_municipality("2403", actors) == published


def test_participants_wait_until_this_version_is_answered() -> None:
    story, event = host(), asked()

    answer = story.receive(event)

    assert shown(event, (1, 1), None, {}) == (Shown(A, waits=True), Shown(B, waits=True))
    assert shown(event, (1, 2), answer, {}) == (Shown(A, waits=True), Shown(B, waits=True))
    assert shown(event, (2, 1), answer, {}) == (Shown(A, waits=True), Shown(B, waits=True))
    assert [each.state for each in shown(event, (1, 1), answer, {})] == [SeatState.CONFIRMED] * 2


def test_an_answer_of_another_county_than_the_host_is_ignored() -> None:
    event = asked()

    answer = host().receive(event)

    assert is_waiting(event, (1, 1), valid_answer(answer, BD))
    assert is_waiting(event, (1, 1), valid_answer(answer, Z, withdrawn=True))
    assert not is_waiting(event, (1, 1), valid_answer(answer, Z))


def test_a_waiting_participant_sees_their_place_in_line() -> None:
    event = asked()

    answer = host(seats=1).receive(event)

    assert [each.place for each in shown(event, (1, 1), answer, {B: 1})] == [None, 1]


def test_accepting_an_offer_is_a_new_version_that_waits() -> None:
    story = host(seats=1)
    story.ask("x")
    event = asked(1)
    story.receive(event)
    story.ask("x", wishes=[Wish.CANCELLED])
    answer = next(each for each in story.seating.answers.values() if each.request.id == event.id)

    accepted = accept(event, [A], answer, context(county=Y))

    assert isinstance(accepted, OfferAccepted)
    assert accepted.participants[0].wish is Wish.ACCEPTED
    assert shown(accepted, (1, 2), answer, {}) == (Shown(A, waits=True),)
    assert story.receive(accepted).seats[0].state is SeatState.CONFIRMED
    for late, slug in ((OPEN_DAY + 2 * DAY, "lapsed"), (OPEN_DAY + 9 * DAY, "lapsed")):
        with pytest.raises(Rejected) as caught:
            accept(event, [A], answer, context(late, Y))
        assert caught.value.slug == slug


def test_without_an_offer_there_is_nothing_to_accept() -> None:
    event = asked()
    answer = host().receive(event)

    for given in (None, answer):
        with pytest.raises(Rejected, match="no offer"):
            accept(event, [A], given, context(county=Y))


def test_cancelling_a_request_may_free_all_or_some_seats() -> None:
    event = asked()
    some, everybody = cancel(event, [B]), cancel(event)

    assert isinstance(some, EnrolmentCancelled)
    assert [each.wish for each in some.participants] == [Wish.SEAT, Wish.CANCELLED]
    assert everybody is not None
    assert {each.wish for each in everybody.participants} == {Wish.CANCELLED}
    assert cancel(everybody) is None
    assert cancel(some, [B]) is None

    with pytest.raises(Rejected, match="no participant"):
        cancel(event, [UUID(int=0)])


def test_nothing_brings_a_cancelled_participant_back() -> None:
    story = host(seats=1)
    story.ask("x")
    event = asked(1)
    story.receive(event)
    story.ask("x", wishes=[Wish.CANCELLED])
    answer = next(each for each in story.seating.answers.values() if each.request.id == event.id)
    cancelled = cancel(event)
    assert cancelled is not None

    again = accept(cancelled, [A], answer, context(county=Y))

    assert again.participants[0].wish is Wish.CANCELLED


def test_a_request_is_settled_thirty_days_after_the_end() -> None:
    event = request("a")

    over = ENDS + 30 * DAY

    assert settle(event, registered(), over - HOUR) is None

    settled = settle(event, registered(), over)
    assert isinstance(settled, EnrolmentSettled)
    assert settle(settled, registered(), over) is None
    assert not is_waiting(settled, (1, 2), None)
    assert shown(settled, (1, 2), None, {}) == (Shown(A, waits=False),)

    with pytest.raises(Rejected, match="long over"):
        cancel(settled)
