"""The user that PostgreSQL runs as. It refuses to run as root, so root lends it an unprivileged user's rights.

No permissions are widened: where that user cannot reach a folder, another folder is taken.
"""

import os
import pwd
import stat
from pathlib import Path
from typing import Any

from infra.engine.errors import EngineError

SETTING = "NORRSAM_OS_USER"
_USUAL = ("postgres", "nobody")


def unprivileged_user() -> int | None:
    """The user id for PostgreSQL: None for an ordinary user, who runs it himself; an unprivileged user's for root."""
    if os.geteuid() != 0:
        return None
    wanted = os.environ.get(SETTING)
    for name in (wanted,) if wanted else _USUAL:
        if (user := _user_id(name)) not in (None, 0):
            return user
    if wanted:
        problem = f"{SETTING} names {wanted!r}, which is root or does not exist"
    else:
        problem = f"neither of the usual users, {' and '.join(_USUAL)}, exists"
    raise EngineError(
        f"PostgreSQL does not run as root, and {problem}. Run this as an ordinary user, or set {SETTING} "
        "to an existing user without privileges."
    )


def as_user(user: int | None) -> dict[str, Any]:
    """Arguments for subprocess that give a process this user's rights and no others; none at all for None."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}


def reachable(path: Path, user: int | None) -> bool:
    """Whether ``user`` may pass through every folder on the way to ``path`` and, if it is there, read it."""
    if user is None:
        return True
    path = path.resolve()
    if path.exists() and not _may(path, user, stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)):
        return False
    return all(_may(folder, user, stat.S_IXOTH) for folder in path.parents if folder.exists())


def _may(path: Path, user: int, wanted: int) -> bool:
    """Whether the user has all rights in ``wanted`` (bits of 'others', such as S_IXOTH) on ``path``."""
    found = path.stat()
    account = pwd.getpwuid(user)
    if found.st_uid == user:
        wanted <<= 6
    elif found.st_gid == account.pw_gid:
        wanted <<= 3
    return found.st_mode & wanted == wanted


def _user_id(name: str | None) -> int | None:
    try:
        return pwd.getpwnam(name or "").pw_uid
    except KeyError:
        return None
