"""Points in an event's delivery at which a county's process can be made to kill itself.

A file with the point's name in the folder FAULTS_FOLDER arms it. A process that reaches an armed point renames the
file, which records the hit, and kills itself.
"""

import os
import signal
from pathlib import Path

FOLDER = "FAULTS_FOLDER"

COMMITTED = "committed-not-numbered"
NUMBERED = "numbered-not-sent"
SENT = "sent-not-acknowledged"
RECEIVED = "received-not-committed"
APPLIED = "applied-not-shown-to-kafka"
POINTS = (COMMITTED, NUMBERED, SENT, RECEIVED, APPLIED)


def armed(folder: Path, point: str) -> Path:
    """The file that arms ``point`` of the county with this folder."""
    return folder / point


def hit(folder: Path, point: str) -> Path:
    """The file that records a process's death at ``point``."""
    return folder / f"{point}.hit"


def folder() -> Path:
    """The folder of the county that runs in this process."""
    return Path(os.environ[FOLDER])


def is_armed(point: str) -> bool:
    """Whether this process is to die at ``point``."""
    return armed(folder(), point).exists()


def here(point: str) -> None:
    """Kill this process if ``point`` is armed; otherwise return."""
    try:
        armed(folder(), point).rename(hit(folder(), point))
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
