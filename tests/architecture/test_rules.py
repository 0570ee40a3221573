"""What `make mutants` tries: the table of rules in docs/architecture.md, and the rules of seats."""

import ast
import re
from pathlib import Path

import pytest

from tests.mutation import seats
from tests.mutation.rules import MUTATIONS, Mutation

PROJECT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\w\d) \| ([^|]+) \| `([^`]+)` \|$", re.MULTILINE)


def row(mutation: Mutation) -> tuple[str, str, str]:
    return mutation.rule, mutation.hole, mutation.test.split("::")[0].removeprefix("tests/")


def test_the_page_s_table_of_rules_is_the_one_that_is_tried() -> None:
    shown = ROW.findall((PROJECT / "docs" / "architecture.md").read_text("utf-8"))
    assert shown == [row(each) for each in MUTATIONS]


@pytest.mark.parametrize("mutation", [*MUTATIONS, *seats.MUTATIONS], ids=lambda each: f"{each.rule}: {each.hole}")
def test_a_rule_can_be_taken_away_and_its_test_exists(mutation: Mutation) -> None:
    assert (PROJECT / mutation.file).read_text("utf-8").count(mutation.old) == 1
    file, _, name = mutation.test.partition("::")
    tests = {node.name for node in ast.walk(ast.parse((PROJECT / file).read_text("utf-8"))) if hasattr(node, "name")}
    assert name.partition("[")[0] in tests
