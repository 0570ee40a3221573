"""The one way to wait until something is true."""

import asyncio
import inspect
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

POLL_SECONDS, LONGEST_POLL_SECONDS = 0.02, 0.25
DEADLINE = float(os.environ.get("DEADLINE", "60"))
"""Seconds to wait at most; ample for a busy machine, because only a failing test waits so long."""


@overload
async def eventually(check: Callable[[], Awaitable[T]], deadline: float = ...) -> T: ...
@overload
async def eventually(check: Callable[[], T], deadline: float = ...) -> T: ...
async def eventually(check: Callable[[], Any], deadline: float = DEADLINE) -> Any:
    """Return the result of ``check`` once it is true or None and raises no AssertionError.

    Raise AssertionError if that takes more than ``deadline`` seconds.
    """
    begun = time.monotonic()
    ends = begun + deadline
    while True:
        try:
            result = check()
            value = await result if inspect.isawaitable(result) else result
            if value is None or value or time.monotonic() > ends:
                assert value is None or value, f"not true after {deadline} s: {check}, last seen {value!r}"
                return value
        except AssertionError:
            if time.monotonic() > ends:
                raise
        waited = time.monotonic() - begun
        await asyncio.sleep(min(POLL_SECONDS + waited / 10, LONGEST_POLL_SECONDS))  # to ask takes time from others
