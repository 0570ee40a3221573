"""Places in the way of an event where a county's process can be made to die, exactly there.

A place is armed by a file of its name in the folder FAULTS_FOLDER. Who passes it takes the file away, by which
the hit is known, and kills itself.
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
    """The file that tells that a process has died at ``point``."""
    return folder / f"{point}.hit"


def folder() -> Path:
    """The folder of the county that runs in this process."""
    return Path(os.environ[FOLDER])


def is_armed(point: str) -> bool:
    """Whether this process is to die at ``point``."""
    return armed(folder(), point).exists()


def here(point: str) -> None:
    """Does not return if ``point`` was armed."""
    try:
        armed(folder(), point).rename(hit(folder(), point))
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
