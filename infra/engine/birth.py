"""The start of a process, by ticks since the boot: setting the clock does not move it."""

from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_START_TICKS = 19
"""Where proc(5) has `starttime` behind the command's closing bracket: its field 22, and the first there is field 3."""


def birth_of(pid: int) -> str:
    """The machine's boot and the clock ticks since then: no other process with this id has the same.

    psutil's time of creation moves with the wall clock on Linux. Systems without /proc keep it as it was at the start.
    Raises NoSuchProcess, FileNotFoundError or ProcessLookupError if the process has ended.
    """
    if not _BOOT.exists():
        return repr(psutil.Process(pid).create_time())
    _, _, fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
    return f"{_BOOT.read_text(encoding='ascii').strip()} {fields.split()[_START_TICKS]}"
