"""Routines and safety advice in words: they hold codes alone, so that no free text can travel with them."""

from collections.abc import Sequence

from services.workspace.lists import Option
from services.workspace.shown_guidance import ShownContent, ShownInForce
from services.workspace.words import Wording, capital
from shared.contracts.reference import FUNCTIONS
from shared.contracts.reference.shipments import ADVICE_LINES, NUMBERS, TERMS

AUDIENCES = {code: words.swedish for code, words in TERMS["Audience"].items()}


def title(words: Wording, kind: str, content: ShownContent) -> str:
    """The title of a routine or a safety advice: it has no name, so what it is about and whom it is for."""
    audience = audience_words(words, content.audience)
    if kind == "routine":
        return words.text("guidance.routine-for", audience=audience)
    hazard = term("HazardClass", str(getattr(content, "hazard_class", "")))
    return words.text("guidance.advice-for", audience=audience, hazard=hazard)


def title_in_force(words: Wording, each: ShownInForce, audience: str) -> str:
    """The same of what is in force for one audience; the heading above it says of which kind it is."""
    hazard = term("HazardClass", each.hazard_class or "")
    return hazard[:1].upper() + hazard[1:] or words.text("guidance.routine-for", audience=AUDIENCES[audience])


def audience_words(words: Wording, codes: Sequence[str]) -> str:
    """For whom it is, as in `ombud, polisen och terminaler`."""
    known = [AUDIENCES.get(code, code) for code in codes]
    if len(known) < 2:
        return "".join(known)
    return words.text("guidance.and", first=", ".join(known[:-1]), last=known[-1])


def lines(content: ShownContent) -> list[str]:
    """The steps in words; a step that this version does not know by its code."""
    return [ADVICE_LINES[step].swedish if step in ADVICE_LINES else step for step in content.steps]


def numbers(content: ShownContent) -> dict[str, str]:
    """The numbers to call, by name."""
    return {NUMBERS[code].swedish: NUMBERS[code].number for code in content.calls if code in NUMBERS}


def function_word(code: str) -> str:
    """The function in words."""
    return FUNCTIONS[code].swedish if code in FUNCTIONS else code


def term(kind: str, code: str) -> str:
    """The word for a code; the code itself if this version has no word for it."""
    return TERMS[kind][code].swedish if code in TERMS[kind] else code


def choices(kind: str) -> list[Option]:
    """The codes of a list with their words, in the list's order."""
    return [Option(code, capital(words.swedish)) for code, words in TERMS[kind].items()]
