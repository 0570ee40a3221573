"""Approved minutes never change, but for words that must not stay: they are masked, and the minutes say so.

So a person's data that slipped through can be taken out (artikel 16 and 17, dataskyddsförordningen), and what was
decided, by what number and on what day, stays as it was approved.
"""

import re
import unicodedata
from collections.abc import Sequence

from services.meetings.domain.follow_up import MINUTES, FollowUpCause
from shared.contracts.context import DecisionContext
from shared.contracts.minutes import MinutedDecision, Minutes, MinutesMasked
from shared.rejected import Rejected

MASK = "MASKERAT"
_LEAST = 2
"""Letters and digits of what is masked: less is in every sentence."""


def mask(words: Sequence[str], before: Minutes, context: DecisionContext) -> MinutesMasked:
    """Each of the ``words``, which may be several with spaces between, is masked wherever it stands.

    Rejected if the minutes are not approved, if one of the words is nowhere in them, or if what is left of them may not
    be sent. A refusal quotes none of them.
    """
    if before.status not in MINUTES.befores(FollowUpCause.MASKED):
        raise Rejected(
            "not-approved", "The minutes are not approved; correct them, and everybody approves the new text."
        )
    text, decisions = before.text, before.decisions
    try:
        for place, word in enumerate(words):
            pattern = _pattern(place, word)
            after = pattern.sub(MASK, text), tuple(_masked(each, pattern) for each in decisions)
            if after == (text, decisions):
                raise Rejected(
                    "no-such-words", f"words.{place} is nowhere in the text, nor in a decision or a dissent."
                )
            text, decisions = after
        status = MINUTES.after(before.status, FollowUpCause.MASKED)
        changes = {"text": text, "decisions": decisions, "status": status, "masked_on": context.today}
        return MinutesMasked(**dict(before) | changes)
    except ValueError:  # its text may quote
        raise Rejected(
            "refused-rest", "What is left is too long, or of a person or a shipment: mask that too."
        ) from None


def _pattern(place: int, word: str) -> re.Pattern[str]:
    """The word as a whole one, whatever its capitals and wherever a line ends in it."""
    parts = unicodedata.normalize("NFC", word).split()
    if sum(letter.isalnum() for part in parts for letter in part) < _LEAST:
        raise Rejected(
            "invalid-words", f"words.{place} has fewer than {_LEAST} letters or digits: write the whole word."
        )
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)", re.IGNORECASE)


def _masked(decision: MinutedDecision, pattern: re.Pattern[str]) -> MinutedDecision:
    dissent = None if decision.dissent is None else pattern.sub(MASK, decision.dissent)
    return MinutedDecision(**dict(decision) | {"text": pattern.sub(MASK, decision.text), "dissent": dissent})
