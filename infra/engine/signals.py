"""Ends that come from outside: what was started is stopped, and the stopping is not interrupted."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM and SIGHUP leave the block as SystemExit does, so that what it started can be stopped."""
    with _handled(dict.fromkeys((signal.SIGTERM, signal.SIGHUP), _leave)):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C or SIGTERM does not keep the block from its end."""
    with _handled(dict.fromkeys((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), signal.SIG_IGN)):
        yield


@contextmanager
def _handled(
    handlers: Mapping[signal.Signals, signal.Handlers | Callable[[int, FrameType | None], Any]],
) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may choose, and only it is interrupted
        return
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
