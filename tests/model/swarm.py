"""Random schedules of the model: each is a list of steps, made from its seed alone.

A schedule is made as swarm testing makes it: of a random subset of the rules and of their arguments' values, each rule
as often as a random weight says. So rare faults coincide in some schedules, and in others nothing disturbs them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.model.machine import Protocol
from tests.model.truths import Truth, Untrue

LENGTHS = (10, 20, 40, 80)
WEIGHTS = (1, 1, 3, 9)
KEPT = (0.3, 0.6, 0.9)
"""How likely a rule is part of a schedule, and an argument has all its values."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        said = (f"{name}={getattr(value, '__name__', value)}" for name, value in self.arguments.items())
        return f"{self.name}({', '.join(said)})"


def schedule(machine: type[Protocol], seed: int) -> list[Step]:
    """The steps of the schedule with this seed."""
    chance = random.Random(seed)
    likely = chance.choice(KEPT)
    rules = {name: rule.choices for name in dir(machine) if hasattr(rule := getattr(machine, name), "choices")}
    kept = ["command", *(name for name in rules if name != "command" and chance.random() < likely)]
    weights = [chance.choice(WEIGHTS) for _ in kept]
    values = {name: {word: _some(chance, likely, each) for word, each in rules[name].items()} for name in kept}
    names = chance.choices(kept, weights, k=chance.choice(LENGTHS))
    return [Step(name, {word: chance.choice(each) for word, each in values[name].items()}) for name in names]


def _some(chance: random.Random, likely: float, values: Sequence[Any]) -> Sequence[Any]:
    return values if chance.random() < likely else chance.sample(values, chance.randint(1, len(values)))


def play(machine: type[Protocol], steps: Sequence[Step]) -> None:
    """Take the steps, end all faults, and deliver everything; Untrue as soon as a truth is broken."""
    protocol = machine()
    for step in steps:
        getattr(protocol, step.name)(**step.arguments)
        protocol.world.check()
    protocol.world.settle()


def broken(machine: type[Protocol], steps: Sequence[Step]) -> Truth | None:
    """The truth that the steps break, or None."""
    try:
        play(machine, steps)
    except Untrue as error:
        return error.truth
    return None


def shortened(machine: type[Protocol], steps: Sequence[Step]) -> list[Step]:
    """Steps that break the same truth, of which none can be left out."""
    truth, left, size = broken(machine, steps), list(steps), len(steps)
    while size := size // 2:
        for start in range(len(left) - size, -1, -size):
            fewer = left[:start] + left[start + size :]
            if broken(machine, fewer) is truth:
                left = fewer
    return left
