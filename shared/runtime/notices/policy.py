"""Decisions about mails: when one is tried again, and what the answer of a mail server means."""

import re
from dataclasses import dataclass
from datetime import timedelta

ONE_AN_HOUR = timedelta(hours=1)
"""A mailbox gets one mail in that time, beside calendar mails. What comes meanwhile goes in the next one."""
GIVE_UP_AFTER = timedelta(days=3)
"""A mail that no server has taken by then is refused: it would be old."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_FIRST_OUTAGE, _LONGEST_OUTAGE = timedelta(seconds=5), timedelta(minutes=5)
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A server does not take a mail: ``for_good``, or not now. ``reason`` is codes alone: words may quote addresses."""

    reason: str
    for_good: bool


def refusal(code: int, words: str) -> Refusal:
    """The meaning of an answer to RCPT or DATA (RFC 5321, 4.2.1), with the enhanced code in it (RFC 3463)."""
    enhanced = _ENHANCED.search(words)
    reason = f"{code} {enhanced.group()}" if enhanced else str(code)
    return Refusal(reason, for_good=500 <= code < 600)


def next_try(attempts: int) -> timedelta:
    """How long one recipient's mail waits after so many attempts: a server that greylists takes it later."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 10)), _LONGEST_WAIT)


def next_look(failures: int) -> timedelta:
    """How long all mails wait after the server has failed so many times in a row."""
    return min(_FIRST_OUTAGE * (1 << min(failures - 1, 10)), _LONGEST_OUTAGE)
