"""The gate's whole decision table, found by asking the gate.

Each column sorts what can be answered into kinds; the rows are every combination of kinds, drawn together where
the rest of the answers makes no difference. That a kind is one kind is shown by a test over every situation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any

from services.shipment_alerts.domain.answers import Answer, Situation
from services.shipment_alerts.domain.gate import decide
from services.shipment_alerts.domain.tables import EmployerRoutine
from shared.contracts.reference.shipments import NUMBERS

ANY, OR = "–", " / "
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A question, and the kinds of answer to it, each with an example."""

    title: str
    examples: Mapping[str, Mapping[str, Any]]


COLUMNS: Sequence[Column] = (
    Column(
        "1 Danger",
        {"yes": {"dangers": ["LEAK"]}, "no": {}, "yes, 112 called": {"dangers": ["LEAK"], "called": True}},
    ),
    Column("2 At work", {"no": {"at_work": False}, "yes": {"at_work": True}}),
    Column(
        "4 Suspected offence",
        {
            "no imprisonment": {"suspicion": "TOBACCO"},
            "imprisonment": {"suspicion": "NARCOTICS"},
            "not clear": {"suspicion": "NOT_KNOWN"},
        },
    ),
    Column("5 From abroad", {"yes": {"from_abroad": "YES"}, "no or not known": {"from_abroad": "NO"}}),
    Column("6 Signs", {"too few": {"signs": []}, "enough": {"signs": ["ODOUR", "STAINS"]}}),
    Column(
        "7 Employer's routine",
        {"employer first": {"routine": EmployerRoutine.EMPLOYER_FIRST}, "direct": {"routine": EmployerRoutine.DIRECT}},
    ),
)
"""The condition (3) has none of its own: it is seen in the signs that count, and in what a danger means."""


def told(answer: Answer) -> Cells:
    """An answer as the table shows it: the outcome, whom to call and by whom, and whether a form may follow."""
    calls = " ".join(NUMBERS[call].number for call in answer.calls) or ANY
    who = {"EMPLOYER_FIRST": "employer first", "EMPLOYER_JUDGES": "employer judges"}
    by = next((word for line, word in who.items() if line in answer.lines), ANY)
    return str(answer.outcome), calls, by, "may follow" if answer.form else "no"


def answers() -> Iterator[Answer]:
    """The gate's answer to every combination of kinds."""
    for examples in product(*(column.examples.values() for column in COLUMNS)):
        yield _answer({name: value for example in examples for name, value in example.items()})


def rows(columns: Sequence[Column] = COLUMNS, known: Mapping[str, Any] = MappingProxyType({})) -> list[Cells]:
    """The rows for these columns, where those before are answered as ``known`` says."""
    if not columns:
        return [told(_answer(known))]
    first, *rest = columns
    tables: dict[tuple[Cells, ...], list[str]] = {}
    for kind, example in first.examples.items():
        tables.setdefault(tuple(rows(rest, {**known, **example})), []).append(kind)
    if len(tables) == 1:
        return [(ANY, *row) for row in next(iter(tables))]
    return [(OR.join(kinds), *row) for table, kinds in tables.items() for row in table]


def _answer(known: Mapping[str, Any]) -> Answer:
    """The gate's answer to these examples."""
    fields = {"dangers": [], "condition": "WHOLE", **known}
    routine = fields.pop("routine")
    return decide(Situation(**fields), routine)
