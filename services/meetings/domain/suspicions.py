"""A warning, not a rule: a word such as "misstänkt" beside a name. Whether it is of a person, a person decides."""

import re

from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.sensitive import Finding, Sensitive, placed

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
