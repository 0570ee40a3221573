"""Run `make bench`: measure, print a table, and keep the figures in build/bench.json.

BENCH=relay,inbox measures only these two. `--write` copies the kept figures into docs/performance.md.
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog
import uvloop
from rich.console import Console

from infra.engine import temporary_engine
from tests.bench import (
    advice,
    catch_up,
    command,
    end_to_end,
    enrolments,
    followers,
    history,
    idle,
    inbox,
    lists,
    meetings,
    relay,
    replay,
    report,
    workspace,
)
from tests.bench.lines import Line
from tests.bench.machine import Machine
from tests.bench.stage import Stage

BENCHES: dict[str, Callable[[Stage], Coroutine[Any, Any, list[Line]]]] = {
    "command": command.measure,
    "relay": relay.measure,
    "inbox": inbox.measure,
    "end-to-end": end_to_end.measure,
    "enrolments": enrolments.measure,
    "meetings": meetings.measure,
    "replay": replay.measure,
    "history": history.measure,
    "lists": lists.measure,
    "idle": idle.measure,
    "catch-up": catch_up.measure,
    "events": followers.measure,
    "workspace": workspace.measure,
    "advice": advice.measure,
}


def main() -> int:
    """Run the benchmarks, and return the exit status: 1 if a gate failed under --strict."""
    options = _options()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    if options.write:
        machine, results = report.kept()
        report.write(machine, results)
        console.print(f"{report.PAGE.name} shows {', '.join(results)}.")
        return 0
    machine = Machine.here()
    console.print(str(machine))
    results = {name: _measure(console, name, options) for name in options.only}
    report.show(console, results)
    report.keep(machine, results)
    failed = [line for lines in results.values() for line in lines if line.passed is False]
    console.print(f"{len(failed)} gates were not kept." if failed else "Every gate was kept.")
    return 1 if failed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=os.environ.get("BENCH") or ",".join(BENCHES))
    parser.add_argument("--scale", type=float, default=float(os.environ.get("BENCH_SCALE") or 1))
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured; the median counts")
    parser.add_argument("--strict", action="store_true", help="a gate that is not kept is exit status 1")
    parser.add_argument("--write", action="store_true", help="put the kept figures into docs/performance.md")
    return parser.parse_args()


def _names(text: str) -> Sequence[str]:
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in BENCHES]:
        raise argparse.ArgumentTypeError(f"there is no benchmark {unknown[0]!r}; these are: {', '.join(BENCHES)}")
    return names


def _measure(console: Console, name: str, options: argparse.Namespace) -> list[Line]:
    begun = time.monotonic()
    console.print(f"{name} …", end=" ")
    with temporary_engine(fsync=True) as engine:
        stage = Stage(engine, options.scale, options.rounds)
        stage.prepare()
        lines = uvloop.run(BENCHES[name](stage))
    console.print(f"{time.monotonic() - begun:.0f} s")
    return lines


if __name__ == "__main__":
    sys.exit(main())
