"""Faults in the code itself, to test the tester: each must be found by the ledger.

FAULTS_MUTANT names the one that this process has, if any.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from shared.messaging import effects, sender
from shared.messaging.handlers import Projection
from shared.protocol import progress
from shared.transport.kafka import KafkaCluster
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

    async def drop(conn: Any, handlers: Any, received: Any) -> None:
        table = _table(handlers, received[0])
        if table is None:
            return
        key = _dropped.setdefault(table, received[0].key)
        await conn.execute(f"DELETE FROM {table} WHERE (county, id) = ($1, $2)", *key)

    wrap(effects, "apply", _after(drop))


def _older_over_newer(wrap: Wrap) -> None:
    """Set each received row back by one version."""

    async def put_back(conn: Any, handlers: Any, received: Any) -> None:
        for table, each in ((_table(handlers, each), each) for each in received):
            if table:
                back = f"UPDATE {table} SET version = version - 1 WHERE (county, id) = ($1, $2) AND version > 1"
                await conn.execute(back, *each.key)

    wrap(effects, "apply", _after(put_back))


def _acknowledges_first(wrap: Wrap) -> None:
    """Let the relay treat a batch as confirmed before it is sent, and believe that it lies where it should."""

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

    def believed(_: Callable[..., Awaitable[bool]]) -> Callable[..., Awaitable[bool]]:
        async def keeps(*_: Any) -> bool:
            return True

        return keeps

    wrap(sender, "send_batch", too_soon)
    wrap(KafkaCluster, "keeps", believed)


def _skips_nothing(wrap: Wrap) -> None:
    """Accept every number as new, including duplicates."""

    def always(original: Callable[..., bool]) -> Callable[..., bool]:
        def take(*arguments: Any) -> bool:
            original(*arguments)
            return True

        return take

    wrap(progress.Progress, "accept", always)


def _table(handlers: Any, received: Any) -> str | None:
    """The table that the event updates; None if no subject reads it."""
    of = (each.table for each in handlers if isinstance(each, Projection) and isinstance(received.event, each.events))
    return next((table for table in of if table in {name for one in SUBJECTS for name in one.tables}), None)


def _after(work: Callable[[Any, Any, Any], Awaitable[None]]) -> Callable[[Any], Any]:
    """A wrapper of `apply` that runs ``work`` after it, in the same transaction."""

    def wrapper(original: Callable[..., Awaitable[int]]) -> Callable[..., Awaitable[int]]:
        async def apply(conn: Any, writer: Any, handlers: Any, *arguments: Any) -> int:
            emitted = await original(conn, writer, handlers, *arguments)
            if arguments[-1]:
                await work(conn, handlers, arguments[-1])
            return emitted

        return apply

    return wrapper


MUTANTS = {
    "drops-a-row": _drops_a_row,
    "older-over-newer": _older_over_newer,
    "acknowledges-first": _acknowledges_first,
    "skips-nothing": _skips_nothing,
}
