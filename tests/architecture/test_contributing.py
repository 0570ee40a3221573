"""The changes that CONTRIBUTING.md shows can be made to the code as it is."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
CHANGES, COMMANDS = (re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for kind in ("diff", "sh"))
TARGETS = set(re.findall(r"^([\w-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
GOLDEN = Path("tests/contract/golden")
NEW = {"tests/unit/actors/test_network.py"}
"""Tests that a change of the page adds."""


def test_the_changes_of_the_page_apply_one_after_another(tmp_path: Path) -> None:
    assert len(CHANGES) == 3
    changed = {name for change in CHANGES for name in re.findall(r"^\+\+\+ b/(\S+)", change, re.MULTILINE)}
    for name in changed:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_file():
            shutil.copy(PROJECT / name, tmp_path / name)
    for change in CHANGES:
        done = subprocess.run(["git", "apply", "-"], input=change, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    for name in changed:
        ast.parse((tmp_path / name).read_text("utf-8"))


def test_the_commands_of_the_page_name_what_is_there() -> None:
    text = "\n".join(COMMANDS)
    named = set(re.findall(r"^make ([\w-]+)", text, re.MULTILINE))
    tests = [each for line in re.findall(r"pytest (.*)", text) for each in line.split() if each.startswith("tests/")]

    assert named >= {"setup", "generated", "check", "test"}
    assert named <= TARGETS
    assert [each for each in tests if each not in NEW and not (PROJECT / each).exists()] == []


def test_the_commands_of_the_page_make_golden_events(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / GOLDEN, tmp_path / GOLDEN)
    before = {each.name for each in (tmp_path / GOLDEN).iterdir()}
    for block in COMMANDS:
        own = [line for line in block.splitlines() if not line.startswith(("make ", ".venv/"))]
        done = subprocess.run(["sh", "-e"], input="\n".join(own), cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    made = {each.name: json.loads(each.read_text("utf-8")) for each in (tmp_path / GOLDEN).iterdir()}
    new = {name.removeprefix("se.norrsam.actors.Network"): made[name] for name in made.keys() - before}
    assert sorted(new) == ["Changed.v1.2.json", "Registered.v1.2.json", "Retired.v1.2.json", "Revived.v1.json"]
    assert {each["rhythm"] for each in new.values()} == {"varannan månad"}
