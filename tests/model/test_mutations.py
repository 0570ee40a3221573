"""Without any one rule of the protocol, the model must find the truth broken that the rule protects.

The rare ones take thousands of schedules, so they are part of the long run: `MODEL_SCHEDULES=5000 pytest tests/model`.
"""

import os
from collections.abc import Iterator

import pytest

from tests.model.faults import machine
from tests.model.mutations import MUTATIONS, Mutation
from tests.model.swarm import Step, broken, schedule
from tests.model.toys import ToyChanged
from tests.model.world import ALL

SCHEDULES = int(os.environ.get("MODEL_SCHEDULES", "500"))
LONG = 5_000
BOTH_LOSE_THE_THIRD = [Step("lose", {"which": which, "first": 2, "count": 4}) for which in (0, 1)]
DIRECTED = {
    "S2-holes-in-the-log": [
        Step("command", {"place": 0, "kind": ToyChanged}),
        Step("backup", {}),
        Step("days_pass", {"hours": 45}),
        Step("restore_and_recover", {"back": 0}),  # the old event gets a number above those of the restate
        Step("send", {"arrive": 4}),
        *BOTH_LOSE_THE_THIRD,
        Step("days_pass", {"hours": 45}),
        Step("days_pass", {"hours": 10}),  # and is the first that retention takes
    ],
    "L4-offsets-of-the-present-Kafka": [
        Step("forge_envelope", {"which": 1, "place": 2}),  # the offset of the Kafka before is above 0
        Step("command", {"place": 1, "kind": ToyChanged}),
        Step("carry", {"which": 1, "count": 2, "size": ALL}),
        Step("talk", {}),
        Step("wait", {"seconds": 61.0}),
        Step("move", {"which": 1}),
        Step("send_partly", {"arrive": 1, "confirmed": 3}),
        Step("restore", {"back": 2, "at_once": False}),
        Step("lose", {"which": 1, "first": 2, "count": 3}),
    ],
    "S1-last-events-by-epoch": [
        Step("renew", {"place": 2}),
        Step("renew", {"place": 2}),
        Step("flow", {"size": 1}),
        Step("backup", {}),
        Step("cut", {"count": 1, "noticed": False}),
        Step("restore_and_recover", {"back": 1}),  # the first version comes back in a new epoch
        Step("send_partly", {"arrive": 1, "confirmed": 0}),
        Step("restore_and_recover", {"back": 0}),  # and is newer than the second one, which this backup has
    ],
    "E3-what-an-older-database-published": [
        Step("restore_and_recover", {"back": 0}),
        Step("renew", {"place": 0}),
        Step("flow", {"size": 2}),
        Step("backup", {}),
        Step("restore", {"back": 1, "at_once": False}),
        Step("days_pass", {"hours": 101}),  # the topic has nothing any more that would tell
        Step("backup", {}),
        Step("renew", {"place": 0}),
        Step("flow", {"size": 2}),
        Step("restore", {"back": 1, "at_once": True}),
    ],
}
"""Schedules written by hand, for what random ones did not bring in 10,000 tries."""


def schedules(mutation: Mutation) -> Iterator[list[Step]]:
    if mutation.name in DIRECTED:
        yield DIRECTED[mutation.name]
    for seed in range(SCHEDULES):
        yield schedule(machine(*mutation.given), seed)


@pytest.mark.parametrize(
    "mutation", [each for each in MUTATIONS if SCHEDULES >= LONG or not each.rare], ids=lambda each: each.name
)
def test_the_model_finds_a_schedule_that_needs_each_rule(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    given = machine(*mutation.given)
    with monkeypatch.context() as without:
        mutation.take(without)
        found = next((steps for steps in schedules(mutation) if broken(given, steps)), None)

    assert found, f"{mutation.without} ({mutation.rule}) is missing, and none of {SCHEDULES} schedules shows it"
    assert broken(given, found) is None, "the rule is there again"
