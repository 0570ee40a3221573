"""The judgement of handmade tables finds each kind of difference, and nothing else."""

from collections.abc import Sequence

import pytest

from tests.faults import ledger
from tests.faults.journal import Entry, Outcome
from tests.faults.ledger import Difference, Event, Row, Verdict

HOME, OTHER, ID = "norrbotten", "jamtland", "a"


def entry(number: int, mark: str, outcome: Outcome, version: int | None = None, repeated: str | None = None) -> Entry:
    return Entry(number, "actors", HOME, "change", ID, mark, outcome, version, repeated)


FIRST, SECOND = entry(1, "one", Outcome.OK, 1), entry(2, "two", Outcome.OK, 2)
LOG = [Event(ID, 1, "one", 1, 1), Event(ID, 2, "two", 1, 2)]


def of_owner(entries: Sequence[Entry], events: Sequence[Event], row: Row | None) -> list[Verdict]:
    rows = {} if row is None else {(HOME, ID): row}
    return [each.verdict for each in ledger.judge_owner(HOME, entries, events, rows)]


def test_every_command_once_makes_no_difference() -> None:
    assert of_owner([FIRST, SECOND], LOG, Row(2, "two")) == []


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.REFUSED, Outcome.UNREACHED, Outcome.UNDONE])
def test_an_unacknowledged_command_may_not_have_happened(outcome: Outcome) -> None:
    assert of_owner([FIRST, entry(2, "two", outcome)], LOG[:1], Row(1, "one")) == []


def test_a_command_of_unknown_outcome_may_have_happened() -> None:
    assert of_owner([FIRST, entry(2, "two", Outcome.UNKNOWN)], LOG, Row(2, "two")) == []


def test_an_acknowledged_command_that_is_not_there_is_lost() -> None:
    assert Verdict.LOST in of_owner([FIRST, SECOND], LOG[:1], Row(1, "one"))


def test_given_another_command_in_its_version_then_it_is_lost() -> None:
    found = of_owner([FIRST, SECOND], [LOG[0], Event(ID, 2, "three", 1, 2)], Row(2, "three"))
    assert found == [Verdict.LOST]


def test_given_an_event_but_not_its_row_then_it_is_lost() -> None:
    assert of_owner([FIRST, SECOND], LOG, Row(1, "one")) == [Verdict.LOST]


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.UNREACHED])
def test_a_refused_command_that_happened_is_a_stray(outcome: Outcome) -> None:
    assert of_owner([FIRST, entry(2, "two", outcome)], LOG, Row(2, "two")) == [Verdict.STRAY]


def test_an_aggregate_that_nobody_asked_for_is_a_stray() -> None:
    assert of_owner([], LOG[:1], Row(1, "one")) == [Verdict.STRAY]
    assert of_owner([], [], Row(1, "one")) == [Verdict.STRAY]


def test_given_a_command_that_acted_twice_then_it_is_doubled() -> None:
    again = [*LOG, Event(ID, 3, "two", 1, 3)]
    assert of_owner([FIRST, SECOND], again, Row(3, "two")) == [Verdict.DOUBLED]


def test_a_command_that_acted_twice_has_a_stray() -> None:
    again = [*LOG, Event(ID, 3, "two", 1, 3)]
    assert of_owner([FIRST, entry(2, "two", Outcome.UNKNOWN)], again, Row(3, "two")) == [Verdict.STRAY]


def test_given_a_version_that_is_there_twice_then_it_is_doubled() -> None:
    assert of_owner([FIRST, SECOND], [*LOG, LOG[1]], Row(2, "two")) == [Verdict.DOUBLED]


def test_given_another_answer_to_the_same_key_then_it_is_doubled() -> None:
    assert of_owner([entry(1, "one", Outcome.OK, 1, "404")], LOG[:1], Row(1, "one")) == [Verdict.DOUBLED]
    assert of_owner([entry(1, "one", Outcome.OK, 1, "")], LOG[:1], Row(1, "one")) == []


def test_given_a_restated_event_then_it_is_no_second_version() -> None:
    restated = Event(ID, 2, "two", 9, 1, restated=True)
    assert of_owner([FIRST, SECOND], [*LOG, restated], Row(2, "two")) == []


def test_given_an_event_that_no_command_asks_for_then_it_is_no_stray() -> None:
    received = Event(ID, 3, "two", 1, 3, asked=False)
    assert of_owner([FIRST, SECOND], [*LOG, received], Row(3, "two")) == []
    assert of_owner([FIRST, SECOND], [*LOG, received, received], Row(3, "two")) == [Verdict.DOUBLED]


def test_a_command_whose_version_is_not_told_acts_once() -> None:
    answered = entry(2, "two", Outcome.OK)
    again = [*LOG, Event(ID, 3, "two", 1, 3)]
    assert of_owner([FIRST, answered], LOG, Row(2, "two")) == []
    assert of_owner([FIRST, answered], LOG[:1], Row(1, "one")) == [Verdict.LOST]
    assert of_owner([FIRST, answered], again, Row(3, "two")) == [Verdict.DOUBLED]


def test_a_draft_is_the_first_version_and_no_event() -> None:
    draft = entry(1, "", Outcome.OK)
    assert of_owner([draft], [], None) == []
    assert of_owner([draft, SECOND], LOG[1:], Row(2, "two")) == []
    assert of_owner([SECOND], LOG[1:], Row(2, "two")) == [Verdict.LOST]


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (None, Verdict.LOST),
        (Row(1, "one"), Verdict.LOST),
        (Row(2, "other"), Verdict.STRAY),
        (Row(3, "three"), Verdict.STRAY),
    ],
)
def test_a_county_that_knows_something_else_differs(known: Row | None, verdict: Verdict) -> None:
    view = {} if known is None else {(HOME, ID): known}
    found = list(ledger.judge_view(OTHER, {(HOME, ID): Row(2, "two")}, view))

    assert [each.verdict for each in found] == [verdict]


def test_a_county_that_knows_what_no_owner_has_has_a_stray() -> None:
    assert [each.verdict for each in ledger.judge_view(OTHER, {}, {(HOME, ID): Row(1, "one")})] == [Verdict.STRAY]


def test_a_number_that_took_effect_twice_is_doubled() -> None:
    found = list(ledger.judge_effects(OTHER, [("t", 1, 1), ("t", 1, 2), ("t", 1, 2)]))
    assert found == [Difference(Verdict.DOUBLED, OTHER, "t 1/2", "one effect", "2 effects", "inbox")]


def test_a_topic_with_a_number_too_few_or_too_many_differs() -> None:
    found = list(ledger.judge_topic("t", HOME, {(1, 1): "a", (1, 2): "b"}, [(1, 1, "a"), (1, 1, "a"), (1, 3, "c")]))
    assert [(each.verdict, each.aggregate) for each in found] == [(Verdict.LOST, "t 1/2"), (Verdict.STRAY, "t 1/3")]
