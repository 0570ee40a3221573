"""A county's program for the fault test: `norrsam`, with its steps watched. Production code has no hooks for this.

Each wrapped name must exist: if one was renamed, the county exits at once and names it.
"""

import importlib
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from infra.cli.main import app
from infra.mirror import arrivals
from shared.contracts.topics import LINKS, stream_name
from shared.links import reports
from shared.messaging import effects, inbox, leading, relay, sender, watch
from shared.protocol import filling
from shared.runtime import migrations, part
from shared.transport import sending
from tests.faults import mutants, points, witness
from tests.faults.pace import PACE

MIGRATIONS, SHIFT, DATABASES = "FAULTS_MIGRATIONS", "FAULTS_SHIFT", "FAULTS_DATABASES"
"""Of the environment: a folder; by how many seconds the clock is wrong; what ends the names of the databases."""
QUICK: tuple[tuple[Any, str, Any], ...] = (
    (
        leading,
        "SESSION",
        dict.fromkeys(("idle_session_timeout", "idle_in_transaction_session_timeout"), f"{3 * PACE:.0f}s"),
    ),
    (relay, "REPORT_SECONDS", 2.0),
    (filling, "MIN_BACKOFF_SECONDS", 5.0),
    (filling, "MAX_BACKOFF_SECONDS", 20.0),
    (watch, "LOOK_SECONDS", 4.0),
    (reports, "TAIL_LOST_AFTER", timedelta(seconds=8 * PACE)),
    (inbox, "LAST_WAIT_SECONDS", 4.0),
    (inbox, "PING_SECONDS", 1.0),
    (sending, "LAST_RETRY_SECONDS", 4.0),
    (arrivals, "PATIENCE", 10.0 * PACE),
)
"""Time limits that are shorter than in operation, so that the run is quick."""

Function = Callable[..., Awaitable[Any]]


def main() -> None:
    """The command line of `norrsam` in this process."""
    if seconds := float(os.environ.get(SHIFT, 0)):
        travel = importlib.import_module("time_machine").travel
        travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True).start()
    if suffix := os.environ.get(DATABASES):
        _wrap(part, "arguments", partial(_other_databases, suffix))
    for module, name, value in QUICK:
        _wrap(module, name, partial(_shorter, value))
    _wrap(relay, "number", _numbering)
    _wrap(sender, "send_batch", _sending)
    _wrap(effects, "apply", witness.noting)
    _wrap(inbox.Inbox, "_apply", _applying)
    if MIGRATIONS in os.environ:  # a mirror's watchdog has none
        _add_migrations(Path(os.environ[MIGRATIONS]))
    mutants.install(_wrap)
    app()


def _shorter(value: Any, before: Any) -> Any:
    return {**before, **value} if isinstance(before, Mapping) else value


def _other_databases(suffix: str, original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def arguments(*of: Any) -> dict[str, Any]:
        found = original(*of)
        return {**found, "database": found["database"] + suffix}

    return arguments


def _wrap(place: Any, name: str, wrapper: Callable[[Any], Any]) -> None:
    """Replace ``name`` in ``place`` by ``wrapper`` of it."""
    if not hasattr(place, name):
        raise SystemExit(f"the fault test wraps {place.__name__}.{name}, which is no more: adapt tests/faults/program")
    setattr(place, name, wrapper(getattr(place, name)))


def _numbering(original: Function) -> Function:
    async def number(conn: Any, *arguments: Any) -> Any:
        unnumbered = "SELECT EXISTS (SELECT FROM outbox WHERE number IS NULL)"
        if points.is_armed(points.COMMITTED) and await conn.fetchval(unnumbered):
            points.here(points.COMMITTED)
        return await original(conn, *arguments)

    return number


def _sending(original: Function) -> Function:
    async def send_batch(*arguments: Any) -> Any:
        points.here(points.NUMBERED)
        count = await original(*arguments)
        points.here(points.SENT)
        return count

    return send_batch


def _applying(original: Function) -> Function:
    async def apply(self: Any, topic: str, *arguments: Any) -> Any:
        applied = await original(self, topic, *arguments)
        witness.count_skipped(points.folder())
        if applied and stream_name(topic) != LINKS:
            points.here(points.APPLIED)
        return applied

    return apply


def _add_migrations(folder: Path) -> None:
    """Add the test's own tables after the service's migrations."""

    def with_own(original: Callable[[Any], Sequence[Any]]) -> Callable[[Any], Sequence[Any]]:
        return lambda service: [*original(service), *migrations.collect({"faults": folder / service.name})]

    _wrap(migrations, "of_service", with_own)


if __name__ == "__main__":
    main()
