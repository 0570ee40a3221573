"""Where mails go: to a mail server, or into files where there is none.

An error is an outage of the whole, and all mails wait, unless it is a `NotTaken`: that is about one mail alone.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import aiosmtplib

from shared.contracts.counties import County
from shared.runtime.mail_server import MailServer
from shared.runtime.notices.policy import Refusal, refusal
from shared.runtime.settings import Settings

STEP_SECONDS, MAIL_SECONDS = 15.0, 60.0

Send = Callable[[EmailMessage], Awaitable[None]]
"""Sends one mail to the address in its To; NotTaken if it is not taken, any other error if nothing is."""


class NotTaken(Exception):  # noqa: N818 - a server's answer, as in `Refusal`
    """One mail was not taken; others may be."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class Transport(Protocol):
    """A way for mails. ``kind`` is what everybody may know of it."""

    kind: str

    def session(self) -> AbstractAsyncContextManager[Send]:
        """Opens it for some mails, one after the other; for none, to see whether it is open."""


class Files:
    """Each mail is a file of ``folder`` that its owner alone may read; a second copy of a mail is the same file."""

    kind = "files"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return f"files in {self._folder}"

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Send]:
        """OSError if the folder can be neither written nor made."""
        there = next(each for each in (self._folder, *self._folder.parents) if each.exists())
        if not (there.is_dir() and os.access(there, os.W_OK)):
            raise PermissionError(f"{there} cannot be written")
        yield self._write

    async def _write(self, mail: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        await asyncio.to_thread(_replace, self._folder / f"{name}.eml", mail.as_bytes())


class Server:
    """A mail server (RFC 5321), over TLS unless the setting says otherwise."""

    kind = "server"

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def __str__(self) -> str:
        return str(self._server)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Send]:
        """Connects, and logs in if the setting names a login. Any error is an outage, the server's refusal too."""
        server = self._server
        login = server.read_login()
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=login[0] if login else None,
            password=login[1] if login else None,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "off" else ssl.create_default_context(),
            timeout=STEP_SECONDS,
        )
        async with client:
            yield lambda mail: _send(client, mail)


def transport_of(settings: Settings, county: County) -> "Files | Server":
    """The way of the county's mails: to the server of NORRSAM_SMTP, else files. SettingsError if it is half set."""
    server = settings.mail_server
    return Files(settings.mail_folder(county)) if server is None else Server(server)


async def _send(client: aiosmtplib.SMTP, mail: EmailMessage) -> None:
    sender, recipient = (mail[name].addresses[0].addr_spec for name in ("From", "To"))
    try:
        async with asyncio.timeout(MAIL_SECONDS):  # a server that answers a word at a time hangs too
            await client.sendmail(sender, [_plain_domain(recipient)], mail.as_bytes())
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _not_taken(refused.recipients[0]) from None
    except aiosmtplib.SMTPDataError as error:
        raise _not_taken(error) from None


def _not_taken(error: aiosmtplib.SMTPResponseException) -> Exception:
    """The meaning of an answer about one mail; 421 says that the server is going away (RFC 5321, 3.8)."""
    if error.code == aiosmtplib.SMTPStatus.domain_unavailable:
        return ConnectionError("the server is going away (421)")
    return NotTaken(refusal(error.code, error.message))


def _plain_domain(address: str) -> str:
    """The address with its domain as servers know it: å, ä and ö are written in ASCII there (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)
