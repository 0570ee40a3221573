"""docs/scaling.md shows the figures that the code gives."""

from infra.engine.settings import PROJECT
from tests.bench.scaling import table


def test_the_page_has_the_figures_of_reports_as_made_today() -> None:
    lines = (PROJECT / "docs" / "scaling.md").read_text("utf-8").splitlines()

    assert [row for row in table() if row not in lines] == []
