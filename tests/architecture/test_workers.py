"""Tests that share their set-up run on one worker (docs/decisions/0026)."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FILES = [
    f"tests/unit/{each}" for each in ("shared/test_clients.py", "shared/test_calendar.py", "protocol/test_envelope.py")
]


def test_each_file_runs_on_one_worker() -> None:
    (workers,) = re.findall(r"^WORKERS := (.*)$", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)

    two = workers.replace("-n 3", "-n 2").split()  # as telling as three, and each takes seconds to start

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *two, *FILES],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )

    of_file = defaultdict(set)
    for worker, file in re.findall(r"^\[(gw\d)\].* (tests/\S+?)::", run.stdout, re.MULTILINE):
        of_file[file].add(worker)
    assert run.returncode == 0, run.stdout
    assert sorted(of_file) == sorted(FILES)
    assert {len(each) for each in of_file.values()} == {1}, of_file
