"""A small file system for one county's databases or for Kafka, so that a server really runs out of space.

Mounting needs root and a system that allows it. Without it these kinds of faults are left out.
"""

import os
import shutil
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

    @classmethod
    def over(cls, folder: Path) -> "Volume | None":
        """Mount one in place of ``folder``, with what is in it; None if the system does not allow it."""
        beside = folder.with_name(f"{folder.name}.beside")
        folder.rename(beside)
        folder.mkdir()
        if not _run("mount", "-t", "tmpfs", "-o", f"size={LARGE}", "norrsam-faults", str(folder)):
            folder.rmdir()
            beside.rename(folder)
            return None
        _copy(beside, folder)
        return cls(folder)

    def leave(self) -> None:
        """Unmount one that was mounted by `over`, and keep in its place what is in it now."""
        beside = self.path.with_name(f"{self.path.name}.beside")
        shutil.rmtree(beside)
        beside.mkdir()
        _copy(self.path, beside)
        self.unmount()
        self.path.rmdir()
        beside.rename(self.path)

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


def _copy(source: Path, target: Path) -> None:
    """Copy what is in a folder. The holes that Kafka leaves in its indexes stay holes."""
    if not _run("cp", "-a", "--sparse=always", f"{source}/.", str(target)):
        raise RuntimeError(f"{source} could not be copied to {target}")


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
