"""Work on many rows goes to a thread, so that other requests are answered meanwhile."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

MANY = 200
"""Work on fewer rows takes less than a thread is worth: some ten milliseconds."""
T = TypeVar("T")


async def beside_requests(rows: int, work: Callable[[], T]) -> T:
    """The result of ``work`` on so many rows."""
    return work() if rows < MANY else await asyncio.to_thread(work)
