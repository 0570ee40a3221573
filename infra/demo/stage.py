"""The demo's output: numbered steps with their time, and tables that fill. Plain lines without a terminal."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table


class Stage:
    """Prints the story. ``failed`` lists the checks that did not come true."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.failed: list[str] = []
        self._steps = 0
        self._begun = time.monotonic()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Print a step's title before the block, and its time after it."""
        self._steps += 1
        self.console.print(f"\n[bold cyan]{self._steps:>2}[/]  [bold]{title}[/]")
        begun = time.monotonic()
        yield
        self.console.print(f"    [dim]{time.monotonic() - begun:.1f} s[/]")

    def say(self, text: str) -> None:
        """Print a line within a step."""
        self.console.print(f"    {text}")

    def check(self, claim: str, holds: bool) -> None:
        """Print a claim and whether it holds; keep it in ``failed`` if not."""
        self.console.print(f"    [green]✓[/] {claim}" if holds else f"    [bold red]✗ {claim}[/]")
        if not holds:
            self.failed.append(claim)

    @contextmanager
    def live(self) -> Iterator["Screen"]:
        """A table that is redrawn on a terminal, and printed once at the end elsewhere."""
        if not self.console.is_terminal:
            screen = Screen(None)
            yield screen
            if screen.last is not None:
                self.console.print(screen.last)
            return
        with Live(console=self.console, refresh_per_second=10) as live:
            yield Screen(live)

    def end(self) -> bool:
        """Print the outcome; whether every claim came true."""
        seconds = time.monotonic() - self._begun
        if self.failed:
            self.console.print(f"\n[bold red]{len(self.failed)} claims did not come true.[/] {seconds:.0f} s")
        else:
            self.console.print(f"\n[bold green]All came true.[/] {seconds:.0f} s in all.")
        return not self.failed


class Screen:
    """A place where a table is redrawn."""

    def __init__(self, live: Live | None) -> None:
        self._live = live
        self.last: Table | None = None

    def show(self, table: Table) -> None:
        """Show the table."""
        self.last = table
        if self._live is not None:
            self._live.update(table)


def grid(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table with its first column as names and the others as figures."""
    table = Table(title=title, title_justify="left", title_style="dim", pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return table
