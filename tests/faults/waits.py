"""Waiting, always bounded."""

import time
from collections.abc import Callable


def until(check: Callable[[], object], seconds: float, pause: float = 0.05) -> bool:
    """Whether ``check`` became true within so many seconds."""
    ends = time.monotonic() + seconds
    while not check():
        if time.monotonic() > ends:
            return False
        time.sleep(pause)
    return True


def require(check: Callable[[], object], seconds: float, what: str) -> None:
    """``check`` is true; TimeoutError that says ``what`` if it did not become so."""
    if not until(check, seconds):
        raise TimeoutError(f"not within {seconds:.0f} s: {what}")
