"""Show results, keep them in a file, and write them into docs/performance.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from infra.engine.settings import PROJECT
from tests.bench.lines import Line, line_from
from tests.bench.machine import Machine

RESULTS = PROJECT / "build" / "bench.json"
PAGE = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- begin: results -->", "<!-- end: results -->"
COLUMNS = ("benchmark", "what", "subject", "limit", "ratio (least–most)", "gate", "")

Results = Mapping[str, Sequence[Line]]


def show(console: Console, results: Results) -> None:
    """Print the table."""
    table = Table(*COLUMNS, pad_edge=False)
    for cells, line in _rows(results):
        style = {True: "green", False: "bold red", None: ""}[line.passed]
        table.add_row(*cells[:-1], f"[{style}]{cells[-1]}[/]" if style else cells[-1])
    console.print(table)


def keep(machine: Machine, results: Results, file: Path = RESULTS) -> None:
    """Write the results, with the figures of each round, to the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = {name: [line.as_json() for line in found] for name, found in results.items()}
    file.write_text(json.dumps({"machine": asdict(machine), "results": lines}, indent=2) + "\n", encoding="utf-8")


def kept(file: Path = RESULTS) -> tuple[Machine, dict[str, list[Line]]]:
    """Read the results that `keep` has written."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return Machine(**found["machine"]), {
        name: [line_from(one) for one in lines] for name, lines in found["results"].items()
    }


def write(machine: Machine, results: Results, page: Path = PAGE) -> None:
    """Write these results between the markers of the page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} lacks the markers {BEGIN} and {END}; put them where the results belong")
    page.write_text(f"{before}{BEGIN}\n{_markdown(machine, results)}{END}{after}", encoding="utf-8")


def _markdown(machine: Machine, results: Results) -> str:
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(cells for cells, _ in _rows(results))]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
    return f"`make bench` on {machine}.\n\n{table}"


def _rows(results: Results) -> list[tuple[tuple[str, ...], Line]]:
    return [(_cells(name, line), line) for name, lines in results.items() for line in lines]


def _cells(name: str, line: Line) -> tuple[str, ...]:
    ratios = f"{line.ratio:.2f} ({min(line.ratios):.2f}–{max(line.ratios):.2f})"
    verdict = {True: "passed", False: "FAILED", None: ""}[line.passed]
    return (
        name,
        line.what,
        _figure(line.subjects, line.unit),
        _figure(line.limits, line.unit),
        ratios,
        line.gate,
        verdict,
    )


def _figure(values: Sequence[float], unit: str) -> str:
    value = median(values)
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
