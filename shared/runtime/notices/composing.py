"""A mail: plain text first, in encodings that every server passes on (RFC 2045, RFC 2047), a calendar file beside it.

A calendar file is an alternative of the text (RFC 6047, 2.4), and no attachment as well: Outlook would show it twice.
Date and Message-ID are those of the notice: a second copy of a mail is known as one. What was refused and is sent again
has the same Message-ID, and the date of that: nobody has a first copy.
"""

from collections.abc import Sequence
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from uuid import UUID

from shared.runtime.notices.queue import Notice

_SIGNATURE = "\n\n-- \nNorrsam, {name}\nSvara på det här mejlet om något inte stämmer.\n"
_RULE = "\n\n" + 40 * "-" + "\n\n"


class Subject(str):
    """The line Subject, which folds itself (`EmailPolicy.header_store_parse`): the library's way loses spaces between
    encoded words in Python 3.11, and a subject may be long.
    """

    name = "Subject"

    def __new__(cls, text: str) -> "Subject":
        """One line, whatever the text has."""
        return super().__new__(cls, _line(text))

    def fold(self, *, policy: Policy) -> str:
        """The header in lines of 76 characters."""
        header = Header(str(self), "us-ascii" if self.isascii() else "utf-8", header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


def compose(notices: Sequence[Notice], sender: str, name: str) -> EmailMessage:
    """The mail of these notices of one mailbox, from ``name`` at ``sender``; ValueError if an address is none."""
    first = notices[0]
    assert first.address is not None
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = Address(name, addr_spec=sender)
    mail["To"] = Address(addr_spec=first.address)
    mail["Subject"] = Subject(first.subject or "" if len(notices) == 1 else f"{len(notices)} meddelanden från Norrsam")
    mail["Date"] = format_datetime(first.at)
    mail["Message-ID"] = message_id(first.mail or first.id, sender)
    if len({notice.about for notice in notices}) == 1:
        thread = message_id(first.about, sender)  # no mail has it: what shares it belongs together
        mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence notice comes back
    mail["Content-Language"] = "sv"
    mail.set_content(_text(notices) + _SIGNATURE.format(name=name), cte="quoted-printable")
    if first.calendar is not None:
        mail.add_alternative(
            first.calendar.decode(), subtype="calendar", cte="base64", params={"method": str(first.method)}
        )
        mail.set_boundary(f"=_{first.mail or first.id}")  # a second copy is the same to the last byte
    return mail


def message_id(identity: UUID, sender: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of what has this id."""
    return f"<{identity}@{sender.rpartition('@')[2]}>"


def _text(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return str(notices[0].text)
    return _RULE.join(f"{_line(notice.subject or '')}\n\n{notice.text}" for notice in notices)


def _line(text: str) -> str:
    return " ".join(text.split())
