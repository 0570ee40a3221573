"""A text in Markdown as the blocks of a printed page."""

from dataclasses import dataclass

from markdown_it import MarkdownIt

_RULES = ("heading", "lheading", "list", "blockquote", "hr", "emphasis", "newline", "escape")
_READER = MarkdownIt("zero").enable(list(_RULES))
_KINDS = {"heading_open": "heading", "list_item_open": "item", "paragraph_open": "paragraph"}


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, a heading or an item of a list (``kind``), as plain text."""

    kind: str
    text: str


def blocks(text: str) -> list[TextBlock]:
    """The blocks of a text, in order; emphasis is left out, and what is no sign of Markdown stays as it is."""
    found, kind = [], "paragraph"
    for token in _READER.parse(text):
        if token.type in _KINDS and not token.hidden:  # the paragraph of a short item is hidden
            kind = _KINDS[token.type]
        if token.type == "inline":
            parts = token.children or []
            found.append(TextBlock(kind, "".join(each.content or "\n" * ("break" in each.type) for each in parts)))
    return found
