"""The plan of a run."""

import pytest

from tests.faults.nemesis import NAMES
from tests.faults.plan import Plan


@pytest.fixture(autouse=True)
def _nothing_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FAULTS", "DEPLOYMENT", "SEED", "KINDS", "MUTANTS", "PATIENCE", "LIMIT", "LOGS"):
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
