"""Finds PostgreSQL's client programs for an operator's commands: the package's, else this machine's."""

import re
import shutil
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

from infra.engine.binaries import program_folder
from infra.engine.errors import EngineError


@cache
def programs(version: int) -> Path:
    """The folder with a pg_dump and a pg_restore of this major version or later: older ones refuse."""
    found = {folder: _version(folder) for folder in _candidates()}
    for folder, its in found.items():
        if its >= version:
            return folder
    seen = ", ".join(f"{its} in {folder}" for folder, its in found.items() if its) or "none at all"
    raise EngineError(
        f"This needs PostgreSQL's pg_dump and pg_restore of version {version} or later; found: {seen}. Install "
        f"PostgreSQL's client programs (on Debian the package postgresql-client-{version}), or run `make setup`."
    )


def _candidates() -> list[Path]:
    folders: list[Path] = []
    with suppress(EngineError):
        folders.append(program_folder(None))
    if on_path := shutil.which("pg_dump"):
        folders.append(Path(on_path).parent)
    return folders


def _version(folder: Path) -> int:
    """The major version of the pg_dump in ``folder``; 0 if it does not start."""
    try:
        run = subprocess.run(  # noqa: S603
            [folder / "pg_dump", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r"\) (\d+)", run.stdout)
    return int(match[1]) if match else 0
