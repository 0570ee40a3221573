"""Each term of docs/glossary.md lives where the glossary says: a file, or a name that the code defines."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_laws import sources

PROJECT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| (`[^|]+`) \|$", re.MULTILINE)
ROWS = ROW.findall((PROJECT / "docs" / "glossary.md").read_text("utf-8"))


def defined(tree: ast.AST) -> Iterator[str]:
    """The classes and functions of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


@pytest.fixture(scope="module")
def names() -> set[str]:
    """The names that the code defines: modules, classes, functions and tables."""
    code = {name for path in sources() for name in [path.stem, *defined(ast.parse(path.read_text("utf-8")))]}
    tables = {
        table
        for path in PROJECT.glob("s*/*/migrations/*.sql")
        for table in re.findall(r"CREATE TABLE (\w+)", path.read_text("utf-8"))
    }
    return code | tables


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_glossary_term_lives_where_it_says(row: tuple[str, str, str, str], names: set[str]) -> None:
    for place in re.findall(r"`([^`]+)`", row[3]):
        assert (PROJECT / place).is_file() if "/" in place else place in names, place


def test_the_glossary_has_each_term_once() -> None:
    terms = [term for term, *_ in ROWS]

    assert len(terms) >= 30
    assert sorted(set(terms)) == sorted(terms)
