"""Removes a temporary engine whose program has died without a word, by SIGKILL for instance.

It is run by its path, holds the other end of a pipe, and imports the engine only when there is work: it is small.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def guarded(data: Path) -> Iterator[None]:
    """If this program ends without leaving the block, the engine in ``data`` is stopped and removed all the same."""
    command = [sys.executable, "-P", __file__, str(data)]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    try:
        yield
    finally:
        guard.communicate()  # closes the pipe: the guard looks whether anything is left, and ends


def main() -> None:
    """Waits for the end of the program on the other end of standard input, and removes what it has left."""
    sys.stdin.read()
    data = Path(sys.argv[1])
    if data.exists():
        from infra.engine.engine import Engine
        from infra.engine.settings import EngineConfig

        Engine(EngineConfig(data)).remove()


if __name__ == "__main__":
    main()
