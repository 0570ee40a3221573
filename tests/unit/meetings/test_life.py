"""The tables of steps are consistent, and the page drawn from them agrees."""

from typing import Any

import pytest

from infra import meetings as page
from services.meetings.domain.follow_up import ACTION_ITEM, APPROVAL, MINUTES, REPORT
from services.meetings.domain.life import MEETING, RSVP
from shared.contracts import action_items, invitations, meetings, minutes
from shared.contracts.life import Life

LIVES = {
    "meeting": MEETING,
    "answer": RSVP,
    "minutes": MINUTES,
    "approval": APPROVAL,
    "item": ACTION_ITEM,
    "report": REPORT,
}
every_life = pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
EVENTS = (*meetings.EVENTS, *invitations.EVENTS, *minutes.EVENTS, *action_items.EVENTS)


@every_life
def test_a_cause_leads_from_a_state_to_one_and_is_told_by_an_event(life: Life[Any]) -> None:
    moves = [(before, step.cause) for step in life.steps for before in step.befores or (None,)]
    assert len(set(moves)) == len(moves)
    types = {each.__name__ for each in EVENTS}
    assert {step.event for step in life.steps} - {""} <= types


@every_life
def test_every_state_can_be_reached(life: Life[Any]) -> None:
    reached = {step.after for step in life.steps}
    assert {each.value for each in reached} == set(type(next(iter(reached))).codes())


@every_life
def test_the_page_shows_each_step(life: Life[Any]) -> None:
    text = page.render()
    for step in life.steps:
        assert f"| {step.cause} | {step.who} | {step.after} |" in text
