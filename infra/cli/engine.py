"""The commands that keep the four counties on this machine: up, down, status."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status as Spinner

from infra.cli.console import console as new_console
from infra.engine import local
from infra.engine.engine import Engine
from infra.engine.errors import EngineError
from infra.engine.kafka import KAFKA
from infra.engine.mirror import MIRROR, WATCHDOG
from infra.engine.settings import EngineConfig
from infra.engine.status import EngineStatus, Row
from infra.engine.status import status as look
from shared.runtime.settings import load


@contextmanager
def explained() -> Iterator[None]:
    """Turn an OSError (a folder of another user, a full disk) into an EngineError."""
    try:
        yield
    except PermissionError as error:
        raise EngineError(
            f"{error.filename} may not be read or written by this user. Work as the user who ran `norrsam up` first, "
            "or move the data with NORRSAM_DATA and the downloads with NORRSAM_CACHE."
        ) from error
    except OSError as error:
        raise EngineError(f"The system refused: {error}.") from error


class StepReport:
    """Prints each step when it is done, with its time; on a terminal also the step under way."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._spinner = Spinner("", console=console) if console.is_terminal else None
        self._told = 0.0

    def doing(self, what: str) -> None:
        """Show on a terminal that ``what`` is under way."""
        if self._spinner:
            self._spinner.update(f"{what} …")
            self._spinner.start()

    def done(self, what: str, detail: str, seconds: float | None) -> None:
        """Print that ``what`` is done, ``seconds`` after the start; None if it was done before."""
        when = "already there" if seconds is None else f"{seconds:5.1f} s"
        self.console.print(f"  {what:<27} {detail:<28} {when}", markup=False, soft_wrap=True)

    def warn(self, what: str) -> None:
        """Print what is not as it should be."""
        self.console.print(
            f"  warning: {what}; docs/runbook.md says more", style="yellow", markup=False, soft_wrap=True
        )

    def downloaded(self, done: int, total: int) -> None:
        """Show how many of Kafka's jars are downloaded; without a terminal, print a line every three seconds."""
        self.doing(f"downloading Kafka: {done} of {total} files")
        if self._spinner is None and (done == total or time.monotonic() - self._told > 3):
            self._told = time.monotonic()
            self.console.print(f"  downloading Kafka: {done} of {total} files")

    def close(self) -> None:
        """Stop the spinner."""
        if self._spinner:
            self._spinner.stop()


@explained()
def up(
    federated: Annotated[
        bool, typer.Option("--federated", help="A Kafka and a mirror of its own for each county, with access control.")
    ] = False,
) -> None:
    """Start Kafka, PostgreSQL and every county, and leave them running. What runs already is left alone."""
    console = new_console()
    report = StepReport(console)
    try:
        config = EngineConfig.from_environment()
        local.up(Engine(config.of_kind(own_kafkas=federated), report.downloaded), report)
    except KeyboardInterrupt:
        report.close()
        console.print("  interrupted; what had been started is stopped again")
        sys.exit(130)
    finally:
        report.close()


@explained()
def down() -> None:
    """Stop every county, then Kafka and PostgreSQL. Their data stay. Exit status 1 if something is left running."""
    began, console = time.monotonic(), new_console()
    stopped, left = local.down(Engine(EngineConfig.from_environment()))
    if stopped:
        console.print(f"  stopped {', '.join(stopped)} ({time.monotonic() - began:.1f} s)")
    elif not left:
        console.print("  nothing was running")
    if left:
        raise EngineError(f"{' '.join(left)} End what is left by its process id, unless it belongs to another engine.")


@explained()
def status() -> None:
    """Show each part of the engine: state, address, process, memory, processor time, start."""
    console = new_console()
    engine = Engine(EngineConfig.from_environment())
    with console.status("watching for two seconds …"):
        found = look(engine)
    _show(found.rows, console)
    console.print(_sum(found))
    own = engine.own_postgres
    apart = f", PostgreSQL's in {own.folder}" if own and own.folder.parent != engine.config.data else ""
    console.print(f"data and logs in {engine.config.data}{apart}", soft_wrap=True)
    server = load().mail_server
    console.print(
        f"mails go to {server or f'files in {engine.config.data}/mail/<county>'}", markup=False, soft_wrap=True
    )


def _show(rows: Sequence[Row], console: Console) -> None:
    """A line for each part. Only the terminal breaks lines, so no address is cut; local addresses fit 80 columns."""
    width = max(len(_part(row.part)) for row in rows)
    console.print(_line(width, "part", "state", "address", "process", "memory", "cpu", "since"), style="bold")
    for row in rows:
        cells = ("", "", "", "")
        if row.since is not None and row.memory is not None and row.cpu_seconds is not None:
            since = row.since.astimezone().strftime("%m-%d %H:%M")
            cells = (str(row.pid), f"{row.memory / 1e6:.0f} MB", f"{row.cpu_seconds:.1f} s", since)
        line = _line(width, _part(row.part), row.state, row.address, *cells)
        style = None if row.state.startswith("ready") else "yellow"
        console.print(line, style=style, markup=False, soft_wrap=True)


def _line(width: int, part: str, state: str, address: str, process: str, memory: str, cpu: str, since: str) -> str:
    return f"{part:<{width}} {state:<9} {address:<15} {process:>7} {memory:>7} {cpu:>9} {since}".rstrip()


def _part(name: str) -> str:
    """The name; of a part of one county only what it is, for it stands below its county."""
    kind, dash, _ = name.partition("-")
    return f"  {kind}" if dash and kind in (KAFKA, MIRROR, WATCHDOG) else name


def _sum(found: EngineStatus) -> str:
    # A page that several processes share is counted once: the sum is what the machine misses.
    return f"in all {found.memory / 1e6:.0f} MB; the counties' Python uses {found.python_cores:.2f} of a core now"
