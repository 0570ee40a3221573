"""Takes each rule away in a copy of the project, and runs the test that must see it: `make mutants`.

Arguments are rules, such as `C2 L4`; all of them by itself. Exit status 1 if a rule can be missing unseen. Each line
ends with the first error: on a machine that is too busy a test may fail by its deadline alone, whatever the mutation.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutation import follow_ups, invitations, notices, rules, seats, subscribing
from tests.mutation.rules import Mutation

PROJECT = Path(__file__).parents[2]
MUTATIONS = (
    *rules.MUTATIONS,
    *seats.MUTATIONS,
    *invitations.MUTATIONS,
    *follow_ups.MUTATIONS,
    *notices.MUTATIONS,
    *subscribing.MUTATIONS,
)
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".norrsam", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis")
SECONDS = 240


def main(wanted: list[str]) -> int:
    """The exit status; a line for each mutation says whether its test has seen it."""
    chosen = [each for each in MUTATIONS if not wanted or each.rule in wanted]
    unseen = 0
    for mutation in chosen:
        with tempfile.TemporaryDirectory(prefix="norrsam-mutant-") as folder:
            copy = Path(folder) / "project"
            shutil.copytree(PROJECT, copy, ignore=LEFT_OUT)
            begun = time.monotonic()
            error = _first_error(copy, mutation.test) if _mutate(copy, mutation) else None
        unseen += error is None
        verdict = "UNSEEN" if error is None else "seen  "
        seconds = time.monotonic() - begun
        print(f"{verdict} {mutation.rule}  {seconds:5.1f} s  {mutation.hole}  [{error or 'no error'}]", flush=True)
    print(f"{len(chosen) - unseen} of {len(chosen)} mutations are seen.")
    return 1 if unseen else 0


def _mutate(copy: Path, mutation: Mutation) -> bool:
    file = copy / mutation.file
    text = file.read_text("utf-8")
    if text.count(mutation.old) != 1:
        print(
            f"{mutation.file} has {mutation.old!r} {text.count(mutation.old)} times; it must be once.", file=sys.stderr
        )
        return False
    file.write_text(text.replace(mutation.old, mutation.new), "utf-8")
    return True


def _first_error(copy: Path, test: str) -> str | None:
    """The first error of the test there, as pytest has it; None if it passes. One that does not end in time fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "SAGA_SHRINK": "0"}
    environment["DEADLINE"] = "10"  # most of these tests fail
    run = subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        output, _ = run.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        run.terminate()
        run.communicate()
        return f"it has not ended after {SECONDS} s"
    if run.returncode == 1:
        return next((line[1:].strip()[:120] for line in output.splitlines() if line.startswith("E  ")), "it fails")
    if run.returncode:
        print(output[-2000:], file=sys.stderr)  # it could not be run at all: that proves nothing
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
