"""Texts of minutes, decisions and action items. Nothing of a single person or shipment may be in them."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from shared.contracts.fields import for_writers, line
from shared.contracts.misread import misread
from shared.contracts.sensitive import sensitive

LONGEST_PROSE, LONGEST_STATEMENT = 50_000, 1_000
_NAMED_AT_ONCE = 10


def _refuse_sensitive(text: str) -> str:
    if found := sensitive(text):
        named = "; ".join(map(str, found[:_NAMED_AT_ONCE]))
        more = f"; and {len(found) - _NAMED_AT_ONCE} more" if len(found) > _NAMED_AT_ONCE else ""
        raise ValueError(f"leave out what is of a person or a shipment: {named}{more}")
    return text


def _markdown(text: str) -> str:
    """Lines in one form of their letters, without spaces at their ends."""
    if reason := misread(text):
        raise ValueError(reason)
    lines = [each.rstrip() for each in unicodedata.normalize("NFC", text).expandtabs(4).splitlines()]
    whole = "\n".join(lines).strip("\n")
    if not whole.replace("\n", "").isprintable():
        raise ValueError("it contains a character that cannot be printed")
    if len(whole) > LONGEST_PROSE:
        raise ValueError(f"it has {len(whole)} characters; {LONGEST_PROSE} is the most")
    if re.search(r"<[A-Za-z/!?]", whole):
        raise ValueError("it contains HTML; write Markdown without it")
    return whole


def _as_written(most: int) -> AfterValidator:
    """Looked at before a text is brought into form, so that lines and columns are the writer's.

    To look takes a second for 70,000 characters, so of a text that its form cannot make short enough nothing is read.
    """

    def check(text: str) -> str:
        if len(text) > 2 * most:
            raise ValueError(f"it has {len(text)} characters; {most} is the most")
        return _refuse_sensitive(text)

    return for_writers(check)


NOT_SENSITIVE = for_writers(_refuse_sensitive)
"""For a text in its form."""

Prose = Annotated[str, _as_written(LONGEST_PROSE), for_writers(_markdown), NOT_SENSITIVE]
"""Markdown of several lines, without HTML and without what must not become a public record."""

Statement = Annotated[str, _as_written(LONGEST_STATEMENT), line(LONGEST_STATEMENT), NOT_SENSITIVE]
"""One line of the same. It begins with a letter or a digit: no spreadsheet takes it for a formula."""
