"""Removes a temporary engine after its program was killed (SIGKILL).

It runs by its path and waits at the other end of a pipe. It stays small: it imports the engine only when needed.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def guarded(data: Path) -> Iterator[None]:
    """Start a guard that removes the engine in ``data`` if this program ends inside the block."""
    command = [sys.executable, "-P", __file__, str(data)]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    try:
        yield
    finally:
        guard.communicate()  # closes the pipe: the guard looks whether anything is left, and ends


def main() -> None:
    """Wait until standard input closes, then remove the engine if its folder still exists."""
    sys.stdin.read()
    data = Path(sys.argv[1])
    if data.exists():
        from infra.engine.engine import Engine
        from infra.engine.settings import EngineConfig

        Engine(EngineConfig(data)).remove()


if __name__ == "__main__":
    main()
