"""Words, sentences and activities of the streams `shipment-signals` and `guidance`, in Swedish and in English.

Contracts carry the codes alone, so that no free text can travel with them: what a code says is the same in every
county, and is read here.
"""

from dataclasses import dataclass
from typing import Literal

from shared.contracts.reference.table import by_code, by_list

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """A code, and what a person reads for it."""

    code: str
    swedish: str
    english: str

    def text(self, language: Language) -> str:
        """The text in ``language``."""
        return self.swedish if language == "sv" else self.english


@dataclass(frozen=True, slots=True)
class ActivityWords(Words):
    """Something that is done in a municipality as part of the method; ``component`` is the part."""

    component: str


@dataclass(frozen=True, slots=True)
class TelephoneNumber(Words):
    """Whom to call, and the telephone number."""

    number: str


TERMS = by_list("shipment_terms", Words)
"""The words of each list of codes, by the name of its class; METHOD_NAME is a list that is data alone."""

ADVICE_LINES = by_code("advice_lines", Words)
METHOD_ACTIVITIES = by_code("method_activities", ActivityWords)
METHOD_NAMES = TERMS["METHOD_NAME"]
NUMBERS = by_code("numbers", TelephoneNumber)
