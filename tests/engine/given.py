"""Conditions that tests of the engine make: a clock that is set, processes that nobody can end."""

from typing import Any

import psutil
import pytest

from infra.engine import processes


def set_clock(patch: pytest.MonkeyPatch, seconds: int) -> None:
    """Set the clock: on Linux the time of boot moves with it, and so do psutil's times of creation."""
    if not psutil.LINUX:
        pytest.skip("times of birth move with the clock on Linux alone")
    booted = psutil.boot_time()
    patch.setattr("psutil._pslinux.boot_time", lambda: booted + seconds)


def cannot_be_ended(patch: pytest.MonkeyPatch) -> None:
    """The system refuses signals, as it does to another user; nothing is waited for."""

    def refuse(self: psutil.Process, *_: Any) -> None:
        raise psutil.AccessDenied(self.pid)

    patch.setattr(psutil.Process, "send_signal", refuse)
    patch.setattr(processes, "_wait", lambda family, patience: None)
