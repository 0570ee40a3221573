"""Personal data that must not stand in a shared text or address: identity numbers, mail addresses, persons' names.

A name in a text cannot be told from other words. In an address it has a form: firstname.lastname.
"""

import re
import unicodedata
from urllib.parse import unquote

_GAP = r"[\W_]{0,3}"
"""Separators within a number: any dash, dots, spaces, or nothing."""
_BETWEEN = r"[\W_]{1,3}"
_SOLID = rf"(?:\d\d)?\d{{6}}{_GAP}\d{{4}}(?!\d)"
_APART = (
    rf"(?:\d\d)?\d\d{_BETWEEN}(?:0[1-9]|1[0-2]){_BETWEEN}(?:0[1-9]|[12]\d|3[01]|[67]\d|8\d|9[01]){_GAP}\d{{4}}"
    r"(?![\W_]?\d)"  # a period between two dates goes on here
)
_IDENTITY_NUMBER = re.compile(rf"(?<!\d)(?:{_SOLID}|{_APART})")
_ALONE = re.compile(rf"(?<![^\W_])(?:{_SOLID}|{_APART})(?![^\W_])")
"""Within ids and links: digits beside letters are part of something else, a digest perhaps."""
_DIGITS = re.compile(r"(?<![^\W_])\d(?:[^\w,;:/()]{0,3}_?\d)*(?![^\W_])")
"""Digits in whatever groups, up to what ends a number."""
_DATED = re.compile(r"(?:18|19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])\d{4}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d\D{1,3}[0-2]\d(?:\D[0-5]\d)?")
_ADDRESS = re.compile(r"[^\s@]+\s*(?:@|[(\[{]at[)\]}])\s*[^\s@]+\.[^\s@]+", re.IGNORECASE)
_MEETING = re.compile(r"@(thread\.(v2|tacv2|skype)|unq\.gbl\.spaces)(?![\w.])")
"""Where Teams has its meetings; it only looks like a mail address."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME_WORD = r"[^\W\d_]([^\W\d_]|['’-])*\d{0,3}"
_PERSON = re.compile(rf"{_NAME_WORD}(\.{_NAME_WORD})+")
_NO_PERSON = re.compile(
    r"\.(se|com|net|org|eu|nu|fi|no|html?|php|aspx?|jsp|pdf|docx?|pptx?|xlsx?|ics|jpe?g|png)$", re.IGNORECASE
)
"""How a host or a file ends."""


def in_text(text: str) -> bool:
    """Whether the text contains an identity number or a mail address, however it is written."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_IDENTITY_NUMBER.search(plain) or _regrouped(plain) or _ADDRESS.search(plain))


def in_id(text: str) -> bool:
    """Whether an identity number stands in an id, a code or a mail address."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_ALONE.search(plain) or _regrouped(plain))


def has_check_digit(digits: str) -> bool:
    """Whether ten digits end with the check digit of an identity number (Luhn)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _regrouped(plain: str) -> bool:
    """Whether an identity number stands there in other groups than usual: its date tells it, or its check digit.

    A telephone number may begin as a date does, after its 0; and a day with an hour has as many digits.
    """
    for found in _DIGITS.finditer(plain):
        digits = re.sub(r"\D", "", found[0])
        other = digits.startswith("0") or _MOMENT.fullmatch(found[0])
        if _DATED.fullmatch(digits) and (not other or has_check_digit(digits[-10:])):
            return True
    return False


def in_telephone(number: str) -> bool:
    """Whether it is an identity number: grouped as one, or one by its date where no telephone number begins so."""
    digits = re.sub(r"\D", "", number)
    dated = _IDENTITY_NUMBER.fullmatch(f"{digits[:-8]} {digits[-8:-6]} {digits[-6:-4]} {digits[-4:]}")
    grouped = re.fullmatch(r"(\d\d)?\d{6}-\d{4}", number)
    return bool(grouped or (dated and len(digits) in (10, 12) and number[0] not in "0+"))


def is_person(name: str) -> bool:
    """Whether a name within an address has the form firstname.lastname."""
    return any(_PERSON.fullmatch(each) for each in (name, unicodedata.normalize("NFKC", name)))


def in_link(address: str) -> bool:
    """Whether a web address says who somebody is, after its host: escapes are read before it is looked at."""
    plain = address.partition("://")[2]
    while (read := unquote(plain)) != plain:
        plain = read
    plain = _UUID.sub("/", _MEETING.sub("/", unicodedata.normalize("NFKC", plain)))
    parts = re.split(r"[^\w.'’-]+|_", plain)[1:]
    named = any(is_person(part) and not _NO_PERSON.search(part) for part in parts)
    return named or bool(_ADDRESS.search(plain) or _ALONE.search(plain))
