"""Words, sentences and activities of the streams `shipment-signals` and `guidance`, in Swedish and in English.

Contracts carry the codes alone, so that no free text can travel with them: what a code says is the same in every
county, and is read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.contracts.reference.table import rows

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """A code, and what a person reads for it."""

    code: str
    swedish: str
    english: str

    def text(self, language: Language) -> str:
        """What it says in ``language``."""
        return self.swedish if language == "sv" else self.english


@dataclass(frozen=True, slots=True)
class ActivityWords(Words):
    """Something that is done in a municipality as part of the method; ``component`` is the part."""

    component: str


@dataclass(frozen=True, slots=True)
class TelephoneNumber(Words):
    """Whom to call, and the telephone number."""

    number: str


def _rows(name: str) -> list[dict[str, str]]:
    return rows("shared.contracts.reference", name)


def _terms() -> Mapping[str, Mapping[str, Words]]:
    terms: dict[str, dict[str, Words]] = {}
    for row in _rows("shipment_terms"):
        words = Words(row["code"], row["swedish"], row["english"])
        terms.setdefault(row["list"], {})[words.code] = words
    return terms


TERMS = _terms()
"""The words of each list of codes, by the name of its class; METHOD_NAME is a list that is data alone."""

ADVICE_LINES: Mapping[str, Words] = {row["code"]: Words(**row) for row in _rows("advice_lines")}
METHOD_ACTIVITIES: Mapping[str, ActivityWords] = {
    row["code"]: ActivityWords(**row) for row in _rows("method_activities")
}
METHOD_NAMES = TERMS["METHOD_NAME"]
NUMBERS: Mapping[str, TelephoneNumber] = {row["code"]: TelephoneNumber(**row) for row in _rows("numbers")}
