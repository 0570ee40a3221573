"""A letter: what a person is told by e-mail. It has no import, so that a domain can write one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter says what has happened, and the one thing to do, in Swedish. It names nobody.

    kind      a word for lists and figures, such as `seat-offered`
    subject   a line; ``text`` has paragraphs, with an empty line between them
    calendar  a calendar file (RFC 5545) and ``method`` its METHOD (RFC 6047), or neither
    """

    kind: str
    subject: str
    text: str
    calendar: bytes | None = None
    method: str | None = None
