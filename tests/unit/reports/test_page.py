"""docs/reports.md names every report as it is."""

import re
from pathlib import Path

from services.reports.domain.catalogue import REPORTS
from services.reports.domain.yearly import HEADINGS, YearlyTexts

PAGE = (Path(__file__).parents[3] / "docs" / "reports.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z-]+)` \| ([a-z_, ]+) \| ([a-z_, ]+) \|", PAGE, re.MULTILINE)


def test_the_page_has_each_report_with_its_columns() -> None:
    assert [(each.name, ", ".join(each.by), ", ".join(each.counted)) for each in REPORTS.values()] == ROWS


def test_the_page_names_each_heading_of_the_yearly_report() -> None:
    assert ", ".join(f"`{name}`" for name in HEADINGS) in PAGE


def test_the_call_on_the_page_writes_a_draft() -> None:
    (body,) = re.findall(r"-d '({.*?})'", PAGE)

    assert YearlyTexts.model_validate_json(body).knowledge_based == "Länet har …"
