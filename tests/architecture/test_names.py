"""One name, one meaning: no type of the project has the name of another."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def types_in(path: Path) -> Iterator[tuple[str, str]]:
    """The classes, aliases and type variables of a module, each with where it is; equal variables are one.

    A parameter of a command line is no type.
    """
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.ClassDef(name=name):
                yield name, str(path)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp(op=ast.BitOr())):
                if name[0].isupper() and not name.isupper() and (PROJECT / "infra" / "cli") not in path.parents:
                    yield name, str(path)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="TypeVar")) as value):
                if name[0] != "_":
                    yield name, ast.unparse(value)


def test_no_two_types_have_one_name() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for folder in ("services", "shared", "infra"):
        for path in (PROJECT / folder).rglob("*.py"):
            for name, definition in types_in(path):
                found[name].add(definition.removeprefix(f"{PROJECT}/"))
    assert len(found) > 300
    assert {name: sorted(where) for name, where in found.items() if len(where) > 1} == {}
