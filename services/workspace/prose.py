"""Minutes as a page shows them: the small part of Markdown that they use, and nothing that comes from elsewhere.

Headings, lists, quotes, lines, emphasis. A link, a picture or HTML is shown as the signs that were written.
"""

from markdown_it import MarkdownIt
from markupsafe import Markup

RULES = ("heading", "lheading", "list", "blockquote", "hr", "emphasis", "newline", "escape")
FIRST, LAST = 3, 6
"""The levels of headings: the page's own are above them."""
_READER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(list(RULES))


def prose(text: str) -> Markup:
    """The HTML of a text; all that is no sign of these rules is escaped. No heading is more than one level deeper."""
    tokens, level = _READER.parse(text), FIRST - 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(int(token.tag[1]) + FIRST - 1, level + 1, LAST)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
    return Markup(_READER.renderer.render(tokens, _READER.options, {}))  # noqa: S704 - it was escaped
