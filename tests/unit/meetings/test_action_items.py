"""Action items: due on an open day, overdue by the clock alone, done where the owner says so."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from services.meetings.domain import action_items
from services.meetings.domain.action_items import ItemProgress, progress
from shared import calendar
from shared.contracts.action_items import ActionItem, ActionItemAssigned, ActionReport
from shared.contracts.asking import Recency
from shared.contracts.meeting_codes import MeetingKind
from shared.contracts.minutes import DecisionReference
from shared.contracts.minutes_codes import Work
from shared.rejected import Rejected
from tests.unit.meetings.given_minutes import AC, BD, TODAY, Z, assigned, context, identity, item_details, meeting

REFERENCE = DecisionReference(county=AC, minutes=identity("minutes"), number=4)


def received(item: ActionItem, age: Recency = (1, 1), before: ActionReport | None = None) -> ActionReport:
    event = action_items.seen(item, age, before, BD)
    assert event is not None
    return event


def worked(item: ActionItem, *steps: Work) -> ActionReport:
    report = received(item)
    for work in steps:
        report = action_items.report(item, work, report) or report
    return report


def test_nothing_follows_from_a_cancelled_meeting() -> None:
    cancelled = meeting(status="CANCELLED")
    with pytest.raises(Rejected) as caught:
        action_items.assign(item_details(), cancelled, [REFERENCE], identity("item"), context())
    assert caught.value.slug == "wrong-status"


def test_an_item_due_on_epiphany_moves_and_shows_both_days() -> None:
    item = assigned(asked_due=date(2027, 1, 6))

    assert (item.asked_due, item.due) == (date(2027, 1, 6), date(2027, 1, 7))
    assert calendar.moved_day(item.asked_due, item.due) == "torsdag 7 januari 2027 (6/1 är helgdag)"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (date(2027, 1, 7), "torsdag 7 januari 2027"),
        (date(2027, 1, 9), "måndag 11 januari 2027 (9/1 är lördag)"),
        (date(2027, 1, 10), "måndag 11 januari 2027 (10/1 är söndag)"),
        (date(2026, 12, 24), "måndag 28 december 2026 (24/12 är julafton)"),
        (date(2026, 12, 31), "måndag 4 januari 2027 (31/12 är nyårsafton)"),
        (date(2027, 6, 25), "måndag 28 juni 2027 (25/6 är midsommarafton)"),
        (date(2033, 6, 24), "måndag 27 juni 2033 (24/6 är midsommarafton)"),
        (date(2027, 12, 25), "måndag 27 december 2027 (25/12 är lördag)"),
    ],
)
def test_a_closed_day_is_said_in_swedish(asked: date, shown: str) -> None:
    assert calendar.moved_day(asked, calendar.working_day_from(asked)) == shown


@given_any(st.integers(0, 3_000))
def test_an_item_is_never_due_on_a_closed_day(later: int) -> None:
    asked = TODAY + timedelta(later)
    item = assigned(asked_due=asked)

    changed = action_items.change(item_details(asked_due=asked + timedelta(3)), item, None, (), context())

    for each in (item, changed):
        assert each is not None
        assert calendar.is_working_day(each.due)
        assert all(
            not calendar.is_working_day(each.asked_due + timedelta(n)) for n in range((each.due - each.asked_due).days)
        )


def test_a_weekend_cannot_be_written_as_due() -> None:
    with pytest.raises(ValidationError, match="no weekday"):
        ActionItemAssigned(**dict(assigned()) | {"due": date(2027, 1, 9)})


@pytest.mark.parametrize("kind", [each for each in MeetingKind.codes() if each not in ("NETWORK", "STEERING")])
def test_an_item_of_a_meeting_kept_in_its_county_is_not_built(kind: str) -> None:
    with pytest.raises(ValidationError, match="kind"):
        ActionItemAssigned(**dict(assigned()) | {"kind": kind})


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"asked_due": TODAY - timedelta(1)}, "invalid-due"),
        ({"asked_due": date(2199, 12, 31)}, "invalid-due"),  # the next open day is of a year that no contract has
        ({"owner": {"county": "skane", "function": "COUNTY_COORDINATOR"}}, "invalid-owner"),
        ({"owner": {"county": "norrbotten", "function": "CUSTOMS_OFFICER"}}, "invalid-owner"),
        ({"decision": REFERENCE}, "invalid-decision"),
    ],
)
def test_an_item_that_cannot_be_done_is_refused(changes: dict[str, Any], slug: str) -> None:
    with pytest.raises(Rejected) as caught:
        assigned(**changes)
    assert caught.value.slug == slug


def test_a_known_decision_is_linked() -> None:
    details = item_details(decision=REFERENCE)

    item = action_items.assign(details, meeting(), {REFERENCE}, identity("item"), context())

    assert item.decision == REFERENCE


def test_the_owner_s_county_alone_answers_every_version_once() -> None:
    item = assigned()
    first = received(item)

    assert (first.county, first.work, first.answers.recency) == (BD, Work.OPEN, (1, 1))
    assert action_items.seen(item, (1, 1), first, BD) is None
    assert action_items.seen(item, (1, 1), None, Z) is None

    done = action_items.report(item, Work.DONE, first)
    again = received(item, (1, 2), done)
    assert (again.id, again.work, again.answers.recency) == (first.id, Work.DONE, (1, 2))


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ((), ItemProgress.OPEN),
        ((Work.ONGOING,), ItemProgress.ONGOING),
        ((Work.ONGOING, Work.DONE), ItemProgress.DONE),
        ((Work.DONE, Work.OPEN), ItemProgress.OPEN),
        ((Work.DONE, Work.ONGOING), ItemProgress.ONGOING),
    ],
)
def test_an_item_is_shown_as_far_as_its_owner_is(steps: tuple[Work, ...], shown: ItemProgress) -> None:
    item = assigned()

    assert progress(item, worked(item, *steps), TODAY) is shown


def test_an_item_is_overdue_from_the_day_after_unless_it_is_done() -> None:
    item = assigned()
    due, next_day = date(2027, 1, 7), date(2027, 1, 8)

    for report in (None, worked(item), worked(item, Work.ONGOING)):
        assert progress(item, report, due) is not ItemProgress.OVERDUE
        assert progress(item, report, next_day) is ItemProgress.OVERDUE
    assert progress(item, worked(item, Work.DONE), next_day) is ItemProgress.DONE
    assert progress(action_items.cancel(item, None), None, next_day) is ItemProgress.CANCELLED


def test_a_cancelled_or_done_item_is_not_changed() -> None:
    item = assigned()
    details = item_details(text="Annat")

    with pytest.raises(Rejected) as caught:
        action_items.change(details, item, worked(item, Work.DONE), (), context())
    assert caught.value.slug == "done"
    cancelled = action_items.cancel(item, None)
    for decide in (
        lambda: action_items.change(details, cancelled, None, (), context()),
        lambda: action_items.cancel(cancelled, None),
        lambda: action_items.report(cancelled, Work.DONE, worked(item)),
    ):
        with pytest.raises(Rejected) as caught:
            decide()
        assert caught.value.slug == "cancelled"


def test_a_past_day_stays_while_something_else_is_changed() -> None:
    later = context(today=date(2027, 2, 1))

    changed = action_items.change(item_details(text="Tydligare"), assigned(), None, (), later)

    assert changed is not None
    assert (changed.text, changed.due) == ("Tydligare", date(2027, 1, 7))
    assert action_items.change(item_details(), assigned(), None, (), later) is None
