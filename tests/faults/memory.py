"""How much memory each part of the system has, while somebody attacks it."""

import time

from infra.engine.status import status
from tests.faults.commands import COUNTIES
from tests.faults.field import Field

EVERY_SECONDS = 300.0
RATIO = 2.0
"""How many times as large as at first a county's process may become."""


class Memory:
    """The parts' sizes from now on. They are printed at the start, each five minutes and at the end."""

    def __init__(self, field: Field) -> None:
        self._field, self._began = field, time.monotonic()
        self._first, self._printed = self._look(), self._began

    def watch(self) -> None:
        """Print the sizes if five minutes have gone."""
        if time.monotonic() - self._printed > EVERY_SECONDS:
            self._look()
            self._printed += EVERY_SECONDS

    def end(self) -> None:
        """Print the sizes; RuntimeError if a county's process has ended, or is the same and has become too large."""
        for name, (pid, size) in self._look().items():
            before, first = self._first[name]
            if pid is None:
                raise RuntimeError(f"{name} has ended, and nobody did it")
            if name in COUNTIES and pid == before and size > RATIO * first:
                raise RuntimeError(f"{name} had {first >> 20} MiB of memory, and has {size >> 20}")

    def _look(self) -> dict[str, tuple[int | None, int]]:
        """Process id and bytes of each part."""
        rows = {row.part: (row.pid, row.memory or 0) for row in status(self._field.engine, watch=0).rows}
        sizes = ", ".join(f"{name} {size >> 20}" for name, (_, size) in rows.items())
        print(f"      after {time.monotonic() - self._began:4.0f} s, MiB: {sizes}", flush=True)
        return rows
