"""The protocol keeps every truth under all faults."""

import os

import pytest

from tests.model.faults import ALL_FAULTS, machine
from tests.model.swarm import Step, broken, schedule, shortened
from tests.model.toys import ToyChanged, ToyEnded

ONCE_BROKEN = {
    "a gap above what the topic has lost is filled first, and the database forgets that anything was lost": [
        Step("command", {"place": 0, "kind": ToyChanged}),
        Step("flow", {"size": 2}),
        Step("command", {"place": 0, "kind": ToyEnded}),
        Step("talk", {}),
        Step("backup", {}),
        Step("cut", {"count": 3, "noticed": True}),
        Step("days_pass", {"hours": 45}),
        Step("talk", {}),
        Step("restore", {"back": 2, "at_once": False}),
    ],
}
SCHEDULES = int(os.environ.get("MODEL_SCHEDULES", "500"))


@pytest.mark.parametrize("what", ONCE_BROKEN)
def test_what_once_broke_a_claim_breaks_it_no_more(what: str) -> None:
    assert broken(machine(*ALL_FAULTS), ONCE_BROKEN[what]) is None


def test_no_fault_at_any_time_breaks_a_claim_of_delivery() -> None:
    everything = machine(*ALL_FAULTS)
    for seed in range(SCHEDULES):
        steps = schedule(everything, seed)
        truth = broken(everything, steps)
        assert truth is None, "\n".join([truth, f"schedule {seed}:", *map(str, shortened(everything, steps))])
