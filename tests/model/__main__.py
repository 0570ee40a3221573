"""Plays random schedules: `python -m tests.model --schedules 1000000 [--first 0]`. The exit code is 1 if one is untrue.

It says after each thousand how many were played, and ends with the shortest steps that break the truth.
"""

import argparse
import sys
import time

from tests.model.faults import ALL_FAULTS, machine
from tests.model.swarm import broken, schedule, shortened


def main(count: int, first: int) -> int:
    """The exit code, after ``count`` schedules from the seed ``first`` on."""
    everything, begun = machine(*ALL_FAULTS), time.monotonic()
    for seed in range(first, first + count):
        steps = schedule(everything, seed)
        if truth := broken(everything, steps):
            print(f"schedule {seed} breaks: {truth.value}", *shortened(everything, steps), sep="\n")
            return 1
        if (played := seed + 1 - first) % 1_000 == 0 or played == count:
            print(f"{played} schedules in {time.monotonic() - begun:.0f} s, no truth broken", flush=True)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--schedules", type=int, default=10_000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    asked = parser.parse_args()
    sys.exit(main(asked.schedules, asked.first))
