"""The changes that CONTRIBUTING.md shows can be made to the code as it is."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]
CHANGES = re.findall(r"^```diff\n(.*?)^```", (PROJECT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)


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
