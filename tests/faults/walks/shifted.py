"""A county's program on a machine whose clock is wrong, until a file is removed: `norrsam` with another time."""

import importlib
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.cli.main import app

BY, WHILE = "WALKS_SHIFTED_BY", "WALKS_SHIFTED_WHILE"
"""Of the environment: seconds, and the file that is there for as long as the clock is wrong."""


def main() -> None:
    """The command line of `norrsam`."""
    there = datetime.now(UTC) + timedelta(seconds=float(os.environ[BY]))
    travel = importlib.import_module("time_machine").travel(there, tick=True)
    travel.start()

    def come_back() -> None:
        while Path(os.environ[WHILE]).exists():
            time.sleep(0.2)
        travel.stop()

    threading.Thread(target=come_back, daemon=True).start()
    app()


if __name__ == "__main__":
    main()
