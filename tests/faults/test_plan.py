"""The plan of a run."""

from random import Random

import pytest

from tests.faults.kind import Kind
from tests.faults.nemesis import NAMES, Deck
from tests.faults.plan import Plan


@pytest.fixture(autouse=True)
def _nothing_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FAULTS", "DEPLOYMENT", "SEED", "KINDS", "MUTANTS", "PATIENCE", "LIMIT", "LOGS", "AT_ONCE"):
        monkeypatch.delenv(name, raising=False)


def test_a_plan_without_a_wish_has_thirty_faults_of_all_kinds() -> None:
    plan = Plan.from_environment(NAMES)
    assert (plan.faults, plan.kinds, plan.mutants, plan.keep) == (30, {}, {}, False)
    assert (plan.deployment, plan.limit) == ("shared", 1200)


def test_a_plan_has_the_kinds_and_mutants_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDS", "kafka killed, read-only@jamtland,read-only@norrbotten")
    monkeypatch.setenv("MUTANTS", "jamtland:skips-nothing")

    plan = Plan.from_environment(NAMES)

    assert plan.kinds == {"kafka killed": [], "read-only": ["jamtland", "norrbotten"]}
    assert plan.mutants == {"jamtland": "skips-nothing"}


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_faults_strike_at_once_than_the_plan_says(most: int) -> None:
    kinds = [Kind(str(number), lambda _, __, ___: None) for number in range(5)]
    deck = Deck(Random(1), kinds, {}, most)
    assert {len(list(deck.deal())) for _ in range(40)} == set(range(1, most + 1))


@pytest.mark.parametrize(
    ("variable", "wrong"),
    [
        ("DEPLOYMENT", "federal"),
        ("KINDS", "locusts"),
        ("KINDS", "kafka killed@stockholm"),
        ("MUTANTS", "stockholm:skips-nothing"),
        ("MUTANTS", "jamtland:forgets"),
    ],
)
def test_a_kind_that_does_not_exist_is_named_in_the_error(
    variable: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, wrong)
    with pytest.raises(SystemExit, match=wrong):
        Plan.from_environment(NAMES)
