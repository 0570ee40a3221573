"""A mail that somebody has written, read as it came (RFC 5322): from whom, on what subject, and what it says.

It is untrusted, and no part of it is repeated. Attachments and whatever is quoted are passed over.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from shared.rejected import Rejected

MOST_PARTS = 50
"""So many parts a mail may have: the parser goes into them one within the other."""

_ADDRESS = r'([^\s<>@",;:()\\]+@[^\s<>@",;:()\\]+)'
_SENDER = re.compile(rf'(?:"(?:\\.|[^"\\])*"|[^<>@"]*?) ?<{_ADDRESS}>|{_ADDRESS}')
"""One address, as it stands, with a name or without: we must mean the one that mail systems check (DMARC). A name is
not decoded, for it may hold another address.
"""


@dataclass(frozen=True, slots=True)
class MailReply:
    """The part of a mail that counts.

    sender    the address in From, in small letters
    subject   one line
    text      the first paragraph of its plain text as one line; empty if it has none
    calendar  the calendar file in it, None if it has none
    """

    sender: str
    subject: str
    text: str
    calendar: bytes | None


def read_mail(content: bytes) -> MailReply:
    """The mail in the file; Rejected (``invalid-mail``) if it is none."""
    if content.lower().count(b"content-type:") > MOST_PARTS:
        raise Rejected("invalid-mail", f"The mail has more than {MOST_PARTS} parts.")
    mail = message_from_bytes(content)
    senders = [_SENDER.fullmatch(" ".join(str(each).split())) for each in mail.get_all("From", [])]
    sender = senders[0] if len(senders) == 1 else None
    if sender is None:
        raise Rejected("invalid-mail", "The file is no mail with one sender (From): send it as the mail system has it.")
    parts = [part for part in mail.walk() if part.get_content_disposition() != "attachment"]
    plain = next((_text(part) for part in parts if part.get_content_type() == "text/plain"), "")
    calendar = next((_bytes(part) for part in mail.walk() if part.get_content_type() == "text/calendar"), None)
    return MailReply(
        (sender[1] or sender[2]).casefold(), _line(mail.get("Subject", "")), _first_paragraph(plain), calendar
    )


def _first_paragraph(text: str) -> str:
    """The lines until the first empty one. What follows may be a signature, which names a person, or a quotation."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return " ".join(lines[: lines.index("")] if "" in lines else lines)


def _line(header: object) -> str:
    """The words of a header, which may be encoded (RFC 2047); empty if they cannot be read."""
    try:
        return " ".join(str(make_header(decode_header(str(header)))).split())
    except (MessageError, LookupError, ValueError):
        return ""


def _text(part: Message) -> str:
    content = _bytes(part)
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # a character set that nobody knows, or that is none
        return content.decode("utf-8", "replace")


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
