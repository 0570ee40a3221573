"""The catalogue: its content, who may change it, and its state after the occasion."""

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


def test_a_changed_training_tells_its_present_state() -> None:
    event = trainings.change(TrainingDetails(**TRAINING | {"level": "REFRESH"}), training())

    assert event is not None
    assert (event.id, event.county, event.level) == (identity("training"), Z, TrainingLevel.REFRESH)
    assert trainings.change(TrainingDetails(**TRAINING), training()) is None


def test_a_retired_training_gets_no_change_and_no_occasion() -> None:
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


def test_a_registered_occasions_status_waits_for_the_clock() -> None:
    event = registered()

    assert isinstance(event, OccasionRegistered)
    assert (event.county, event.status, event.sequence) == (Z, OccasionStatus.PLANNED, 0)
    assert isinstance(advanced(event, OPENS), EnrolmentOpened)
    assert advanced(event, OPENS - HOUR) is event


def test_a_training_of_another_county_gets_no_occasion() -> None:
    other = training().model_copy(update={"county": BD})

    for wrong in (other, training().model_copy(update={"id": identity("another")})):
        with pytest.raises(Rejected, match="no training of"):
            register(details(), wrong, identity("occasion"), context(EARLY))


@pytest.mark.parametrize(
    ("changes", "slug"),
    [({"open_for": [Y, "dalarna"]}, "invalid-county"), ({"starts_at": at(1, 1)}, "invalid-time")],
)
def test_an_impossible_occasion_is_not_registered(changes: dict[str, Any], slug: str) -> None:
    earlier = {"opens_at": at(1, 1, 6), "closes_at": at(1, 1, 7)} if "starts_at" in changes else {}

    with pytest.raises(Rejected) as caught:
        register(details(**changes | earlier), training(), identity("occasion"), context(EARLY))
    assert caught.value.slug == slug


def test_another_time_or_place_moves_it_and_raises_the_sequence() -> None:
    before = opened()
    later = {"starts_at": STARTS + HOUR, "ends_at": ENDS + HOUR}

    for changes in (later, {"form": "ON_SITE", "place": "Östersund"}, {"place": "Sundsvall"}, {"municipality": "2380"}):
        event = change(details(**changes), before, 0, context())
        assert isinstance(event, OccasionMoved)
        assert event.sequence == 1
        again = change(details(), event, 0, context())
        assert again is not None
        assert again.sequence == 2


def test_only_a_move_raises_the_sequence_and_a_repeat_is_nothing() -> None:
    event = change(details(seats=9), opened(), 0, context())

    assert isinstance(event, OccasionChanged)
    assert (event.seats, event.sequence, event.status) == (9, 0, OccasionStatus.OPEN)
    assert change(details(), opened(), 0, context()) is None


def test_seats_are_not_reduced_below_those_taken() -> None:
    refused("too-few-seats", opened(), held=4, seats=3)

    assert change(details(seats=3), opened(), 3, context()) is not None


def test_an_occasion_keeps_its_training_and_opens_once() -> None:
    other = details().model_copy(update={"training": identity("another")})

    with pytest.raises(Rejected, match="stays one of its training"):
        change(other, opened(), 0, context())

    refused("already-open", opened(), opens_at=OPEN_DAY + DAY)
    assert change(details(opens_at=OPENS + DAY), registered(), 0, context(EARLY)) is not None


def test_putting_off_the_closing_opens_enrolment_again() -> None:
    closed = advanced(registered(), CLOSES)

    assert closed.status is OccasionStatus.CLOSED

    event = change(details(closes_at=CLOSES + HOUR), closed, 0, context(CLOSES))
    assert event is not None
    assert event.status is OccasionStatus.OPEN


def test_putting_off_the_release_reserves_the_seats_again() -> None:
    kept = {"reserved": [{"county": BD, "seats": 1}]}

    released = advanced(registered(**kept, release_at=RELEASE), RELEASE)

    assert released.released

    event = change(details(**kept, release_at=RELEASE + DAY), released, 0, context(RELEASE))
    assert event is not None
    assert not event.released


def test_a_cancelled_occasion_stays_so_whatever_the_clock_says() -> None:
    event = cancel(opened(release_at=RELEASE, reserved=[{"county": BD, "seats": 1}]), context())

    assert (event.status, event.reason, event.sequence) == (OccasionStatus.CANCELLED, CancelReason.BY_HOST, 1)
    assert advanced(event, ENDS) is event

    refused("over", event, seats=9)
    with pytest.raises(Rejected, match="cancelled"):
        cancel(event, context())


def test_an_occasion_that_has_begun_is_not_changed_or_cancelled() -> None:
    refused("begun", opened(), now=STARTS, seats=9)

    with pytest.raises(Rejected, match="began"):
        cancel(opened(), context(STARTS))

    refused("over", advanced(opened(), ENDS), now=ENDS, seats=9)


def test_everything_is_settled_thirty_days_after_the_end() -> None:
    assert occasions.settles_at(registered()) == ENDS + 30 * DAY
