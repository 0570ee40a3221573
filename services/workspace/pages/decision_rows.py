"""Decisions as they stand in the form of minutes: a line for each, and some that are empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workspace.lists import is_day

FIELDS = ("number", "decision", "decided_on", "dissent")
MOST_NUMBER, LONGEST = 999, 1_000
"""The highest number of a decision, and the most characters of its text."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it stands in the form."""

    number: str
    decision: str
    decided_on: str
    dissent: str


def rows_of(form: Mapping[str, Sequence[str]]) -> list[DecisionRow]:
    """The lines in which a decision is written, or a reason against one."""
    written = [[" ".join(each.split()) for each in form.get(name, [])] for name in FIELDS]
    most = len(written[1])
    rows = [DecisionRow(*row) for row in zip(*([*each, *[""] * most][:most] for each in written), strict=True)]
    return [row for row in rows if row.decision or row.dissent]


def is_decision(row: DecisionRow) -> bool:
    """Whether the line is one that the county takes."""
    number = row.number.isdecimal() and 0 < int(row.number[:4]) <= MOST_NUMBER
    texts = all(not each or (len(each) <= LONGEST and each[0].isalnum()) for each in (row.decision, row.dissent))
    return number and texts and bool(row.decision) and is_day(row.decided_on)
