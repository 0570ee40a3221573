"""What the catalogue says, who may change it, and what is left of it when it is over."""

from datetime import datetime
from typing import Any

import pytest

from services.trainings.domain import occasion as occasions
from services.trainings.domain import training as trainings
from services.trainings.domain.occasion import advanced, cancel, change, register
from shared.contracts.codes import Status
from shared.contracts.training_codes import CancelReason, OccasionStatus, TrainingLevel
from shared.contracts.trainings import (
    EnrolmentOpened,
    Occasion,
    OccasionChanged,
    OccasionMoved,
    OccasionRegistered,
    TrainingDetails,
    TrainingRetired,
)
from shared.rejected import Rejected
from tests.unit.trainings.given import (
    BD,
    CLOSES,
    DAY,
    EARLY,
    ENDS,
    HOUR,
    OPEN_DAY,
    OPENS,
    RELEASE,
    STARTS,
    TRAINING,
    Y,
    Z,
    at,
    context,
    details,
    identity,
    registered,
    training,
)


def opened(**changes: Any) -> Occasion:
    return advanced(registered(**changes), OPEN_DAY)


def refused(slug: str, before: Occasion, now: datetime = OPEN_DAY, held: int = 0, **changes: Any) -> None:
    with pytest.raises(Rejected) as caught:
        change(details(**changes), before, held, context(now))
    assert caught.value.slug == slug


def test_given_a_training_when_it_is_changed_then_the_event_says_how_it_is_now() -> None:
    event = trainings.change(TrainingDetails(**TRAINING | {"level": "REFRESH"}), training())
    assert event is not None
    assert (event.id, event.county, event.level) == (identity("training"), Z, TrainingLevel.REFRESH)
    assert trainings.change(TrainingDetails(**TRAINING), training()) is None


def test_given_a_retired_training_then_it_changes_no_more_and_gets_no_occasion() -> None:
    retired = trainings.retire(training())
    assert isinstance(retired, TrainingRetired)
    assert retired.status is Status.RETIRED
    for again in (
        lambda: trainings.retire(retired),
        lambda: trainings.change(TrainingDetails(**TRAINING), retired),
        lambda: register(details(), retired, identity("occasion"), context(EARLY)),
    ):
        with pytest.raises(Rejected, match="retired"):
            again()


def test_given_an_occasion_when_it_is_registered_then_its_status_waits_for_the_clock() -> None:
    event = registered()
    assert isinstance(event, OccasionRegistered)
    assert (event.county, event.status, event.sequence) == (Z, OccasionStatus.PLANNED, 0)
    assert isinstance(advanced(event, OPENS), EnrolmentOpened)
    assert advanced(event, OPENS - HOUR) is event


def test_given_a_training_of_somebody_else_then_no_occasion_of_it_is_registered() -> None:
    other = training().model_copy(update={"county": BD})
    for wrong in (other, training().model_copy(update={"id": identity("another")})):
        with pytest.raises(Rejected, match="no training of"):
            register(details(), wrong, identity("occasion"), context(EARLY))


@pytest.mark.parametrize(
    ("changes", "slug"),
    [({"open_for": [Y, "dalarna"]}, "invalid-county"), ({"starts_at": at(1, 1)}, "invalid-time")],
)
def test_given_an_occasion_that_cannot_be_then_it_is_not_registered(changes: dict[str, Any], slug: str) -> None:
    earlier = {"opens_at": at(1, 1, 6), "closes_at": at(1, 1, 7)} if "starts_at" in changes else {}
    with pytest.raises(Rejected) as caught:
        register(details(**changes | earlier), training(), identity("occasion"), context(EARLY))
    assert caught.value.slug == slug


def test_given_another_time_or_place_then_the_occasion_has_moved_and_its_sequence_goes_up() -> None:
    before = opened()
    later = {"starts_at": STARTS + HOUR, "ends_at": ENDS + HOUR}
    for changes in (later, {"form": "ON_SITE", "place": "Östersund"}, {"place": "Sundsvall"}, {"municipality": "2380"}):
        event = change(details(**changes), before, 0, context())
        assert isinstance(event, OccasionMoved)
        assert event.sequence == 1
        again = change(details(), event, 0, context())
        assert again is not None
        assert again.sequence == 2


def test_given_a_change_that_moves_nothing_then_the_sequence_stays_and_what_is_the_same_is_no_event() -> None:
    event = change(details(seats=9), opened(), 0, context())
    assert isinstance(event, OccasionChanged)
    assert (event.seats, event.sequence, event.status) == (9, 0, OccasionStatus.OPEN)
    assert change(details(), opened(), 0, context()) is None


def test_given_taken_seats_then_there_cannot_be_fewer() -> None:
    refused("too-few-seats", opened(), held=4, seats=3)
    assert change(details(seats=3), opened(), 3, context()) is not None


def test_given_an_occasion_then_it_stays_one_of_its_training_and_enrolment_does_not_open_twice() -> None:
    other = details().model_copy(update={"training": identity("another")})
    with pytest.raises(Rejected, match="stays one of its training"):
        change(other, opened(), 0, context())
    refused("already-open", opened(), opens_at=OPEN_DAY + DAY)
    assert change(details(opens_at=OPENS + DAY), registered(), 0, context(EARLY)) is not None


def test_given_a_closed_enrolment_when_the_closing_is_put_off_then_it_is_open_again() -> None:
    closed = advanced(registered(), CLOSES)
    assert closed.status is OccasionStatus.CLOSED
    event = change(details(closes_at=CLOSES + HOUR), closed, 0, context(CLOSES))
    assert event is not None
    assert event.status is OccasionStatus.OPEN


def test_given_seats_that_were_released_when_the_release_is_put_off_then_they_are_reserved_again() -> None:
    kept = {"reserved": [{"county": BD, "seats": 1}]}
    released = advanced(registered(**kept, release_at=RELEASE), RELEASE)
    assert released.released
    event = change(details(**kept, release_at=RELEASE + DAY), released, 0, context(RELEASE))
    assert event is not None
    assert not event.released


def test_given_a_cancelled_occasion_then_it_stays_so_whatever_the_clock_says() -> None:
    event = cancel(opened(release_at=RELEASE, reserved=[{"county": BD, "seats": 1}]), context())
    assert (event.status, event.reason, event.sequence) == (OccasionStatus.CANCELLED, CancelReason.BY_HOST, 1)
    assert advanced(event, ENDS) is event
    refused("over", event, seats=9)
    with pytest.raises(Rejected, match="cancelled"):
        cancel(event, context())


def test_given_an_occasion_that_has_begun_then_it_is_neither_changed_nor_cancelled() -> None:
    refused("begun", opened(), now=STARTS, seats=9)
    with pytest.raises(Rejected, match="began"):
        cancel(opened(), context(STARTS))
    refused("over", advanced(opened(), ENDS), now=ENDS, seats=9)


def test_given_an_end_then_thirty_days_later_everything_is_settled() -> None:
    assert occasions.settles_at(registered()) == ENDS + 30 * DAY
