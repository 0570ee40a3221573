"""The protocol keeps every truth under all faults."""

import os

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.faults import ALL_FAULTS, machine

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "150"))
RUN = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None, derandomize=True, database=None)


def test_no_fault_at_any_time_breaks_a_claim_of_delivery() -> None:
    run_state_machine_as_test(machine(*ALL_FAULTS), settings=RUN)
