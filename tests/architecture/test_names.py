"""One name, one meaning: no class of the project has the name of another."""

import ast
from collections import defaultdict
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_no_two_classes_have_one_name() -> None:
    files: dict[str, list[str]] = defaultdict(list)
    for folder in ("services", "shared", "infra"):
        for path in (PROJECT / folder).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    files[node.name].append(str(path.relative_to(PROJECT)))
    assert len(files) > 200
    assert [(name, found) for name, found in files.items() if len(found) > 1] == []
