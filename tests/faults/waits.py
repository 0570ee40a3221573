"""Waiting, always bounded."""

import time
from collections.abc import Callable

from tests.faults.pace import PACE


def until(check: Callable[[], object], seconds: float, pause: float = 0.05) -> bool:
    """Wait until ``check`` is true; False if it is not within ``seconds``."""
    ends = time.monotonic() + seconds
    while not check():
        if time.monotonic() > ends:
            return False
        time.sleep(pause)
    return True


def require(check: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until ``check`` is true; TimeoutError that names ``what`` if it is not within ``seconds``, times PACE."""
    if not until(check, seconds * PACE):
        raise TimeoutError(f"not within {seconds * PACE:.0f} s: {what}")
