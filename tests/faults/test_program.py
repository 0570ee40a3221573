"""The program that the fault test starts, before it starts one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.mutants import MUTANT, MUTANTS
from tests.faults.program import MIGRATIONS


@pytest.mark.parametrize("mutant", ["", *MUTANTS])
def test_the_program_wraps_functions_that_are_there(tmp_path: Path, mutant: str) -> None:
    environment = {**os.environ, MIGRATIONS: str(tmp_path), MUTANT: mutant}

    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.program", "--help"], env=environment, capture_output=True, text=True
    )

    assert run.returncode == 0, run.stderr
