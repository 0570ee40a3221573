"""The words that people read: texts/*.csv, one column for each language.

A text that a language lacks is shown in Swedish. ``{name}`` in a text is a value that the page gives.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup, escape

from shared.contracts.reference import FUNCTIONS
from shared.runtime.auth import Principal

TEXTS = Path(__file__).with_name("texts")
LANGUAGES = ("sv", "en", "fi", "fit", "se", "smj", "sma")
"""Swedish, English, Finnish, Meänkieli, and Northern, Lule and Southern Sámi (BCP 47)."""


class Wording:
    """The texts of all pages in one language."""

    def __init__(self, language: str = "sv") -> None:
        self.language = language
        self._texts = load()

    def text(self, key: str, **values: object) -> Markup:
        """The text of that key, with its values put in as text; KeyError if there is none."""
        row = self._texts[key]
        return Markup(escape(row[self.language] or row["sv"])).format(**values)  # noqa: S704 - it is escaped

    def number(self, key: str, count: int, **values: object) -> Markup:
        """The same, where ``count`` chooses between two texts: `<key>.one` and `<key>.many`."""
        return self.text(f"{key}.{'one' if count == 1 else 'many'}", count=count, **values)

    def has(self, key: str) -> bool:
        """Whether there is a text of that key."""
        return key in self._texts


def either(words: Sequence[str]) -> str:
    """One or the other, as in `dokument, beslut eller möte`; ``words`` are not empty."""
    return " eller ".join(each for each in (", ".join(words[:-1]), words[-1]) if each)


def capital(word: str) -> str:
    """The word as it begins a line."""
    return word[:1].upper() + word[1:]


def said_of(principal: Principal | None) -> str:
    """The function and organisation of who is logged in. No name is asked for."""
    if principal is None:
        return ""
    term, organisation = FUNCTIONS.get(principal.function or ""), principal.organisation or ""
    function = term.swedish if term else ""
    return ", ".join(each for each in (function, organisation if organisation.lower() not in function else "") if each)


def load() -> Mapping[str, Mapping[str, str]]:
    """Every text by its key; ValueError if a key comes twice or has no Swedish text."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(TEXTS.glob("*.csv")):
        for row in csv.DictReader(file.read_text("utf-8").splitlines()):
            if row["key"] in found or not row["sv"]:
                raise ValueError(f"{file.name}: {row['key']} comes twice, or has no Swedish text")
            found[row["key"]] = row
    return found
