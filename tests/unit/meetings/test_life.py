"""The tables of steps are consistent, and the page drawn from them agrees."""

from pathlib import Path
from typing import Any

import pytest

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
TITLES = {
    "meeting": "A meeting",
    "answer": "An answer",
    "minutes": "Minutes",
    "approval": "An approval",
    "item": "An action item",
    "report": "A report",
}
PAGE = Path(__file__).parents[3] / "docs" / "meetings.md"
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
def test_the_page_s_table_is_that_of_the_decisions(life: Life[Any]) -> None:
    """Each of its rows, in their order, and none beside them."""
    (heading,) = [TITLES[name] for name, each in LIVES.items() if each is life]
    (section,) = [part for part in PAGE.read_text("utf-8").split("\n## ") if part.startswith(f"{heading}\n")]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]

    assert rows[2:] == [
        [
            ", ".join(step.befores) or "–",
            step.cause,
            step.who,
            step.after,
            f"`{step.event}`" if step.event else "–",
            step.at or "–",
        ]
        for step in life.steps
    ]
