"""Fields that more than one contract uses, and the rules for writing them.

Every rule here binds writers only. A reader takes what it gets: a rule that is loosened next year must not
fill the dead letters of this year's readers.
"""

import re
import unicodedata
from collections.abc import Callable, Container
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, ValidationInfo

from shared.contracts import personal
from shared.contracts.event import READER, quoting
from shared.contracts.misread import misread

Value = TypeVar("Value")


SMALLEST_GROUP = 3
"""A statement that leaves a county is about at least so many sites, staff or actors: about fewer, it points at one."""
LONGEST_LINK = 600
"""Links to Teams meetings have some 300 characters."""

_LOCAL_WORD = r"[^\s@|\"(),:;<>\[\]\\.]+"
_MAILBOX = re.compile(rf"{_LOCAL_WORD}(\.{_LOCAL_WORD})*@([^\W_]([\w-]*[^\W_])?\.)+[^\W\d_]{{2,}}")
_LINK = re.compile(r"https://[\w.:\[\]-]+([/?#][\w.~:/?#\[\]@!$&'()*+,;=%-]*)?")  # RFC 3986; letters of any language
_TELEPHONE = re.compile(r"\+?[0-9]([ -]?[0-9]){2,14}")


def for_writers(check: Callable[[Value], Value]) -> AfterValidator:
    """A rule that holds when a contract is written, and is not looked at when it is read."""

    def validate(value: Value, info: ValidationInfo) -> Value:
        return value if info.context == READER else check(value)

    return AfterValidator(validate)


def line(max_length: int) -> AfterValidator:
    """One line. It begins with a letter or a digit: no spreadsheet takes it for a formula."""

    return for_writers(lambda value: _line(value, max_length))


def text(max_length: int, also: str = "") -> AfterValidator:
    """One line of text with neither an identity number nor a mail address in it; it may ``also`` begin with these."""

    def check(value: str) -> str:
        line = _line(value, max_length, also)
        if personal.in_text(line):
            raise ValueError("it contains an identity number or a mail address; leave that out")
        return line

    return for_writers(check)


def matching(pattern: str, meaning: str, max_length: int) -> AfterValidator:
    """Text of one form; ``meaning`` completes the sentence "this is not …"."""

    def check(value: str) -> str:
        if len(value) > max_length or not re.fullmatch(pattern, value, re.ASCII):
            raise quoting(value[:max_length], meaning)
        if personal.in_id(value):
            raise ValueError("it contains an identity number; leave that out")
        return value

    return for_writers(check)


def listed(values: Container[str], meaning: str) -> AfterValidator:
    """One of ``values``, a list that is data. What was given instead is not repeated: it may be anything."""

    def check(value: str) -> str:
        if value not in values:
            raise ValueError(f"it is not {meaning}")
        return value

    return for_writers(check)


def within(least: int, most: int) -> AfterValidator:
    """A whole number from ``least`` to ``most``."""

    def check(value: int) -> int:
        if not least <= value <= most:
            raise ValueError(f"it must be {least} to {most}")
        return value

    return for_writers(check)


def as_list(most: int, what: str) -> AfterValidator:
    """A tuple that is not longer than ``most``."""

    def check(values: tuple[Value, ...]) -> tuple[Value, ...]:
        if len(values) > most:
            raise ValueError(f"{len(values)} {what} are named; {most} is the most")
        return values

    return for_writers(check)


def as_set(least: int, most: int, what: str) -> AfterValidator:
    """A tuple that means a set: what is named twice counts once, and the order says nothing."""

    def check(values: tuple[Value, ...]) -> tuple[Value, ...]:
        distinct = tuple(sorted(set(values), key=str))
        if not least <= len(distinct) <= most:
            raise ValueError(f"{len(distinct)} different {what} are named; it must be {least} to {most}")
        return distinct

    return for_writers(check)


def _line(value: str, max_length: int, also: str = "") -> str:
    if reason := misread(value):
        raise ValueError(reason)
    line = " ".join(unicodedata.normalize("NFC", value).split())
    if not line or not (line[0].isalnum() or line[0] in also):
        raise ValueError("it must begin with a letter or a digit")
    if len(line) > max_length:
        raise ValueError(f"it has {len(line)} characters; {max_length} is the most")
    if not line.isprintable():
        raise ValueError("it contains a character that cannot be printed")
    return line


def _mailbox(value: str) -> str:
    address = unicodedata.normalize("NFC", value.strip())
    if len(address) > 254 or not address.isprintable() or not _MAILBOX.fullmatch(address):
        raise ValueError("it is not a mail address of the form name@domain")
    if reason := misread(address):
        raise ValueError(reason)
    if personal.in_id(address):
        raise ValueError("it contains an identity number; give the function's shared mailbox, or leave it out")
    if personal.is_person(address.partition("@")[0].partition("+")[0]):
        raise ValueError(
            "it has the form of a person's address (firstname.lastname). Give the function's shared mailbox, "
            "such as brottsforebyggande@… , or leave it out"
        )
    return address


def _random(value: UUID) -> UUID:
    if value.version != 4:
        raise ValueError("it must be a random UUID (version 4), which leads to nothing else")
    return value


def _telephone(value: str) -> str:
    number = " ".join(value.split())
    if not _TELEPHONE.fullmatch(number):
        raise ValueError("it is not a telephone number of 3 to 15 digits such as '114 14' or '+46 60 12 34 56'")
    if personal.in_telephone(number):
        raise ValueError("it is an identity number, not a telephone number; leave it out")
    return number


def _link(value: str) -> str:
    if len(value) > LONGEST_LINK or not _LINK.fullmatch(value):
        raise ValueError(f"it is not a web address that begins with https://, of at most {LONGEST_LINK} characters")
    if personal.in_link(value):
        raise ValueError(
            "it contains an identity number, a mail address or a name (firstname.lastname). "
            "Give a link that does not say who somebody is"
        )
    return value


Name = Annotated[str, text(120)]
"""The name of a thing. Never a person's name."""


Mailbox = Annotated[str, for_writers(_mailbox)]
"""The shared mailbox of a function. An address of the form firstname.lastname is refused."""

Telephone = Annotated[str, for_writers(_telephone)]
"""The shared telephone of a function."""

WebAddress = Annotated[str, for_writers(_link)]
"""A link that says of nobody who they are; it has no user name before its host."""

MunicipalityCode = Annotated[str, matching(r"\d{4}", "a municipality code of four digits", 4)]
"""The SCB code, always a string; its first two digits are the county's."""

Code = Annotated[str, matching(r"[A-Z0-9]+(_[A-Z0-9]+)*", "a code such as NORRA_LAPPLAND", 60)]
"""A code of a list that is data, not an enum: it changes without a new version of the contract."""

Slug = Annotated[str, matching(r"[a-z0-9]+(-[a-z0-9]+)*", "of the form kommun-2584 (a-z, 0-9, -)", 60)]
"""A name for machines that never changes."""

RandomId = Annotated[UUID, for_writers(_random)]
"""An id that leads to nothing and nobody else."""
