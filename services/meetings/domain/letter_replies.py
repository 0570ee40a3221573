"""How a function answers a letter by mail: by a subject of one word and the letter's code, which a link writes."""

import re
from enum import StrEnum
from urllib.parse import quote

from shared.rejected import Rejected


class ReplyWord(StrEnum):
    """The answers that the subject of a mail may give."""

    APPROVED = "Justerat"
    OBJECTED = "Fel"
    DONE = "Klart"


OF_MINUTES = (ReplyWord.APPROVED, ReplyWord.OBJECTED)

_WORDS = {word.casefold(): word for word in ReplyWord}
_SUBJECT = re.compile(rf"\b({'|'.join(ReplyWord)}) ([0-9a-f]{{16}})\b", re.IGNORECASE)


def reply_link(to: str, word: ReplyWord, code: str) -> str:
    """The link that begins such a mail (RFC 6068). Letters are plain text: programs for mail make it one to press."""
    return f"mailto:{quote(to, safe='@')}?subject={word}%20{code}"


def read_subject(subject: str) -> tuple[ReplyWord, str]:
    """The word and the code, wherever they stand; Rejected (``unclear-reply``) unless there is one of each."""
    found = {(_WORDS[word.casefold()], code.lower()) for word, code in _SUBJECT.findall(subject)}
    if len(found) != 1:
        words = ", ".join(ReplyWord)
        raise Rejected(
            "unclear-reply",
            f"The subject says not what is answered: it has one of the words {words} and the letter's code. Answer "
            "under /minutes or /action-items instead.",
        )
    return found.pop()
