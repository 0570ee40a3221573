"""Seats are given once, in order, and everybody is answered, whatever people, clocks and networks do.

`SAGA_EXAMPLES` says how many stories are played, other ones each time; thousands are worth a night. With
`SAGA_SHRINK=0` a story that goes wrong is shown as it is, at once.
"""

import os

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.saga import truths
from tests.saga.machine import Saga

ENOUGH = 150
EXAMPLES = int(os.environ.get("SAGA_EXAMPLES", ENOUGH))
PHASES = [Phase.generate, Phase.shrink] if os.environ.get("SAGA_SHRINK", "1") == "1" else [Phase.generate]
RUN = settings(
    max_examples=EXAMPLES,
    stateful_step_count=50,
    deadline=None,
    derandomize="SAGA_EXAMPLES" not in os.environ,
    database=None,
    phases=PHASES,
)


def test_no_story_gives_a_seat_twice_or_forgets_anybody() -> None:
    run_state_machine_as_test(Saga, settings=RUN)

    possible = {(before, after) for before, afters in truths.MAY_BECOME.items() for after in afters}

    assert EXAMPLES < ENOUGH or possible == truths.TAKEN, "some steps were taken in no story"
