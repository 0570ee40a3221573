"""Tests that share their set-up run on one worker (docs/decisions/0026)."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support import together

PROJECT = Path(__file__).parents[2]
FILES = ["tests/flow/test_one.py", "tests/flow/test_two.py", "tests/unit/test_three.py", "tests/unit/test_four.py"]
TESTS = "import pytest\n\n\n@pytest.mark.parametrize('number', range(4))\ndef test(number: int) -> None: ...\n"


def test_each_file_and_folder_of_one_set_up_has_one_worker(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    (workers,) = re.findall(r"^WORKERS := (.*)$", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TESTS)
    hooks = pytestconfig.hook.pytest_xdist_make_scheduler.get_hookimpls()

    two = workers.replace("-n 3", "-n 2").split()  # as telling as three, and each takes time to start
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-v", "-p", "xdist", "-p", together.__name__, *two]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)

    of_group = defaultdict(set)
    for worker, file in re.findall(r"^\[(gw\d)\].* (tests/\S+?)::", run.stdout, re.MULTILINE):
        of_group["tests/flow/" if file.startswith("tests/flow/") else file].add(worker)
    assert run.returncode == 0, run.stdout
    assert of_group.keys() == {"tests/flow/", *FILES[2:]}
    assert {len(each) for each in of_group.values()} == {1}, of_group
    assert together.pytest_xdist_make_scheduler in [each.function for each in hooks]
