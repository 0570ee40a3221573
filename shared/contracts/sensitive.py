"""Finds what must not stand in a text that becomes a public record: where it stands, and nothing of what it says.

Minutes that are sent to another authority become public records there (2 kap. 9-10 §§ tryckfrihetsförordningen).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.contracts import personal


class Sensitive(StrEnum):
    """A kind of what is found, as a refusal names it."""

    IDENTITY_NUMBER = "a personnummer or samordningsnummer"
    TELEPHONE = "a telephone number"
    MAILBOX = "a person's mail address"
    TRACKING_NUMBER = "a tracking number"
    SUSPECT = "a word of suspicion beside a name"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something sensitive in a text; line and column begin at 1."""

    line: int
    column: int
    kind: Sensitive

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.kind}"


_OTHER = re.compile(r"[^\x00-\x7f]")
"""Where digits of other scripts may be, and most of a text is not."""
_DASHES = r"\u2010-\u2015\u2212-"
_GAP = rf"[\s.+{_DASHES}]{{0,3}}"
_TEN, _TWELVE = (re.compile(rf"\d(?:{_GAP}\d){{{more}}}(?!\d)") for more in (9, 11))
_CENTURIES = ("18", "19", "20")
_COORDINATED = 60
"""A samordningsnummer has the day of birth and 60 where a personnummer has the day."""

_SPACE = rf"[ \u00a0\u2007\u202f{_DASHES}]"
_TELEPHONE = re.compile(
    rf"(?<![\w+])(?<!\d[.{_DASHES}])(?:(?:\+|00){_SPACE}?[1-9]|0[1-9])"
    rf"(?:{_SPACE}{{0,2}}(?:\(0\){_SPACE}{{0,2}})?\d){{5,13}}(?!\d)"
    rf"|(?<!\w)(?i:tel|tfn|telefon|mobil)\w*[.:]?[ ]{{0,2}}\d(?:{_SPACE}{{0,2}}\d){{5,13}}(?!\d)"
)
_NO_TELEPHONE = re.compile(
    rf"(?:[01]\d|2[0-3])[0-5]\d ?[{_DASHES}] ?(?:[01]\d|2[0-3])[0-5]\d"  # 0900-1200
    rf"|(?:0[1-9]|[12]\d|3[01])[{_DASHES}](?:0[1-9]|1[0-2])[{_DASHES}]\d{{4}}"  # 09-12-2026
)
_BEFORE_AT = r"[^\s@<>()\[\]:,;|]"
_ADDRESS = re.compile(
    rf"(?<!{_BEFORE_AT})({_BEFORE_AT}+?)\s?(?:@|[(\[{{]at[)\]}}])\s?((?:[\w-]+\.)+[^\W\d_]{{2,}})", re.IGNORECASE
)
_PRIVATE_MAIL = frozenset(
    ("gmail", "googlemail", "hotmail", "outlook", "live", "msn", "icloud", "me", "yahoo", "proton", "protonmail")
)
"""Where private persons have their mail."""
_TRACKING = re.compile(r"(?<!\w)[A-Za-z]{2}[ -]?(\d(?: ?\d){8})[ -]?[A-Za-z]{2}(?!\w)")
_TRACKING_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def sensitive(text: str) -> list[Finding]:
    """All that must not stand in the text, in its order."""
    plain = _OTHER.sub(lambda found: str(unicodedata.digit(found[0], found[0])), text)
    return placed(text, [*_identity_numbers(plain), *_telephones(plain), *_mailboxes(text), *_tracking(plain)])


def placed(text: str, found: Iterable[tuple[int, Sensitive]]) -> list[Finding]:
    """The findings at these positions of the text, each once, in order."""
    return [Finding(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), kind) for at, kind in sorted(set(found))]


def _identity_numbers(text: str) -> Iterator[tuple[int, Sensitive]]:
    end = 0
    for start in re.finditer(r"(?<!\d)\d", text):
        for form in (_TWELVE, _TEN):
            found = form.match(text, start.start())
            if start.start() >= end and found and _is_identity_number(re.sub(r"\D", "", found[0])):
                yield start.start(), Sensitive.IDENTITY_NUMBER
                end = found.end()


def _is_identity_number(digits: str) -> bool:
    """Whether it begins with a real date, of a samordningsnummer perhaps, and ends with its check digit (Luhn)."""
    century, short = digits[:-10], digits[-10:]
    month, day = int(short[2:4]), int(short[4:6])
    if day > _COORDINATED:
        day -= _COORDINATED
    dated = any(_is_date(int(each + short[:2]), month, day) for each in _CENTURIES if century in ("", each))
    return dated and personal.has_check_digit(short)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _telephones(text: str) -> Iterator[tuple[int, Sensitive]]:
    for found in _TELEPHONE.finditer(text):
        if not _NO_TELEPHONE.fullmatch(found[0].strip()):
            yield found.start(), Sensitive.TELEPHONE


def _mailboxes(text: str) -> Iterator[tuple[int, Sensitive]]:
    for found in _ADDRESS.finditer(text):
        private = found[2].casefold().split(".")[-2] in _PRIVATE_MAIL
        if private or personal.is_person(found[1].partition("+")[0]):
            yield found.start(), Sensitive.MAILBOX


def _tracking(text: str) -> Iterator[tuple[int, Sensitive]]:
    """Numbers of the form of UPU's standard S10; where it is written with spaces or small letters, with check digit."""
    for found in _TRACKING.finditer(text):
        plain = found[0].isalnum() and found[0].isupper()
        if plain or _is_checked(found[1].replace(" ", "")):
            yield found.start(), Sensitive.TRACKING_NUMBER


def _is_checked(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (UPU S10, weights 8 6 4 2 3 5 9 7)."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, _TRACKING_WEIGHTS, strict=False)) % 11
    return int(digits[8]) == {10: 0, 11: 5}.get(rest, rest)
