"""The table of steps is consistent, and the page drawn from it agrees."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest

from infra import saga as page
from services.trainings.domain.saga import HELD, LIVING, OCCASION, REQUEST, SEAT, Cause
from shared.contracts import enrolments, trainings
from shared.contracts.life import Life
from shared.contracts.training_codes import OccasionStatus, SeatState, Wish

ENDS = {SeatState.LAPSED, SeatState.REFUSED, SeatState.CANCELLED}
every_life = pytest.mark.parametrize("life", [OCCASION, SEAT, REQUEST], ids=["occasion", "seat", "request"])


def moves(life: Life[Any]) -> Iterator[tuple[Any, StrEnum]]:
    return ((before, step.cause) for step in life.steps for before in step.befores or (None,))


@every_life
def test_a_cause_leads_to_one_state_and_is_told_by_an_event(life: Life[Any]) -> None:
    found = list(moves(life))

    assert len(found) == len(set(found))
    events = {event.__name__ for event in (*trainings.EVENTS, *enrolments.EVENTS)}
    assert {step.event for step in life.steps} <= events
    for step in life.steps:
        assert step.after not in step.befores


def test_every_state_can_be_reached() -> None:
    for life, states in ((OCCASION, OccasionStatus), (SEAT, SeatState), (REQUEST, Wish)):
        assert {step.after.value for step in life.steps} == set(states.codes())


def test_nothing_leads_away_from_an_end() -> None:
    for state in ENDS:
        assert {SEAT.after(state, cause) for cause in Cause} == {state}
    for status in (OccasionStatus.HELD, OccasionStatus.CANCELLED):
        assert {OCCASION.after(status, cause) for cause in Cause} == {status}
    assert {REQUEST.after(Wish.CANCELLED, cause) for cause in Cause} == {Wish.CANCELLED}


def test_an_unknown_state_or_cause_takes_no_step() -> None:
    assert {SEAT.after(SeatState.UNKNOWN, cause) for cause in Cause} == {SeatState.UNKNOWN}


def test_states_that_hold_a_seat_or_may_change_are_named() -> None:
    assert {SeatState(code) for code in SeatState.codes()} == HELD | LIVING | ENDS
    assert not (HELD | LIVING) & ENDS


@every_life
def test_the_page_shows_each_step_as_a_row_and_an_arrow(life: Life[Any]) -> None:
    text = page.render()

    for step in life.steps:
        for before in step.befores or ("[*]",):
            assert f"    {before} --> {step.after}: " in text
        row = f"| {step.cause} | {step.who} | {step.after} | `{step.event}` | {step.at or '–'} |"
        assert row in text
