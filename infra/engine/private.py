"""Passwords and keys of a local engine, made once and readable by their owner alone."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def password(data: Path, name: str) -> str:
    """The password in data/secrets/<name>, made at random if it is not there."""
    path = data / "secrets" / name
    _make_password(path)
    return path.read_text(encoding="ascii")


def write_private(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, readable by its owner alone; a new folder likewise."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = path.with_name(path.name + ".new")
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    written.replace(path)


def rewrite(path: Path, text: str) -> None:
    """Put ``text`` in place of what the file holds, and leave it as readable as it was.

    A text of the same length goes into the file itself, in one write: a container that has it mounted sees it at once.
    """
    data, mode = text.encode("utf-8"), path.stat().st_mode & 0o777
    if path.stat().st_size == len(data):
        path.chmod(mode | 0o200)
        with path.open("r+b", buffering=0) as file:
            file.write(data)
            os.fsync(file.fileno())
    else:
        write_private(path, text)
    path.chmod(mode)


def new_password() -> str:
    """A random password of letters, digits, - and _."""
    return secrets.token_urlsafe(24)


def make_passwords(folder: Path, names: Iterable[str]) -> list[str]:
    """Make a password in folder/<name> for each name that has none; the names of the new ones.

    The files are mounted one by one into containers, whose user is another: everybody who can enter the folder can
    read them, and only its owner can.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = []
    for name in names:
        made += [name] if _make_password(folder / name) else []
        (folder / name).chmod(0o444)
    return made


def _make_password(path: Path) -> bool:
    """Make a random password in ``path`` if there is none; whether there was none."""
    if path.exists():
        return False
    write_private(path, new_password())
    return True
