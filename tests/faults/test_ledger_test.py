"""Faults in the code that the ledger test must find."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

PROJECT = Path(__file__).parents[2]
MUTANTS = {
    "norrbotten: lost": "norrbotten:drops-a-row",
    "vasterbotten: older over newer": "vasterbotten:older-over-newer",
    "jamtland: acknowledged before sent": "jamtland:acknowledges-first",
    "vasternorrland: doubled": "vasternorrland:skips-nothing",
}


def run(folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the ledger test; returns the process with its output."""
    return subprocess.run(
        [sys.executable, "-m", "tests.faults"],
        cwd=PROJECT,
        env={**os.environ, "LOGS": str(folder), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_ledger_finds_each_fault_in_the_code(tmp_path: Path) -> None:
    kinds = "killed numbered-not-sent@jamtland,killed sent-not-acknowledged@norrbotten,topic made anew@norrbotten"

    done = run(tmp_path, FAULTS="3", KINDS=kinds, MUTANTS=",".join(MUTANTS.values()), PATIENCE="4")

    assert done.returncode == 1, done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if not line.startswith(("DIFFERS", " "))]
    for difference in MUTANTS:
        assert any(line.startswith(difference) for line in found), f"{difference} is not in\n{done.stdout}"
