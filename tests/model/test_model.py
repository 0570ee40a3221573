"""The protocol keeps every truth under all faults."""

import os

from tests.model.faults import ALL_FAULTS, machine
from tests.model.swarm import broken, schedule, shortened

SCHEDULES = int(os.environ.get("MODEL_SCHEDULES", "500"))


def test_no_fault_at_any_time_breaks_a_claim_of_delivery() -> None:
    everything = machine(*ALL_FAULTS)
    for seed in range(SCHEDULES):
        steps = schedule(everything, seed)
        truth = broken(everything, steps)
        assert truth is None, "\n".join([truth, f"schedule {seed}:", *map(str, shortened(everything, steps))])
