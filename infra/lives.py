"""Draws the tables of steps that decisions go by, for the pages of services."""

from collections.abc import Iterable, Iterator
from typing import Any

from shared.contracts.life import Life, Step


def section(title: str, what: str, life: Life[Any]) -> Iterator[str]:
    """The lines of one table of steps: a drawing, and a row for each step."""
    yield f"## {title}\n\n{what}\n\n```mermaid\nstateDiagram-v2"
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in life.steps:
        for before in _befores(step, "[*]"):
            arrows.setdefault((before, step.after), []).append(step.cause)
    yield from (f"    {before} --> {after}: {' / '.join(causes)}" for (before, after), causes in arrows.items())
    yield "```\n\n| from | what happens | by | to | told by | when by itself |\n|---|---|---|---|---|---|"
    yield from map(_row, life.steps)
    yield ""


def _row(step: Step[Any]) -> str:
    return (
        f"| {', '.join(_befores(step, '–'))} | {step.cause} | {step.who} | {step.after} "
        f"| {f'`{step.event}`' if step.event else '–'} | {step.at or '–'} |"
    )


def _befores(step: Step[Any], start: str) -> Iterable[str]:
    return step.befores or (start,)
