"""Faults in the code itself, to test the tester: each must be found by the ledger.

FAULTS_MUTANT names the one that this process has, if any.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from shared.contracts.event import stream_of
from shared.messaging import inbox, sender
from shared.protocol import progress
from tests.faults.commands import SUBJECTS

MUTANT = "FAULTS_MUTANT"
Wrap = Callable[[Any, str, Callable[[Any], Any]], None]
_dropped: dict[str, tuple[str, UUID]] = {}
_behind: set[asyncio.Task[Any]] = set()


def install(wrap: Wrap) -> None:
    """Install the mutant that FAULTS_MUTANT names, if any."""
    if name := os.environ.get(MUTANT):
        MUTANTS[name](wrap)


def _drops_a_row(wrap: Wrap) -> None:
    """After each batch, delete the aggregate that was received first."""

    async def drop(conn: Any, received: Any) -> None:
        view = _view(received)
        if view is None:
            return
        key = _dropped.setdefault(view, received[0].key)
        await conn.execute(f"DELETE FROM {view} WHERE (county, id) = ($1, $2)", *key)

    wrap(inbox, "apply", _after(drop))


def _older_over_newer(wrap: Wrap) -> None:
    """Set each received row back by one version."""

    async def put_back(conn: Any, received: Any) -> None:
        view = _view(received)
        for each in received if view else ():
            await conn.execute(
                f"UPDATE {view} SET version = version - 1 WHERE (county, id) = ($1, $2) AND version > 1", *each.key
            )

    wrap(inbox, "apply", _after(put_back))


def _acknowledges_first(wrap: Wrap) -> None:
    """Let the relay treat a batch as confirmed before it is sent."""

    def too_soon(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def send_batch(producer: Any, topic: str, events: Any) -> tuple[int, int]:
            kept = list(events)

            async def later() -> None:
                await asyncio.sleep(0.3)
                await original(producer, topic, kept)

            task = asyncio.create_task(later())
            _behind.add(task)
            task.add_done_callback(_behind.discard)
            return len(kept), time.time_ns()  # an offset that only grows

        return send_batch

    wrap(sender, "send_batch", too_soon)


def _skips_nothing(wrap: Wrap) -> None:
    """Accept every number as new, including duplicates."""

    def always(original: Callable[..., bool]) -> Callable[..., bool]:
        def take(*arguments: Any) -> bool:
            original(*arguments)
            return True

        return take

    wrap(progress.Progress, "accept", always)


def _view(received: Any) -> str | None:
    """The table that these events, all of one stream, update; None if no subject reads it."""
    stream = stream_of(received[0].event.event_type)
    return next((subject.view for subject in SUBJECTS if subject.stream == stream), None)


def _after(work: Callable[[Any, Any], Awaitable[None]]) -> Callable[[Any], Any]:
    """A wrapper of `apply` that runs ``work`` after it, in the same transaction."""

    def wrapper(original: Callable[..., Awaitable[int]]) -> Callable[..., Awaitable[int]]:
        async def apply(conn: Any, *arguments: Any) -> int:
            emitted = await original(conn, *arguments)
            if arguments[-1]:
                await work(conn, arguments[-1])
            return emitted

        return apply

    return wrapper


MUTANTS = {
    "drops-a-row": _drops_a_row,
    "older-over-newer": _older_over_newer,
    "acknowledges-first": _acknowledges_first,
    "skips-nothing": _skips_nothing,
}
