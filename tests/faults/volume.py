"""A small file system for one county's databases, so that PostgreSQL really runs out of space.

Mounting needs root and a system that allows it. Without it the kind of fault "out of space" is left out.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.engine import Engine

LARGE = 2 << 30
SLACK = 64 << 10
TABLESPACE = "fault_volume"


@dataclass(frozen=True)
class Volume:
    """A mounted tmpfs."""

    path: Path

    @classmethod
    def mount(cls, engine: Engine) -> "Volume | None":
        """Mount it, with a folder that PostgreSQL's user owns; None if the system does not allow it."""
        path = engine.config.data / "volume"
        path.mkdir()
        volume = cls(path)
        if os.geteuid() != 0 or not _run("mount", "-t", "tmpfs", "-o", f"size={LARGE}", "norrsam-faults", str(path)):
            return None
        assert engine.own_postgres is not None
        owner = engine.own_postgres.folder.stat()
        volume.folder.mkdir(mode=0o700)
        os.chown(volume.folder, owner.st_uid, owner.st_gid)
        return volume

    @property
    def folder(self) -> Path:
        """The folder of the tablespace."""
        return self.path / "tablespace"

    def fill(self) -> bool:
        """Shrink it to the used size plus 64 KiB; False if the system refuses."""
        state = os.statvfs(self.path)
        used = (state.f_blocks - state.f_bfree) * state.f_frsize
        return self._resize(used + SLACK)

    def free(self) -> None:
        """Restore the full size; RuntimeError if the system refuses."""
        if not self._resize(LARGE):
            raise RuntimeError(f"{self.path} could not be made larger again")

    def unmount(self) -> None:
        """Unmount it and lose its contents. PostgreSQL must not run."""
        _run("umount", str(self.path))

    def _resize(self, size: int) -> bool:
        return _run("mount", "-o", f"remount,size={size}", str(self.path))


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
