"""The steps of CONTRIBUTING that add a field, played in a copy of the project: the check asks for a number."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from infra.contracts import baseline, golden

PAGE = (baseline.ROOT / "CONTRIBUTING.md").read_text("utf-8")
GENERATE_AND_CHECK = """
from infra import generate
from infra.contracts import baseline
generate.write()
baseline.main([])
"""
ADD_A_FIELD = PAGE[PAGE.index("## Add a field") : PAGE.index("## Add an event")]


def test_the_steps_that_add_a_field_pass_only_with_the_number(tmp_path: Path) -> None:
    for folder in ("infra", "services", "shared", golden.FOLDER):
        shutil.copytree(baseline.ROOT / folder, tmp_path / folder)
    shutil.copy(baseline.ROOT / baseline.PROJECT, tmp_path)
    (tmp_path / "counties").mkdir()
    shutil.copy(baseline.ROOT / "counties" / "example.env", tmp_path / "counties")
    (change,) = re.findall(r"^```diff\n(.*?)^```", ADD_A_FIELD, re.MULTILINE | re.DOTALL)
    (steps,) = re.findall(r"^```sh\n(.*?)^make", ADD_A_FIELD, re.MULTILINE | re.DOTALL)

    def run(*command: str, stdin: str = "") -> str:
        done = subprocess.run(command, input=stdin, cwd=tmp_path, capture_output=True, text=True)
        return done.stderr

    def checked() -> str:
        return run(sys.executable, "-c", GENERATE_AND_CHECK)

    assert run("git", "apply", "--exclude=services/*", "-", stdin=change) + run("bash", "-c", steps) == ""
    assert "actors/aggregates: se.norrsam.actors.NetworkChanged.v1" in checked()

    assert run("git", "apply", "--include=services/*", "-", stdin=change) == ""
    assert checked() == ""
