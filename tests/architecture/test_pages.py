"""Every page is on the map, and every link between pages leads somewhere."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_alarms import anchors

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = [*PROJECT.glob("*.md"), *DOCS.rglob("*.md")]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        if target.startswith(("http:", "https:")):
            continue
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), f"{target}#{anchor}"


def test_every_page_is_on_the_map() -> None:
    linked = {(DOCS / target).resolve() for target, _ in LINK.findall((DOCS / "index.md").read_text("utf-8"))}
    pages = {page for page in PAGES if page.parent.name != "decisions" and page.name != "index.md"}

    assert {page.relative_to(PROJECT).as_posix() for page in pages - linked} == set()


def test_decisions_are_numbered_one_after_another() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))

    assert [int(page.name[:4]) for page in decisions] == list(range(1, len(decisions) + 1))
    for page in decisions:
        assert page.read_text("utf-8").startswith(f"# {int(page.name[:4])}. "), page.name
