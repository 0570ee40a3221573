"""Without any one rule of the protocol, the model must find the truth broken that the rule protects.

Some are found only after thousands of schedules, so this is the long run: `MODEL_EXAMPLES=5000 pytest tests/model`.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.faults import machine
from tests.model.mutations import MUTATIONS, Mutation
from tests.model.truths import Untrue

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "0"))
LONG = 1_000
SEED = 1
FIND = settings(
    max_examples=max(EXAMPLES, 150),
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@pytest.mark.parametrize("mutation", MUTATIONS if EXAMPLES >= LONG else MUTATIONS[:3], ids=lambda each: each.name)
def test_the_model_finds_a_schedule_that_needs_each_rule(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation.take(monkeypatch)
    with pytest.raises(Untrue):
        run_state_machine_as_test(seed(SEED)(machine(*mutation.given)), settings=FIND)
