"""Where in a text something stands that must not become a public record: said by its place, never by a quotation."""

from dataclasses import dataclass

from shared.contracts.prose import LONGEST_PROSE
from shared.contracts.sensitive import sensitive


@dataclass(frozen=True, slots=True)
class TextFinding:
    """A place of a form's field; ``kind`` is the last part of the key of its words."""

    field: str
    line: int
    column: int
    kind: str


def findings(field: str, text: str) -> list[TextFinding]:
    """All such places of what was written in the field, in order; the county refuses a text with any."""
    places = sensitive(text[:LONGEST_PROSE])  # of a longer one the county says only that it is too long
    return [TextFinding(field, each.line, each.column, each.kind.name.lower()) for each in places]
