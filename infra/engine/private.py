"""Passwords and keys of a local engine, made once and readable by their owner alone."""

import os
import secrets
from pathlib import Path


def password(data: Path, name: str) -> str:
    """The password in data/secrets/<name>, made at random if it is not there."""
    path = data / "secrets" / name
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="ascii")


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, readable by its owner alone; a new folder likewise."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = path.with_name(path.name + ".new")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    written.replace(path)
