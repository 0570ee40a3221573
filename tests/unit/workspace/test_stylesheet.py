"""The stylesheet keeps colour and layout apart, so that no browser judges each width in each scheme, and is small."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "services/workspace/static"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "workspace.css").read_text("utf-8"), flags=re.DOTALL)
QUERY = re.compile(r"@media \(([^)]+)\) \{((?:[^{}]|\{[^{}]*\})*)\}")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def properties(query: str) -> dict[str, set[str]]:
    """By selector, the properties that the stylesheet sets where a query begins so."""
    found: dict[str, set[str]] = {}
    for condition, rules in QUERY.findall(CSS):
        if condition.startswith(query):
            for selector, declarations in RULE.findall(rules):
                names = {each.partition(":")[0].strip() for each in declarations.split(";") if each.strip()}
                found.setdefault(selector.strip(), set()).update(names)
    return found


def test_a_dark_scheme_changes_colours_alone() -> None:
    (declarations,) = [
        text for selector, text in RULE.findall(CSS.partition("@media")[0]) if selector.strip() == ":root"
    ]
    colours = set(re.findall(r"(--[\w-]+): #", declarations))

    assert properties("prefers-color-scheme").keys() == {":root"}
    assert properties("prefers-color-scheme")[":root"] <= colours
    assert CSS.count("prefers-color-scheme") == 1


@pytest.mark.parametrize(("files", "most"), [(["workspace.css"], 8_000), (["live.js", "session.js"], 6_000)])
def test_what_every_page_loads_is_small(files: list[str], most: int) -> None:
    assert sum(len(gzip.compress((STATIC / each).read_bytes())) for each in files) <= most
