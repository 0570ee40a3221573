"""A warning, not a rule: a word such as "misstänkt" beside a name. Whether it is of a person, a person decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.sensitive import Finding, Sensitive, placed
from shared.rejected import Rejected

_SUSPICION = re.compile(
    r"misst[äa]nk\w*|gripen|gripne|anhållen|anhållne|häktad\w*|åtalad\w*|dömd\w*|gärningsm[aä]n\w*|gärningsperson\w*"
    r"|förövar\w*|brottsling\w*|missbrukar\w*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-])*")
_SENTENCE = re.compile(r"[^.!?:\n]+")
_WORDS_BETWEEN = 2
_AUTHORITIES = frozenset(
    ("polisen", "polismyndigheten", "tullverket", "tullen", "postnord", "länsstyrelsen", "länsstyrelserna", "brå")
)
_COUNTIES = frozenset(("norrbotten", "västerbotten", "jämtland", "västernorrland", "sverige"))
_PLACES = _COUNTIES | {each.name.casefold() for each in MUNICIPALITIES.values()}
"""Capital letters that make no person."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place that a person must look at before a text leaves the county."""

    field: str
    finding: Finding

    def shown(self) -> dict[str, object]:
        """As a refusal says it. It quotes nothing."""
        return {
            "field": self.field,
            "line": self.finding.line,
            "column": self.finding.column,
            "what": str(self.finding.kind),
        }


def doubts_in(texts: Iterable[tuple[str, str]]) -> list[Doubt]:
    """The doubts about texts, each given with the name of its field."""
    return [Doubt(field, each) for field, text in texts for each in suspicions(text)]


def check_confirmed(found: Iterable[Doubt], *, confirmed: bool) -> None:
    """Rejected if there is a doubt, and nobody has confirmed that it is of no person."""
    doubts = [each.shown() for each in found]
    if doubts and not confirmed:
        raise Rejected(
            "unconfirmed",
            "The text may say of somebody that they are suspected. Look at these places, and send it again with "
            "confirmed: true if they are of nobody.",
            doubts=doubts,
        )


def suspicions(text: str) -> list[Finding]:
    """The words of suspicion that stand beside a name, with at most two words between."""
    found = []
    for sentence in _SENTENCE.finditer(text):
        words = list(_WORD.finditer(sentence[0]))
        names = [_is_name(words, index) for index in range(len(words))]
        for index, word in enumerate(words):
            near = names[max(0, index - _WORDS_BETWEEN - 1) : index + _WORDS_BETWEEN + 2]
            if _SUSPICION.fullmatch(word[0]) and any(near):
                found.append((sentence.start() + word.start(), Sensitive.SUSPECT))
    return placed(text, found)


def _is_name(words: list[re.Match[str]], index: int) -> bool:
    """Whether it looks like a name. What begins a sentence has a capital letter anyway: there it takes two of them."""
    begins_name = index > 0 or (len(words) > 1 and words[1][0].istitle())
    return begins_name and _is_capitalised(words[index][0])


def _is_capitalised(word: str) -> bool:
    """Whether it has a capital letter, and is neither an abbreviation nor known as a place or an authority."""
    plain = word.casefold()
    known = plain in _AUTHORITIES or plain in _PLACES or plain.removesuffix("s") in _PLACES
    return word[0].isupper() and not word.isupper() and not known and not _SUSPICION.fullmatch(word)
