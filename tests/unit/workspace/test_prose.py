"""The text of minutes as HTML: what they use of Markdown, and nothing else."""

import re

import pytest

from services.workspace.prose import prose

MINUTES = """# Läget

**Norrbotten** berättade om *natten*.
Nästa rad.

### Djupt

- En punkt
  - under den

1. Först
2. Sedan

> Ett citat

---

## Nästa möte
"""


def test_what_minutes_use_is_shown_as_such() -> None:
    html = prose(MINUTES)

    for part in (
        "<h3>Läget</h3>",
        "<strong>Norrbotten</strong> berättade om <em>natten</em>.<br>\nNästa rad.",
        "<h4>Djupt</h4>",
        "<ul>\n<li>En punkt\n<ul>\n<li>under den</li>",
        "<ol>\n<li>Först</li>",
        "<blockquote>\n<p>Ett citat</p>",
        "<hr>",
        "<h4>Nästa möte</h4>",
    ):
        assert part in html


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "# <b onclick='x'>fet</b>",
        "- <iframe src='//annat.example'>",
        "[klicka](javascript:alert(1))",
        "[klicka](https://annat.example)",
        "![bild](https://annat.example/x.png)",
        "<https://annat.example>",
        "[a]: https://annat.example\n\n[a]",
        "https://annat.example",
        "`<b>`",
        "```\n<b>\n```",
        "**<u>x</u>**",
        "<!-- x -->",
        '" onmouseover="alert(1)',
        "a\x00b",
    ],
)
def test_planted_markup_is_text(planted: str) -> None:
    tags = re.findall(r"<(/?[a-z0-9]+)([^>]*)>", prose(planted))

    assert {name.strip("/") for name, _ in tags} <= {"p", "h3", "ul", "li", "strong", "br"}
    assert {attributes for _, attributes in tags} <= {""}


def test_a_heading_is_never_two_levels_deeper() -> None:
    levels = [int(each) for each in re.findall(r"<h(\d)>", prose("### a\n\n###### b\n\n# c\n\n###### d\n"))]

    assert levels == [3, 4, 3, 4]
